'use strict';

// What a magnet link is for: asks one peer for a torrent's metadata (BEP 9), then for its first piece.
//
//   node examples/magnet.js INFOHASH HOST:PORT [SECONDS]
//
// SECONDS is the patience for each step, 10 unless given. Exit codes: 0, 1 when the peer or the
// network is to blame, 2 when the arguments are.

const { createHash, randomBytes } = require('node:crypto');
const { once } = require('node:events');
const net = require('node:net');
const bencode = require('bencode');
const pwp = require('..'); // in a program of yours: require('peer-wire-protocol-native')

const BLOCK = 16 * 1024;

/** @param {string[]} args */
function parse([infoHash = '', address = '', seconds = '10']) {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1'); // IPv6 comes in brackets
  const port = Number(address.slice(colon + 1));
  const isRight =
    /^[0-9a-f]{40}$/i.test(infoHash) && host !== '' && port > 0 && port < 65536 && seconds > 0;
  return isRight ? { infoHash, host, port, ms: 1000 * seconds } : null;
}

/**
 * Connects to a peer.
 * @param {NonNullable<ReturnType<typeof parse>>} options
 */
async function connect({ infoHash, host, port, ms }) {
  // A module, unmodified: it was written for bittorrent-protocol.
  const { default: utMetadata } = await import('ut_metadata');
  const socket = net.connect({ host, port });
  const wire = pwp({ respectReqq: true }); // a piece may have more blocks than the peer queues
  socket.pipe(wire).pipe(socket);
  socket.on('close', () => wire.destroy());
  wire.use(utMetadata());

  /** Rejects when something goes wrong, whatever is being waited for. */
  const failure = new Promise((_resolve, reject) => {
    const fail = (/** @type {string} */ message) => reject(new Error(message));
    socket.on('error', ({ message }) => fail(`${host}:${port}: ${message}`));
    wire.on('close', () => fail(wire.closeReason?.message ?? 'the peer closed the connection'));
    wire.ut_metadata.on('warning', ({ message }) => fail(`no metadata: ${message}`));
    wire.on('extended', (name) => {
      const isMissing = name === 'handshake' && !wire.peerExtendedMapping.ut_metadata;
      if (isMissing) fail('no metadata: the peer does not speak ut_metadata');
    });
  });
  failure.catch(() => {}); // it may come when nobody waits

  /**
   * @param {Promise<any>} promise
   * @param {string} what is being waited for
   */
  const inTime = async (promise, what) => {
    const late = once(AbortSignal.timeout(ms), 'abort').then(() => {
      throw new Error(`${what} did not come in ${ms / 1000} s`);
    });
    return Promise.race([promise, failure, late]);
  };
  wire.ut_metadata.fetch();
  wire.handshake(infoHash, `-XX0001-${randomBytes(6).toString('hex')}`);
  return { socket, wire, inTime };
}

/** @param {NonNullable<ReturnType<typeof parse>>} options */
async function main(options) {
  const { socket, wire, inTime } = await connect(options);
  const fetched = once(wire.ut_metadata, 'metadata');
  const [peerHash] = await inTime(once(wire, 'handshake'), "the peer's handshake");
  const isOurs = peerHash.equals(Buffer.from(options.infoHash, 'hex'));
  if (!isOurs) throw new Error('the peer has another torrent');

  const [metadata] = await inTime(fetched, 'metadata');
  const { info } = bencode.decode(Buffer.from(metadata));
  if (!info.pieces) throw new Error('the torrent has version 2 (BEP 52) only');
  const files = info.files ?? [info];
  const total = files.reduce((sum, { length }) => sum + length, 0);
  wire.pieceCount = info.pieces.length / 20;
  console.log(`name          ${info.name}`);
  console.log(`piece length  ${info['piece length']}`);
  console.log(`pieces        ${wire.pieceCount}`);
  console.log(`files         ${files.length}, ${total} bytes`);

  wire.interested();
  if (wire.peerChoking) await inTime(once(wire, 'unchoke'), 'leave to ask for blocks');
  const length = Math.min(info['piece length'], total);
  let came = 0;
  const requests = Array.from({ length: Math.ceil(length / BLOCK) }, async (_, i) => {
    const offset = i * BLOCK;
    const signal = AbortSignal.timeout(options.ms);
    const block = await wire.requestBlock(0, offset, Math.min(BLOCK, length - offset), { signal });
    came++;
    return block;
  });
  const blocks = await Promise.all(requests).catch((error) => {
    const why =
      error.name === 'AbortError' ? `did not come in ${options.ms / 1000} s` : error.message;
    throw new Error(`the first piece: ${why}; ${came} of ${requests.length} blocks came`);
  });
  const sum = createHash('sha1').update(Buffer.concat(blocks)).digest();
  if (!sum.equals(info.pieces.subarray(0, 20))) throw new Error('the piece has the wrong SHA-1');
  console.log(`first piece   ${came} blocks, ${length} bytes, SHA-1 right`);
  socket.destroy();
}

const options = parse(process.argv.slice(2));
if (options === null) {
  console.error('usage: node examples/magnet.js INFOHASH HOST:PORT [SECONDS]');
  process.exit(2);
}
main(options).catch(({ message }) => {
  console.error(message);
  process.exit(1);
});
