'use strict';

const { pair } = require('../encrypted.js');
const { turn } = require('../feed.js');
const { faster } = require('../rows.js');
const { encryptedJob } = require('./workload.js');

// From nothing to two wires that have shaken hands, encrypted.

/** One of the two takes a hundred times as long, most of it for making sure that a prime is one. */
const RUNS = { native: 300, 'bittorrent-protocol': 8 };
const SIDES = 2;

/**
 * @param {import('../encrypted.js').Encrypting} implementation
 * @returns {import('../measure.js').Job}
 */
function start(implementation) {
  /** @type {any[]} */
  let wires = [];
  return {
    operations: 1,
    async prepare() {
      for (const wire of wires) implementation.discard(wire);
      await turn();
    },
    async work() {
      const { initiator, responder } = await pair(implementation);
      wires = [initiator, responder];
    },
    seen: () => SIDES, // or `pair` had not come back
  };
}

module.exports = {
  workloads: [encryptedJob('encrypted-handshakes', (runner) => RUNS[runner], start)],
  rows: [
    faster({
      title: 'encrypted, two wires made, keys and handshakes exchanged',
      workload: 'encrypted-handshakes',
      unit: 'ns/connection',
      least: 5,
    }),
  ],
};
