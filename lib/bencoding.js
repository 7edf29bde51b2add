'use strict';

const bencode = require('bencode');
const { invalidType, outOfRange } = require('./errors.js');

/** Deepest nesting that is encoded: more is a mistake, such as an object that contains itself. */
const DEEPEST = 64;

/** Integers from here on the library gets wrong. */
const TOO_LARGE = 2 ** 62;

/**
 * @param {object} value
 * @returns {Iterable<unknown>} what is in a list or dictionary
 */
function partsOf(value) {
  if (Array.isArray(value) || value instanceof Set) return value;
  return value instanceof Map ? value.values() : Object.values(value);
}

/**
 * Throws unless all of `value` has a form in bencoding (BEP 3). The library would leave out the rest,
 * or round it, and send what nobody can parse. Booleans have none either.
 * @param {unknown} value
 * @param {number} depth
 */
function check(value, depth) {
  if (depth > DEEPEST) throw outOfRange('message', `nested at most ${DEEPEST} deep`, value);
  if (typeof value === 'number') {
    if (!Number.isInteger(value) || Math.abs(value) >= TOO_LARGE) {
      throw outOfRange('message', 'made of integers between -2^62 and 2^62', value);
    }
  } else if (typeof value === 'object' && value !== null) {
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return;
    // Of what lists and dictionaries contain, the library leaves out null and undefined.
    for (const part of partsOf(value)) if (part !== undefined) check(part, depth + 1);
  } else if (value !== null && typeof value !== 'string') {
    throw invalidType('message', 'bytes or a value to bencode', value);
  }
}

/**
 * @param {unknown} message
 * @returns {Buffer} the message in bencoding
 */
function encode(message) {
  check(message, 0);
  // As in 0.7.1, null is an empty dictionary.
  return bencode.encode(message ?? {});
}

module.exports = { encode };
