'use strict';

// The original's own: another version of it may stand at the top.
const bitfield = require(
  require.resolve('bitfield', { paths: [require.resolve('peer-wire-protocol')] }),
);
const { pattern } = require('./bytes');

/**
 * Turns what a conversation says of an argument into the argument.
 * @param {any} value
 * @param {import('./player').Player} player
 */
function materialise(value, player) {
  if (Array.isArray(value)) return value.map((each) => materialise(each, player));
  if (value === null || typeof value !== 'object') return value;
  if ('block' in value) {
    const block = pattern(value.block, value.salt);
    return value.as === 'uint8array' ? Uint8Array.from(block) : block;
  }
  if ('field' in value) {
    const object = bitfield(value.field * 8);
    object.buffer = pattern(value.field, value.salt);
    return object;
  }
  if ('list' in value) return materialise(value.list, player);
  if ('dictionary' in value) {
    return Object.fromEntries(
      value.dictionary.map(([key, each]) => [key, materialise(each, player)]),
    );
  }
  if ('callback' in value) return value.callback ? player.callback(value.callback) : undefined;
  if ('listener' in value) return player.timeoutListener();
  return value;
}

module.exports = { materialise };
