'use strict';

const { BLOCK_LENGTH, CHOKE, HANDSHAKE, UNCHOKE, blockAt, message } = require('../bytes.js');
const { fresh, turn } = require('../feed.js');
const { faster } = require('../rows.js');
const { job } = require('./workload.js');

/** @typedef {import('../implementations.js').Implementation} Implementation */
/** @typedef {import('../measure.js').Job} Job */

/**
 * Wires past the peer's handshake, each read by a listener that counts, as a socket would read.
 * @param {Implementation} implementation
 * @param {number} count
 */
function openWires({ create }, count) {
  const state = { bytes: 0 };
  const wires = Array.from({ length: count }, () => {
    const wire = create();
    wire.on('data', (/** @type {Uint8Array} */ chunk) => {
      state.bytes += chunk.length;
    });
    wire.write(fresh(HANDSHAKE));
    return wire;
  });
  return { wires, state };
}

/**
 * @param {Implementation} implementation
 * @returns {Job}
 */
function startRequests(implementation) {
  const REQUESTS = 100;
  const { wires, state } = openWires(implementation, 16);
  const rechoke = Buffer.concat([message(CHOKE), message(UNCHOKE)]);
  let failed = 0;
  const callback = () => {
    failed++;
  };
  return {
    operations: wires.length * REQUESTS,
    async prepare() {
      // A choke empties the list of requests. The stacks of so many errors would take longer than
      // everything else.
      const { stackTraceLimit } = Error;
      Error.stackTraceLimit = 0;
      for (const wire of wires) wire.write(fresh(rechoke));
      await turn();
      Error.stackTraceLimit = stackTraceLimit;
    },
    async work() {
      for (const wire of wires) {
        for (let n = 0; n < REQUESTS; n++) {
          const [piece, offset] = blockAt(n);
          wire.request(piece, offset, BLOCK_LENGTH, callback);
        }
        await turn();
      }
    },
    seen: () => state.bytes + failed,
  };
}

/**
 * @param {Implementation} implementation
 * @returns {Job}
 */
function startHave(implementation) {
  const PIECES = 20;
  const { wires, state } = openWires(implementation, 100);
  let index = 0;
  return {
    operations: wires.length * PIECES,
    prepare: turn,
    async work() {
      for (let n = 0; n < PIECES; n++) {
        index = (index + 1) % 50_000;
        for (const wire of wires) wire.have(index);
        await turn();
      }
    },
    seen: () => state.bytes,
  };
}

/**
 * @param {Implementation} implementation
 * @returns {Job}
 */
function startControl(implementation) {
  const TIMES = 10;
  const { wires, state } = openWires(implementation, 100);
  return {
    operations: wires.length * TIMES * 4,
    prepare: turn,
    async work() {
      for (let n = 0; n < TIMES; n++) {
        for (const wire of wires) {
          wire.unchoke();
          wire.interested();
        }
        await turn();
        for (const wire of wires) {
          wire.choke();
          wire.uninterested();
        }
        await turn();
      }
    },
    seen: () => state.bytes,
  };
}

module.exports = {
  workloads: [
    job('encode-requests', 2500, startRequests),
    job('encode-have', 3000, startHave),
    job('encode-control', 2500, startControl),
  ],
  rows: [
    faster({
      title: 'encode, pipeline, 100 requests in one tick, flushed',
      workload: 'encode-requests',
      unit: 'ns/message',
      least: 4,
    }),
    faster({
      title: 'encode, `have` to 100 wires',
      workload: 'encode-have',
      unit: 'ns/message',
      least: 4,
    }),
    faster({
      title: 'encode, control: choke, interested and back',
      workload: 'encode-control',
      unit: 'ns/message',
      least: 1.5,
    }),
  ],
};
