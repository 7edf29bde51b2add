'use strict';

const { BITFIELD, HANDSHAKE, HAVE, message } = require('../bytes.js');
const { cut, fresh, writeAll } = require('../feed.js');
const { faster } = require('../rows.js');
const { job } = require('./workload.js');

// A peer that starts with nothing and completes every piece once: one of the wires passes over a
// second `have` of the same piece.

const PIECES = 50_000;
const HAVE_LENGTH = 9;

/**
 * @param {import('../implementations.js').Implementation} implementation
 * @param {number} perRun messages in a run
 * @param {number} perChunk
 * @returns {import('../measure.js').Job}
 */
function start({ create, discard }, perRun, perChunk) {
  const nothing = message(BITFIELD, [], Buffer.alloc(PIECES / 8));
  const all = Buffer.concat(Array.from({ length: PIECES }, (_, index) => message(HAVE, [index])));
  let next = 0;
  let count = 0;
  /** @type {any} */
  let wire = null;
  /** @type {Buffer[]} */
  let chunks = [];
  return {
    operations: perRun,
    async prepare() {
      if (next === 0) {
        if (wire) discard(wire);
        wire = create();
        wire.on('have', () => {
          count++;
        });
        await writeAll(wire, [fresh(HANDSHAKE), fresh(nothing)], 1);
      }
      const messages = all.subarray(HAVE_LENGTH * next, HAVE_LENGTH * (next + perRun));
      chunks = cut(messages, HAVE_LENGTH * perChunk);
      next = (next + perRun) % PIECES;
    },
    work: () => writeAll(wire, chunks, chunks.length),
    seen: () => count,
  };
}

module.exports = {
  workloads: [
    job('decode-have-batch', 200, (implementation) => start(implementation, 10_000, 1000)),
    job('decode-have', 2000, (implementation) => start(implementation, 250, 1)),
  ],
  rows: [
    faster({
      title: 'decode, `have` batch, 1,000 in one chunk',
      workload: 'decode-have-batch',
      unit: 'ns/message',
      least: 8,
    }),
    faster({
      title: 'decode, lone `have`, one per chunk',
      workload: 'decode-have',
      unit: 'ns/message',
      least: 2,
    }),
  ],
};
