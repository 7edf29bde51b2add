'use strict';

const { isUtf8 } = require('node:buffer');
const native = require('./addon.js');

/**
 * Extensions whose messages begin with a bencoded dictionary, and whether that is text. Their packages
 * decode it with a library that never comes back from some input, such as a list with a string of
 * negative length; ut_metadata takes the bytes for text first, so a wrong one moves all lengths.
 * @type {Map<string, { isText: boolean }>}
 */
const BENCODED = new Map([
  ['ut_metadata', { isText: true }], // BEP 9
  ['ut_pex', { isText: false }], // BEP 11
]);

/**
 * Whether a message is what its extension is made for. Others than the published ones judge for
 * themselves.
 * @param {string} name of the extension
 * @param {Buffer} payload
 */
function isFit(name, payload) {
  const kind = BENCODED.get(name);
  if (kind === undefined) return true;
  const length = native.dictionaryLength(payload);
  return length > 0 && (!kind.isText || isUtf8(payload.subarray(0, length)));
}

module.exports = { isFit };
