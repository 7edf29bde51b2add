'use strict';

// Everything that the original knows, said over TCP by two wires that are piped to their sockets.

const { createHash } = require('node:crypto');
const net = require('node:net');
const { when } = require('./checks.cjs');

const HOST = '127.0.0.1';
const INFO_HASH = '0123456789abcdef0123456789abcdef01234567';
const BLOCK = 16_384;

const EVENTS = [
  'handshake',
  'choke',
  'unchoke',
  'interested',
  'uninterested',
  'have',
  'bitfield',
  'request',
  'cancel',
  'piece',
  'port',
  'extended',
  'keep-alive',
  'unknownmessage',
  'upload',
  'download',
  'timeout',
  'close',
  'finish',
  'end',
];

/** Bytes by their digest: a difference has to be seen, not read. @param {unknown} value */
function written(value) {
  if (typeof value === 'function') return 'a function';
  if (Buffer.isBuffer(value)) {
    return `${value.length} bytes ${createHash('sha1').update(value).digest('hex')}`;
  }
  if (value instanceof Uint8Array) return 'bytes that are no Buffer';
  return value;
}

/** @param {number} piece @param {number} length */
const blockOf = (piece, length) =>
  createHash('sha512')
    .update(`piece ${piece}`)
    .digest()
    .toString('hex')
    .repeat(length)
    .slice(0, length);

/** A wire and its socket, and what it is told. */
class Side {
  /** @param {any} pwp @param {net.Socket} socket */
  constructor(pwp, socket) {
    this.socket = socket;
    this.wire = pwp();
    this.log = [];
    for (const event of EVENTS) {
      // The original says several times that it has closed.
      const listen = event === 'close' ? 'once' : 'on';
      this.wire[listen](event, (...args) => this.log.push([event, ...args.map(written)]));
    }
    socket.setNoDelay();
    socket.on('error', (error) => this.log.push(['of the socket', error.code]));
    socket.on('close', () => this.wire.destroy());
    socket.pipe(this.wire).pipe(socket);
  }

  /**
   * Says something, and waits until the other has been told.
   * @param {Side} other
   * @param {string} event
   * @param {(wire: any) => void} what
   */
  async say(other, event, what) {
    const told = when(other.wire, event);
    what(this.wire);
    return told;
  }

  fields() {
    const { amChoking, amInterested, peerChoking, peerInterested, peerExtensions } = this.wire;
    const { peerPieces, uploaded, downloaded, requests, peerRequests } = this.wire;
    const lengths = [requests.length, peerRequests.length];
    const flags = [amChoking, amInterested, peerChoking, peerInterested];
    return { flags, peerExtensions, peerPieces, uploaded, downloaded, lengths };
  }
}

/** Two who are connected. @param {any} dialling @param {any} listening */
async function meet(dialling, listening) {
  const server = net.createServer();
  server.listen(0, HOST);
  await when(server, 'listening');
  const given = when(server, 'connection');
  const socket = net.connect(server.address().port, HOST);
  const connected = when(socket, 'connect');
  const [other] = await given;
  await connected;
  server.close();
  return [new Side(dialling, socket), new Side(listening, other)];
}

/**
 * @param {any} dialling the package of who dials
 * @param {any} listening that of who listens
 * @returns {Promise<object[]>} what both were told, and what they know in the end
 */
async function converse(dialling, listening) {
  const [a, b] = await meet(dialling, listening);
  await a.say(b, 'handshake', (wire) => {
    wire.handshake(Buffer.from(INFO_HASH, 'hex'), Buffer.from('-XX0001-dialling----'), {
      dht: true,
    });
  });
  await b.say(a, 'handshake', (wire) => wire.handshake(INFO_HASH, '-XX0001-listening---'));
  await a.say(b, 'extended', (wire) => wire.extended(0, { m: { ut_pex: 1 }, v: 'XX 1.0' }));
  await b.say(a, 'extended', (wire) => wire.extended(3, Buffer.from('bytes as they are')));
  await b.say(a, 'bitfield', (wire) => wire.bitfield({ buffer: Buffer.from([0xf0, 0x81, 0x00]) }));
  await b.say(a, 'have', (wire) => wire.have(23));
  await a.say(b, 'interested', (wire) => wire.interested());
  await b.say(a, 'unchoke', (wire) => wire.unchoke());

  // Requests: of one byte, of a block, of one that spans chunks; answered at once and in a later turn.
  const answer = (piece, _offset, length, respond) => {
    const block = Buffer.from(blockOf(piece, length));
    if (piece % 2) setImmediate(respond, null, block);
    else respond(null, block);
  };
  b.wire.on('request', answer);
  const lengths = [1, BLOCK, 2 * BLOCK, 100_000];
  const asked = lengths.map(
    (length, piece) =>
      new Promise((resolve) => {
        a.wire.request(piece, 0, length, (error, block) =>
          resolve(error?.message ?? written(block)),
        );
      }),
  );
  a.log.push(['answers', ...(await Promise.all(asked))]);
  b.wire.removeListener('request', answer);

  // One that is cancelled, and one that a choke ends.
  const outcome = (piece) =>
    new Promise((resolve) => a.wire.request(piece, 0, BLOCK, (error) => resolve(error.message)));
  const requested = when(b.wire, 'request');
  const cancelled = outcome(5);
  await requested;
  await a.say(b, 'cancel', (wire) => wire.cancel(5, 0, BLOCK));
  const again = when(b.wire, 'request');
  const choked = outcome(6);
  await again;
  await b.say(a, 'choke', (wire) => wire.choke());
  a.log.push(['refusals', await cancelled, await choked, await outcome(7)]);

  await b.say(a, 'piece', (wire) => wire.piece(9, 16, Buffer.from('a block nobody has asked for')));
  await a.say(b, 'uninterested', (wire) => wire.uninterested());
  await a.say(b, 'port', (wire) => wire.port(6881));
  // What no method says.
  await a.say(b, 'keep-alive', () => a.socket.write(Buffer.alloc(4)));
  await a.say(b, 'unknownmessage', () => a.socket.write(Buffer.from([0, 0, 0, 3, 99, 1, 2])));
  const fields = [a.fields(), b.fields()];

  const ends = [when(a.wire, 'end'), when(b.wire, 'end')];
  a.wire.destroy();
  await Promise.all(ends);
  for (const { socket } of [a, b]) socket.destroy();
  return [a, b].map(({ log }, i) => ({ log, ...fields[i] }));
}

module.exports = { HOST, INFO_HASH, converse, meet };
