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

/** Of a piece that no peer asks for, so that what is refused by itself can be told apart. */
const REFUSED = 77_777;

/** @type {typeof SENDS} */
const FAST_SENDS = [
  (_random, wire) => {
    wire.haveAll();
    return ['have-all'];
  },
  (_random, wire) => {
    wire.haveNone();
    return ['have-none'];
  },
  (random, wire) => {
    const index = random.uint32();
    wire.suggest(index);
    return ['suggest', index];
  },
  (random, wire) => {
    const index = random.uint32();
    wire.allowedFast(index);
    return ['allowed-fast', index];
  },
  (random, wire) => {
    const length = random.length(500);
    wire.reject(REFUSED, 5, length);
    return ['reject', REFUSED, 5, length];
  },
];

/** @type {typeof SENDS} */
const V2_SENDS = [
  (random, wire) => {
    const [root, ...numbers] = [random.bytes(32), random.uint32(), 2, 3, random.uint32()];
    wire.hashRequest(place(random, root), ...numbers);
    return ['hash-request', root, ...numbers];
  },
  (random, wire) => {
    const [root, ...numbers] = [random.bytes(32), 1, random.uint32(), random.uint32(), 0];
    wire.hashReject(place(random, root), ...numbers);
    return ['hash-reject', root, ...numbers];
  },
  (random, wire) => {
    // Fewer and more than are copied behind their head.
    const count = random.pick([1, 2, 3, 126, 127, 128, 300]);
    const root = random.bytes(32);
    // No more layers than the hashes make up themselves.
    const numbers = [random.uint32(), 7, count, count === 1 ? 1 : 0];
    const hashes = random.bytes(32 * (count === 1 ? 3 : count));
    const payload = place(random, hashes);
    wire.hashes(place(random, root), ...numbers, payload);
    // It was copied, so it may go.
    take(random, payload);
    return ['hashes', root, ...numbers, hashes];
  },
];

/**
 * @param {Random} random
 * @param {any} wire
 * @returns {any[]} what the peer must read: the message's name and fields
 */
function send(random, wire) {
  const sends = [...SENDS];
  if (wire.hasFast) sends.push(...FAST_SENDS);
  if (wire.hasV2) sends.push(...V2_SENDS);
  return random.pick(sends)(random, wire);
}

/**
 * @param {Uint8Array[]} output of a wire
 * @param {boolean} isShaken whether the wire's handshake is in front of it
 * @returns {any[][]} the messages in it
 */
function read(output, isShaken) {
  /** @type {any[][]} */
  const events = [];
  const limits = {
    maxMessageSize: 2 ** 30,
    maxPieces: 2 ** 32,
    pieceCount: null,
    announces: { fast: true, v2: true, isHashV2: true },
    mostFills: Number.POSITIVE_INFINITY,
  };
  const stream = Buffer.concat(isShaken ? output : [bytes.handshake(), ...output]);
  const naive = new Naive(limits, stream, (...event) => events.push(event));
  naive.advance(stream.length);
  assert.equal(naive.failure, null);
  return events.slice(1);
}

module.exports = { REFUSED, read, send };
