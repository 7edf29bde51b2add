'use strict';

// What a peer may send: messages in a row, and what becomes of them when it is careless or hostile.

const bytes = require('../hostile/helpers/bytes.js');

/** @typedef {import('./random.js').Random} Random */

const EXTREMES = [0, 1, 2, 4, 5, 8, 9, 13, 14, 255, 16393, 0x10_0000, 0x7fffffff, 0xffffffff];
const LONGEST_BLOCK = 20_000;

/** @param {Random} random @param {number | null} pieceCount */
function index(random, pieceCount) {
  if (random.chance(0.01)) return random.pick(EXTREMES);
  return random.integer(0, (pieceCount ?? 3000) - 1);
}

/** @param {Random} random */
function block(random) {
  // The last are longer than the memory first asked for, and than what shares a slab.
  return random.bytes(
    random.chance(0.02) ? random.integer(32_000, 150_000) : random.length(LONGEST_BLOCK),
  );
}

/** @param {Random} random @param {number | null} pieceCount */
function bits(random, pieceCount) {
  if (pieceCount === null || random.chance(0.1)) return random.bytes(random.length(500));
  const all = random.bytes(Math.ceil(pieceCount / 8));
  if (pieceCount % 8 !== 0) all[all.length - 1] &= 0xff00 >> (pieceCount % 8);
  return all;
}

/** @type {((random: Random, pieceCount: number | null) => Uint8Array)[]} */
const MESSAGES = [
  () => bytes.keepAlive,
  () => bytes.choke,
  () => bytes.unchoke,
  () => bytes.interested,
  () => bytes.uninterested,
  (random, count) => bytes.have(index(random, count)),
  (random, count) => bytes.bitfield(bits(random, count)),
  (random) => bytes.request(random.integer(0, 9), random.pick(EXTREMES), random.length(500)),
  (random) => bytes.cancel(random.integer(0, 9), random.pick(EXTREMES), random.length(500)),
  (random) => bytes.piece(random.integer(0, 9), random.pick([0, 16384]), block(random)),
  (random) => bytes.piece(random.integer(0, 9), random.pick([0, 16384]), block(random)),
  (random) => bytes.port(random.integer(0, 65535)),
  (random) => bytes.extended(random.integer(0, 255), block(random)),
  (random) => bytes.message(random.pick([10, 13, 17, 19, 21, 200, 255]), block(random)),
];

/** @param {Random} random @param {number | null} pieceCount */
function message(random, pieceCount) {
  return random.pick(MESSAGES)(random, pieceCount);
}

/**
 * Spoils a stream in one place.
 * @param {Random} random
 * @param {Buffer} stream
 */
function mutate(random, stream) {
  const at = random.integer(0, stream.length);
  const [before, after] = [stream.subarray(0, at), stream.subarray(at)];
  switch (random.integer(0, 5)) {
    case 0:
      return Buffer.concat([before, random.bytes(random.integer(1, 9)), after]);
    case 1:
      return Buffer.concat([before, after.subarray(random.integer(1, 9))]);
    case 2:
      return Buffer.concat([before, bytes.u32(random.pick(EXTREMES)), after.subarray(4)]);
    case 3:
      return before;
    case 4:
      return Buffer.concat([before, before.subarray(random.integer(0, at)), after]);
    default: {
      const spoilt = Buffer.from(stream);
      if (at < spoilt.length) spoilt[at] ^= 1 << random.integer(0, 7);
      return spoilt;
    }
  }
}

/**
 * @param {Random} random
 * @param {number | null} pieceCount
 * @returns {Buffer} a stream, well-formed more often than not
 */
function conversation(random, pieceCount) {
  if (random.chance(0.03)) return random.bytes(random.length(5000));
  const parts = [bytes.handshake(random.integer(0, 1))];
  for (let left = random.integer(0, 30); left > 0; left--) parts.push(message(random, pieceCount));
  // More than a table of records holds.
  if (random.chance(0.02)) {
    const have = bytes.have(index(random, pieceCount));
    parts.splice(random.integer(1, parts.length), 0, ...Array(2500).fill(have));
  }
  let stream = Buffer.concat(parts);
  if (random.chance(0.4)) {
    for (let times = random.integer(1, 3); times > 0; times--) stream = mutate(random, stream);
  }
  return stream;
}

/**
 * @param {Random} random
 * @param {Buffer} stream
 * @returns {Buffer[]} the stream in chunks
 */
function cut(random, stream) {
  const chunks = [];
  const most = random.pick([1, 7, 33, 200, 1448, 20_000, 200_000]);
  // Bytes one by one are worth a try, not minutes.
  const least = Math.ceil(stream.length / 400);
  for (let at = 0; at < stream.length; ) {
    if (random.chance(0.05)) chunks.push(stream.subarray(at, at));
    const length = Math.max(least, random.integer(1, most));
    chunks.push(stream.subarray(at, at + length));
    at += length;
  }
  return chunks;
}

module.exports = { EXTREMES, conversation, cut, message };
