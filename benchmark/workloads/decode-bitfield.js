'use strict';

const { BITFIELD, HANDSHAKE, message, noise } = require('../bytes.js');
const { Feed, fresh, writeAll } = require('../feed.js');
const { faster } = require('../rows.js');
const { job } = require('./workload.js');

const PIECES = 50_000;
const COUNT = 64;
const RUNS = 24;

/**
 * @param {import('../implementations.js').Implementation} implementation
 * @returns {import('../measure.js').Job}
 */
function start({ create }) {
  const bitfield = message(BITFIELD, [], noise(PIECES / 8));
  const feed = new Feed(bitfield, bitfield.length);
  const wire = create();
  let count = 0;
  wire.on('bitfield', () => {
    count++;
  });
  wire.write(fresh(HANDSHAKE));
  /** @type {Buffer[]} */
  let chunks = [];
  return {
    operations: COUNT,
    prepare() {
      chunks = feed.take(COUNT);
    },
    work: () => writeAll(wire, chunks, COUNT),
    seen: () => count,
  };
}

module.exports = {
  workloads: [job('decode-bitfield', RUNS, start)],
  rows: [
    faster({
      title: 'decode, bitfield of 50,000 pieces',
      workload: 'decode-bitfield',
      unit: 'ns/message',
      least: 3,
    }),
  ],
};
