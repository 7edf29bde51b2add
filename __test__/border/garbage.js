'use strict';

// Values that are not what anybody asked for.

const { EXTREMES } = require('./conversation.js');

/** @typedef {import('./random.js').Random} Random */

/** @type {((random: Random) => unknown)[]} */
const VALUES = [
  () => undefined,
  () => null,
  () => ({}),
  () => [],
  () => '',
  () => 'block',
  () => true,
  () => 3n,
  () => Symbol('value'),
  () => () => {},
  () => Number.NaN,
  () => Number.NEGATIVE_INFINITY,
  () => -1,
  () => 0.5,
  () => 2 ** 32,
  () => 2 ** 53,
  () => new Date(0),
  () => ({ length: 20 }),
  () => ({ buffer: new Uint8Array(3) }),
  () => new ArrayBuffer(9),
  () => new SharedArrayBuffer(9),
  () => new DataView(new ArrayBuffer(9)),
  () => new Uint16Array(9),
  () => new Float64Array(3),
  () => new BigInt64Array(3),
  () => Object.create(Uint8Array.prototype),
  () => new Proxy(new Uint8Array(9), {}),
  (random) => random.uint32(),
  (random) => random.pick(EXTREMES),
  (random) => random.bytes(random.length(300)),
  (random) => new Uint8Array(random.length(300)),
];

/** @param {Random} random */
function garbage(random) {
  return random.pick(VALUES)(random);
}

/** @param {Random} random @param {number} most */
function garbageArguments(random, most) {
  return Array.from({ length: random.integer(0, most) }, () => garbage(random));
}

module.exports = { garbage, garbageArguments };
