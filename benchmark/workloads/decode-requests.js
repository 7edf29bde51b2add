'use strict';

const {
  BLOCK_LENGTH,
  HANDSHAKE,
  INTERESTED,
  PIECE_MESSAGE_LENGTH,
  REQUEST,
} = require('../bytes.js');
const { blockAt, message, noise } = require('../bytes.js');
const { Feed, fresh, turn } = require('../feed.js');
const { faster } = require('../rows.js');
const { job } = require('./workload.js');

// What a seeder does: a batch of requests, each answered at once with a block it has in memory.

const BATCH = 250;
const RUNS = 2400;
const STORED_BLOCKS = 64;

/**
 * @param {import('../implementations.js').Implementation} implementation
 * @returns {import('../measure.js').Job}
 */
function start({ create }) {
  const stored = noise(STORED_BLOCKS * BLOCK_LENGTH);
  const requests = Buffer.concat(
    Array.from({ length: BATCH }, (_, n) => message(REQUEST, [...blockAt(n), BLOCK_LENGTH])),
  );
  const feed = new Feed(requests, requests.length);
  const wire = create();
  let answered = 0;
  wire.on(
    'request',
    (
      /** @type {number} */ _piece,
      /** @type {number} */ _offset,
      /** @type {number} */ length,
      /** @type {(error: null, block: Buffer) => void} */ respond,
    ) => {
      const at = (answered++ % STORED_BLOCKS) * BLOCK_LENGTH;
      respond(null, stored.subarray(at, at + length));
    },
  );
  let sent = 0;
  wire.on('data', (/** @type {Uint8Array} */ bytes) => {
    sent += bytes.length;
  });
  wire.write(fresh(HANDSHAKE));
  wire.write(fresh(message(INTERESTED)));
  wire.unchoke();
  let expected = message(INTERESTED).length;
  let chunk = feed.next();
  return {
    operations: BATCH,
    async prepare() {
      await turn();
      chunk = feed.next();
    },
    async work() {
      wire.write(chunk);
      expected += BATCH * PIECE_MESSAGE_LENGTH;
      while (sent < expected) await turn();
    },
    seen: () => sent,
  };
}

module.exports = {
  workloads: [job('decode-requests', RUNS, start)],
  rows: [
    faster({
      title: 'decode, `request` batch, 250 in one chunk, answered at once',
      workload: 'decode-requests',
      unit: 'ns/request',
      least: 4,
    }),
  ],
};
