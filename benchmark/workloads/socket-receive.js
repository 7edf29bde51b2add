'use strict';

const { createHash } = require('node:crypto');
const net = require('node:net');
const {
  HANDSHAKE,
  INFO_HASH,
  PEER_ID,
  PIECE_MESSAGE_LENGTH,
  UNCHOKE,
  message,
} = require('../bytes.js');
const { BLOCK_LENGTH } = require('../bytes.js');
const { NAMES } = require('../implementations.js');
const { Meter } = require('../measure.js');
const { APART } = require('../pin.js');
const { Counterpart } = require('../processes/counterpart.js');
const { added } = require('../rows.js');
const { HOST, loadTransport } = require('../transports.js');
const { workload } = require('./workload.js');

// Blocks from a sender that is as fast as it can be.

const NAME = 'socket-receive';
const VERIFIED = 1024;
const WARM = 8192;
const MEASURED = 65536; // 1 GiB
const PREFACE = HANDSHAKE.length + message(UNCHOKE).length;

/**
 * The least that anybody can do with the bytes.
 * @param {net.Socket} socket
 * @param {{ warm: number, blocks: number }} options
 * @param {import('../measure.js').Meter} meter
 * @param {(bytes: number) => void} done
 */
function receiveBare(socket, { warm, blocks }, meter, done) {
  const from = PREFACE + warm * PIECE_MESSAGE_LENGTH;
  const to = PREFACE + blocks * PIECE_MESSAGE_LENGTH;
  let bytes = 0;
  let mark = from;
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    if (bytes < mark) return;
    if (mark === from) meter.start();
    else {
      meter.stop();
      done(bytes - PREFACE);
    }
    mark = to;
  });
}

/**
 * Receives blocks on a wire, those of them measured that come after the first `warm`.
 * @param {any} wire
 * @param {{ warm: number, blocks: number }} options
 * @param {import('../measure.js').Meter} meter
 * @param {(bytes: number, digest: string) => void} done
 */
function receive(wire, { warm, blocks: all }, meter, done) {
  const hash = createHash('sha1');
  let blocks = 0;
  let bytes = 0;
  const verify = (
    /** @type {number} */ piece,
    /** @type {number} */ offset,
    /** @type {Buffer} */ block,
  ) => {
    hash.update(`${piece} ${offset} `).update(block);
    if (blocks === VERIFIED) wire.removeListener('piece', verify);
  };
  wire.on(
    'piece',
    (/** @type {number} */ _piece, /** @type {number} */ _offset, /** @type {Buffer} */ block) => {
      blocks++;
      bytes += block.length;
      if (blocks === warm) meter.start();
      if (blocks === all) {
        meter.stop();
        done(bytes, hash.digest('hex'));
      }
    },
  );
  wire.on('piece', verify);
}

/**
 * @param {'bare' | import('../transports.js').Runner} runner
 * @param {number} measured blocks
 * @param {Meter} meter
 */
async function download(runner, measured, meter) {
  const range = { warm: WARM, blocks: WARM + measured };
  const transport = runner === 'bare' ? null : await loadTransport(runner);
  const sender = new Counterpart('blaster', { blocks: range.blocks }, APART.other);
  const { port } = await sender.next('listening');
  const [seen, digest] = await new Promise((resolve) => {
    const done = (/** @type {number} */ bytes, /** @type {string | null} */ digest = null) =>
      resolve([bytes, digest]);
    if (transport === null) receiveBare(net.connect(port, HOST), range, meter, done);
    else {
      const wire = transport.connect(port);
      receive(wire, range, meter, done);
      wire.handshake(INFO_HASH, PEER_ID);
    }
  });
  sender.close();
  return { values: meter.per(measured * BLOCK_LENGTH), digest, seen };
}

module.exports = {
  NAME,
  download,
  receive,
  workloads: [
    workload({
      name: NAME,
      runners: ['bare', ...NAMES],
      cores: APART,
      run: (runner) => download(runner, MEASURED, new Meter()),
    }),
  ],
  rows: [
    added({
      table: 'sockets',
      title: 'receive blocks, sender as fast as it can',
      workload: NAME,
      value: 'cpu',
      unit: 'CPU s/GB',
      most: 1 / 3,
    }),
  ],
};
