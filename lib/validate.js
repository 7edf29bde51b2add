'use strict';

const { isUint8Array } = require('node:util/types');
const { invalidType, outOfRange } = require('./errors.js');

/**
 * Throws unless `value` is an integer within bounds.
 * @param {unknown} value
 * @param {string} name of the argument, for the message
 * @param {number} min least value allowed
 * @param {number} max greatest value allowed
 */
function integer(value, name, min, max) {
  if (typeof value !== 'number') throw invalidType(name, 'a number', value);
  if (!Number.isInteger(value) || value < min || value > max) {
    throw outOfRange(name, `an integer >= ${min} and <= ${max}`, value);
  }
}

/**
 * Throws unless `value` is a number within bounds, whole or not.
 * @param {unknown} value
 * @param {string} name of the argument, for the message
 * @param {number} min least value allowed
 * @param {number} max greatest value allowed
 */
function within(value, name, min, max) {
  if (typeof value !== 'number') throw invalidType(name, 'a number', value);
  if (!(value >= min && value <= max)) throw outOfRange(name, `>= ${min} and <= ${max}`, value);
}

/**
 * Throws unless `value` fits an unsigned 32-bit integer of the wire.
 * @param {unknown} value
 * @param {string} name of the argument, for the message
 */
function uint32(value, name) {
  // `value >>> 0` is the value itself for these and no others, -0 included, which is 0 on the wire.
  if (typeof value !== 'number' || value >>> 0 !== value) integer(value, name, 0, 0xffffffff);
}

/**
 * Whether `value` is bytes, of whichever realm: those of a `vm` context, such as a test runner's, have a
 * Uint8Array of their own.
 * @param {unknown} value
 * @returns {value is Uint8Array}
 */
function isBytes(value) {
  return value instanceof Uint8Array || isUint8Array(value);
}

/**
 * Throws unless `value` is bytes.
 * @param {unknown} value
 * @param {string} name of the argument, for the message
 */
function bytes(value, name) {
  if (!isBytes(value)) throw invalidType(name, 'a Buffer or Uint8Array', value);
}

/** Length of an info hash and of a peer id, in bytes (BEP 3). */
const HASH_LENGTH = 20;

/** Longest payload, in bytes, whose message has a length that a prefix can say. */
const LONGEST_PAYLOAD = 0xffffffff - 13;

/**
 * @param {unknown} value
 * @returns {boolean} whether it is bytes that fit a message
 */
function isPayload(value) {
  return isBytes(value) && value.length <= LONGEST_PAYLOAD;
}

/**
 * Throws unless `value` is bytes that fit a message.
 * @param {unknown} value
 * @param {string} name of the argument, for the message
 */
function payload(value, name) {
  if (isPayload(value)) return;
  bytes(value, name);
  const { length } = /** @type {Uint8Array} */ (value);
  throw outOfRange(`${name}.length`, `<= ${LONGEST_PAYLOAD}`, length);
}

/**
 * Throws unless `value` is a boolean.
 * @param {unknown} value
 * @param {string} name of the argument, for the message
 */
function boolean(value, name) {
  if (typeof value !== 'boolean') throw invalidType(name, 'a boolean', value);
}

/**
 * Throws unless `value` is a function.
 * @param {unknown} value
 * @param {string} name of the argument, for the message
 */
function callable(value, name) {
  if (typeof value !== 'function') throw invalidType(name, 'a function', value);
}

module.exports = {
  HASH_LENGTH,
  boolean,
  bytes,
  callable,
  integer,
  isBytes,
  isPayload,
  payload,
  uint32,
  within,
};
