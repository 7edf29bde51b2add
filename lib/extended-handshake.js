'use strict';

const { decodeDictionary } = require('./bencoding.js');

/**
 * Longest extension handshake that is looked at, in bytes. Those of real clients have some hundreds.
 */
const LONGEST = 64 * 1024;

/** Most names kept of a peer's extensions, and the longest: it may announce others again and again. */
const MOST_NAMES = 256;
const LONGEST_NAME = 255;

const isBytes = (/** @type {unknown} */ value) => Buffer.isBuffer(value);
const isAddress = (/** @type {number} */ length) => (/** @type {any} */ value) =>
  isBytes(value) && value.length === length;
const isNumber = (/** @type {any} */ value) => Number.isSafeInteger(value) && value >= 0;

/**
 * What has a meaning that is known (BEP 9, 10, 21), and the only values it can have.
 * @type {Record<string, (value: any) => boolean>}
 */
const KNOWN = {
  m: (value) =>
    value !== null && typeof value === 'object' && !Array.isArray(value) && !isBytes(value),
  metadata_size: isNumber,
  p: (value) => isNumber(value) && value <= 65535,
  reqq: isNumber,
  upload_only: isNumber,
  v: isBytes,
  yourip: (value) => isAddress(4)(value) || isAddress(16)(value),
  ipv4: isAddress(4),
  ipv6: isAddress(16),
};

/**
 * @param {Uint8Array} payload of an extension handshake (BEP 10)
 * @returns {Record<string, any> | null} what it says: a known entry is of its type or left out. Null
 *   when it is not well-formed; that is no reason to close (libtorrent and Transmission pass it over)
 */
function decodeExtendedHandshake(payload) {
  if (payload.length > LONGEST) return null;
  // A copy: what is kept must not keep the chunk, nor another thread change what has been judged.
  const said = decodeDictionary(Buffer.from(payload));
  if (said === null) return null;
  for (const [key, isValid] of Object.entries(KNOWN)) {
    if (Object.hasOwn(said, key) && !isValid(said[key])) delete said[key];
  }
  return said;
}

/**
 * Adds to a mapping what a handshake says of extensions. It is additive: 0 takes one away (BEP 10).
 * @param {Record<string, number>} mapping ids by name
 * @param {Record<string, unknown>} changes
 */
function updateMapping(mapping, changes) {
  let count = Object.keys(mapping).length;
  for (const [name, id] of Object.entries(changes)) {
    const isKnown = Object.hasOwn(mapping, name);
    if (id === 0) {
      if (isKnown) count--;
      delete mapping[name];
    } else if (isNumber(id) && /** @type {number} */ (id) <= 255 && name.length <= LONGEST_NAME) {
      if (!isKnown && ++count > MOST_NAMES) return;
      mapping[name] = /** @type {number} */ (id);
    }
  }
}

module.exports = { decodeExtendedHandshake, updateMapping };
