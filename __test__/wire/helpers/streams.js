'use strict';

// Streams of a peer as fast-check makes them, cut in every way. What is made are plans of a few
// words, so that a counterexample can be read.

const fc = require('fast-check');
const bytes = require('../../hostile/helpers/bytes.js');

const index = fc.oneof(fc.nat(30), fc.nat(100_000), fc.constantFrom(2 ** 21 - 1, 2 ** 21));
const word = fc.oneof(fc.nat(100), fc.nat(0xffffffff));
/** Length of a payload, in bytes. */
const size = fc.oneof(
  { weight: 6, arbitrary: fc.nat(40) },
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 4096, 16384, 16385) },
  { weight: 1, arbitrary: fc.nat(200_000) },
);

/** Bytes that differ from place to place, so that none can be taken for another. */
function filled(length, salt) {
  const block = Buffer.alloc(length);
  for (let i = 0; i < length; i++) block[i] = (i * 31 + (i >> 8) + salt) & 255;
  return block;
}

/** Every step of a plan, and the bytes it stands for. @type {Record<string, (...args: any[]) => Buffer>} */
const steps = {
  choke: () => bytes.choke,
  unchoke: () => bytes.unchoke,
  interested: () => bytes.interested,
  uninterested: () => bytes.uninterested,
  keepAlive: () => bytes.keepAlive,
  handshake: bytes.handshake,
  garbage: (length) => filled(length, 200),
  have: bytes.have,
  bitfield: (bits) => bytes.bitfield(Uint8Array.from(bits)),
  request: bytes.request,
  cancel: bytes.cancel,
  piece: (at, offset, length) => bytes.piece(at, offset, filled(length, at)),
  port: bytes.port,
  extended: (id, length) => bytes.extended(id, filled(length, id)),
  message: (id, length) => bytes.message(id, filled(length, id)),
  prefix: (length) => bytes.u32(length),
};

const step = (/** @type {string} */ name, /** @type {fc.Arbitrary<unknown>[]} */ ...args) =>
  fc.tuple(fc.constant(name), ...args);

/** A message that keeps the protocol, or nearly: bitfields and indexes may be out of range. */
const message = fc.oneof(
  ...['choke', 'unchoke', 'interested', 'uninterested', 'keepAlive'].map((name) => step(name)),
  { weight: 3, arbitrary: step('have', index) },
  { weight: 3, arbitrary: step('bitfield', fc.array(fc.nat(255), { maxLength: 5 })) },
  step('request', word, word, word),
  step('cancel', word, word, word),
  { weight: 3, arbitrary: step('piece', word, word, size) },
  step('port', fc.nat(65535)),
  { weight: 2, arbitrary: step('extended', fc.nat(255), size) },
  { weight: 2, arbitrary: step('message', fc.constantFrom(10, 13, 17, 21, 255), size) },
);

/** What breaks the protocol. */
const broken = fc.oneof(
  step('prefix', fc.constantFrom(0xffffffff, 2 ** 20 + 1)),
  step('have', fc.constant(0xfffffffe)),
  step('message', fc.constantFrom(0, 1, 2, 3), fc.integer({ min: 1, max: 9 })),
  step('message', fc.constantFrom(4, 6, 7, 8, 9, 20), fc.nat(30)),
);

/** A peer's stream: its steps, and how many bytes of the last of them never come. */
const plan = fc.record({
  steps: fc
    .tuple(
      fc.oneof(
        { weight: 9, arbitrary: step('handshake', fc.nat(1)) },
        { weight: 1, arbitrary: step('garbage', fc.integer({ min: 1, max: 20 })) },
      ),
      fc.array(message, { maxLength: 25 }),
      fc.oneof(
        fc.constant([]),
        // With a message behind it that must not be seen.
        broken.map((tail) => [tail, ['have', 1]]),
      ),
    )
    .map(([opening, messages, tail]) => [opening, ...messages, ...tail]),
  missing: fc.oneof(fc.constant(0), fc.nat(50)),
});

/** @param {{ steps: any[][], missing: number }} given */
function encode({ steps: list, missing }) {
  const all = Buffer.concat(list.map(([name, ...args]) => steps[name](...args)));
  return all.subarray(0, Math.max(all.length - missing, 0));
}

/** Lengths of chunks, used over and over: small ones, large ones, and any mixture. */
const cuts = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 70 }) },
    { weight: 2, arbitrary: fc.constantFrom(0, 1448, 16384, 65536) },
    { weight: 1, arbitrary: fc.integer({ min: 100, max: 100_000 }) },
  ),
  { minLength: 1, maxLength: 8 },
);

/** Most chunks a stream is cut into: more take long and show nothing more. */
const MOST_CHUNKS = 5000;

/**
 * @param {Buffer} all
 * @param {number[]} lengths
 * @returns {Buffer[]} chunks in memory of their own, as a socket gives them
 */
function cut(all, lengths) {
  const chunks = [];
  for (let at = 0, i = 0; at < all.length; i++) {
    let length = lengths[i % lengths.length];
    if (i >= lengths.length) length = Math.max(length, 1);
    if (i >= MOST_CHUNKS) length = all.length;
    chunks.push(Buffer.from(all.subarray(at, at + length)));
    at += length;
  }
  return chunks;
}

module.exports = { cut, cuts, encode, plan };
