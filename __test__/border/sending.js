'use strict';

// What a program sends, and what its peer gets to read.

const assert = require('node:assert/strict');
const bytes = require('../hostile/helpers/bytes.js');
const { place, take } = require('./memory.js');
const { Naive } = require('./naive.js');

/** @typedef {import('./random.js').Random} Random */

/** Blocks around the length from which on they are not copied. */
const LONGEST = 9000;

/** @type {((random: Random, wire: any) => any[])[]} */
const SENDS = [
  (random, wire) => {
    const index = random.uint32();
    wire.have(index);
    return ['have', index];
  },
  (random, wire) => {
    const block = place(random, random.bytes(random.length(LONGEST)));
    wire.piece(3, 4, block);
    return ['piece', 3, 4, Buffer.from(block)];
  },
  (random, wire) => {
    const payload = place(random, random.bytes(random.length(LONGEST)));
    const copy = Buffer.from(payload);
    wire.extended(5, payload);
    // It was copied, so it may go.
    take(random, payload);
    return ['extended', 5, copy];
  },
  (random, wire) => {
    const bits = place(random, random.bytes(random.length(200)));
    const copy = Buffer.from(bits);
    wire.bitfield(bits);
    take(random, bits);
    return ['bitfield', copy];
  },
  (random, wire) => {
    const port = random.integer(0, 65535);
    wire.port(port);
    return ['port', port];
  },
];

/**
 * @param {Random} random
 * @param {any} wire
 * @returns {any[]} what the peer must read: the message's name and fields
 */
function send(random, wire) {
  return random.pick(SENDS)(random, wire);
}

/**
 * @param {Uint8Array[]} output of a wire that has sent no handshake
 * @returns {any[][]} the messages in it
 */
function read(output) {
  /** @type {any[][]} */
  const events = [];
  const limits = { maxMessageSize: 2 ** 30, maxPieces: 2 ** 32, pieceCount: null };
  const stream = Buffer.concat([bytes.handshake(), ...output]);
  const naive = new Naive(limits, stream, (...event) => events.push(event));
  naive.advance(stream.length);
  assert.equal(naive.failure, null);
  return events.slice(1);
}

module.exports = { read, send };
