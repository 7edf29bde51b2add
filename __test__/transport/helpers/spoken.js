'use strict';

// Peers that speak Fast, version 2 and the extension protocol, as fast-check makes them.

const fc = require('fast-check');
const bytes = require('../../hostile/helpers/bytes.js');

const index = fc.oneof(
  { weight: 5, arbitrary: fc.nat(20) },
  { weight: 1, arbitrary: fc.nat(2 ** 20) },
);
const size = fc.oneof(
  { weight: 4, arbitrary: fc.nat(60) },
  { weight: 2, arbitrary: fc.constantFrom(16384, 20_480, 20_481, 32_768) },
  { weight: 1, arbitrary: fc.nat(150_000) },
);

/** @param {number} length */
const filled = (length) => Buffer.from(Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255));

/** The dictionary of an extension handshake (BEP 10). */
const DICTIONARY = Buffer.from('d1:md6:ut_pexi1ee4:reqqi3ee');

/** @type {Record<string, (...args: any[]) => Buffer>} */
const words = {
  choke: () => bytes.choke,
  unchoke: () => bytes.unchoke,
  interested: () => bytes.interested,
  keepAlive: () => bytes.keepAlive,
  have: bytes.have,
  bitfield: (bits) => bytes.bitfield(Uint8Array.from(bits)),
  request: (piece, length) => bytes.request(piece, 0, length),
  piece: (piece, length) => bytes.piece(piece, 0, filled(length)),
  haveAll: () => bytes.haveAll,
  haveNone: () => bytes.haveNone,
  suggest: bytes.suggest,
  allowedFast: bytes.allowedFast,
  reject: (piece) => bytes.reject(piece, 0, 16384),
  hashRequest: (layer) => bytes.hashRequest(layer, 0, 2, 0),
  extended: (id, length) => bytes.extended(id, filled(length)),
  introduction: () => bytes.extended(0, DICTIONARY),
};

const word = (/** @type {string} */ name, /** @type {fc.Arbitrary<any>[]} */ ...args) =>
  fc.tuple(fc.constant(name), ...args);

const message = fc.oneof(
  ...['choke', 'unchoke', 'interested', 'keepAlive', 'haveAll', 'haveNone'].map((name) =>
    word(name),
  ),
  ...['have', 'suggest', 'allowedFast', 'reject'].map((name) => word(name, index)),
  word('bitfield', fc.array(fc.nat(255), { minLength: 1, maxLength: 3 })),
  word('request', index, fc.nat(20_000)),
  { weight: 4, arbitrary: word('piece', index, size) },
  word('hashRequest', fc.nat(3)),
  word('extended', fc.integer({ min: 1, max: 9 }), size),
  { weight: 2, arbitrary: word('introduction') },
);

/** What a peer says: the last bits of its handshake, and its messages. */
const speech = fc.record({
  bits: fc.constantFrom(0, bytes.BITS.fast, bytes.BITS.fast | bytes.BITS.v2 | bytes.BITS.dht),
  messages: fc.array(message, { maxLength: 25 }),
});

/** @param {{ bits: number, messages: any[][] }} said */
function spoken({ bits, messages }) {
  const rest = messages.map(([name, ...args]) => words[name](...args));
  return Buffer.concat([bytes.handshake(bits), ...rest]);
}

module.exports = { speech, spoken };
