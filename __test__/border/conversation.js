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
  (random) => bytes.message(random.pick([10, 13, 17, 19, 21, 22, 200, 255]), block(random)),
];

/**
 * What means something only to a reader that has announced the Fast extension, or version 2, or has
 * an extension in use.
 * @type {((random: Random, pieceCount: number | null) => Uint8Array)[]}
 */
const AGREED = [
  (random, count) => bytes.suggest(index(random, count)),
  (random, count) => bytes.allowedFast(index(random, count)),
  (random) => random.pick([bytes.haveAll, bytes.haveNone]),
  (random) => bytes.reject(random.integer(0, 9), random.pick(EXTREMES), random.length(500)),
  (random) => bytes.hashRequest(...range(random)),
  (random) => bytes.hashReject(...range(random)),
  (random) => {
    const [baseLayer, at, , proofLayers] = range(random);
    const count = random.integer(1, 9);
    // As many as belong there, unless there is a proof, mostly.
    const numbers = [baseLayer, at, count, random.chance(0.7) ? 0 : proofLayers];
    return bytes.hashes(numbers, random.bytes(32 * (random.chance(0.9) ? count : 3)));
  },
  (random) => bytes.extended(0, dictionary(random)),
  (random) => bytes.extended(random.integer(1, 3), block(random)),
];

/** @param {Random} random @returns {number[]} which hashes */
function range(random) {
  return Array.from({ length: 4 }, () =>
    random.chance(0.1) ? random.pick(EXTREMES) : random.integer(0, 20),
  );
}

/** @param {string | Uint8Array} value */
const string = (value) => Buffer.concat([Buffer.from(`${value.length}:`), Buffer.from(value)]);

/** @param {Random} random @param {number} room levels that may follow @returns {Buffer} in bencoding */
function value(random, room) {
  switch (random.integer(0, room > 0 ? 3 : 1)) {
    case 0:
      return Buffer.from(`i${random.pick([0, 1, 5, 255, 256, 65_536, -1, 2 ** 53, 1e15])}e`);
    case 1:
      return string(random.bytes(random.pick([0, 4, 16, 300])));
    case 2: {
      const parts = Array.from({ length: random.integer(0, 4) }, () => value(random, room - 1));
      return Buffer.concat([Buffer.from('l'), ...parts, Buffer.from('e')]);
    }
    default:
      return dictionaryOf(random, room - 1, KEYS);
  }
}

const KEYS = ['m', 'p', 'v', 'reqq', 'metadata_size', 'yourip', 'ipv4', '__proto__', 'x', 'length'];
const EXTENSIONS = ['alpha', 'beta', 'gamma', 'ut_pex', 'toString', '__proto__'];

/** @param {Random} random @param {number} room @param {string[]} keys */
function dictionaryOf(random, room, keys) {
  const parts = [];
  for (let left = random.integer(0, 5); left > 0; left--) {
    parts.push(string(random.pick(keys)), value(random, room));
  }
  return Buffer.concat([Buffer.from('d'), ...parts, Buffer.from('e')]);
}

/** @param {Random} random @returns {Buffer} an extension handshake, right more often than not */
function dictionary(random) {
  if (random.chance(0.1)) return random.bytes(random.length(300));
  const ids = Array.from({ length: random.integer(0, 4) }, () => {
    const id = random.chance(0.9) ? random.integer(0, 9) : random.pick([-1, 255, 256, 2 ** 53]);
    return Buffer.concat([string(random.pick(EXTENSIONS)), Buffer.from(`i${id}e`)]);
  });
  const mapping = [Buffer.from('1:md'), ...ids, Buffer.from('e')];
  const others = dictionaryOf(random, random.pick([0, 1, 3, 20]), KEYS).subarray(1);
  const whole = Buffer.concat([Buffer.from('d'), ...mapping, others]);
  return random.chance(0.2) ? mutate(random, whole) : whole;
}

/** @param {Random} random @param {number | null} pieceCount */
function message(random, pieceCount) {
  return random.pick(random.chance(0.4) ? AGREED : MESSAGES)(random, pieceCount);
}

/** @param {Random} random @returns {number} what a peer announces, see `bytes.BITS` */
function announced(random) {
  const { dht, fast, v2 } = bytes.BITS;
  return [dht, fast, v2].reduce((bits, bit) => bits | (random.chance(0.7) ? bit : 0), 0);
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
  const parts = [bytes.handshake(announced(random))];
  for (let left = random.integer(0, 30); left > 0; left--) parts.push(message(random, pieceCount));
  // More than a table of records holds.
  if (random.chance(0.02)) {
    const have = bytes.have(index(random, pieceCount));
    parts.splice(random.integer(1, parts.length), 0, ...Array(2500).fill(have));
  }
  // More often than it is believed.
  if (random.chance(0.03)) {
    const fills = Array.from({ length: random.integer(7, 12) }, () =>
      random.pick([bytes.haveAll, bytes.haveNone]),
    );
    parts.splice(random.integer(1, parts.length), 0, ...fills);
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

module.exports = { EXTREMES, announced, conversation, cut, dictionary, message, mutate };
