'use strict';

const {
  BITFIELD,
  CANCEL,
  CHOKE,
  EXTENDED,
  HANDSHAKE,
  HAVE,
  INTERESTED,
  KEEP_ALIVE,
} = require('../bytes.js');
const { NOT_INTERESTED, PIECE, PORT, REQUEST, UNCHOKE, message, noise } = require('../bytes.js');
const { cut, writeAll } = require('../feed.js');
const { faster } = require('../rows.js');
const { job } = require('./workload.js');

// A mixed conversation, one byte at a time: the worst that a network can do to a parser.

/** What a run is of it: a socket would not hold more small chunks at a time. */
const PARTS = 8;
const RUNS = 160 * PARTS;

const conversation = () =>
  Buffer.concat([
    HANDSHAKE,
    message(BITFIELD, [], Buffer.alloc(125)),
    message(EXTENDED, [], Buffer.concat([Buffer.from([1]), noise(60)])),
    message(PORT, [], Buffer.from([0x1a, 0xe1])),
    message(UNCHOKE),
    message(INTERESTED),
    ...Array.from({ length: 20 }, (_, n) => message(HAVE, [7 * n])),
    ...Array.from({ length: 4 }, (_, n) => message(REQUEST, [n, 0, 16384])),
    message(CANCEL, [2, 0, 16384]),
    KEEP_ALIVE,
    ...Array.from({ length: 4 }, (_, n) => message(PIECE, [n, 0], noise(256))),
    message(NOT_INTERESTED),
    message(CHOKE),
  ]);

/**
 * @param {import('../implementations.js').Implementation} implementation
 * @returns {import('../measure.js').Job}
 */
function start({ create, discard }) {
  const stream = conversation();
  const length = Math.ceil(stream.length / PARTS);
  let count = 0;
  const listener = () => {
    count++;
  };
  /** @type {any} */
  let wire = null;
  /** @type {Buffer[]} */
  let chunks = [];
  let part = 0;
  return {
    operations: stream.length / PARTS,
    period: PARTS,
    prepare() {
      if (part === 0) {
        if (wire) discard(wire);
        wire = create();
        wire.on('data', () => {});
        wire.unchoke();
        for (const event of ['handshake', 'bitfield', 'have', 'request', 'piece', 'port']) {
          wire.on(event, listener);
        }
      }
      chunks = cut(stream.subarray(part * length, (part + 1) * length), 1);
      part = (part + 1) % PARTS;
    },
    work: () => writeAll(wire, chunks, chunks.length),
    seen: () => count,
  };
}

module.exports = {
  workloads: [job('decode-bytes', RUNS, start)],
  rows: [
    faster({
      title: 'decode, one byte at a time, a mixed conversation',
      workload: 'decode-bytes',
      unit: 'ns/byte',
      least: 2,
    }),
  ],
};
