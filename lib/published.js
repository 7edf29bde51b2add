'use strict';

const { isUtf8 } = require('node:buffer');
const native = require('./addon.js');
const { decodeDictionary } = require('./bencoding.js');

/** What is bytes in a message of peer exchange, where it is there (BEP 11). */
const PEX_ENTRIES = ['added', 'added.f', 'added6', 'added6.f', 'dropped', 'dropped6'];

/**
 * What published extensions take for granted. Their packages decode messages with a library that never
 * comes back from some input, such as a list with a string of negative length.
 * @type {Map<string, (payload: Buffer) => boolean>}
 */
const JUDGES = new Map([
  [
    'ut_metadata', // BEP 9
    (payload) => {
      const length = native.dictionaryLength(payload);
      // It takes the bytes for text first: one that is none makes all lengths others.
      return length > 0 && isUtf8(payload.subarray(0, length));
    },
  ],
  [
    'ut_pex', // BEP 11
    (payload) => {
      const said = decodeDictionary(Buffer.from(payload));
      // It makes Buffers of whatever it finds: of a length, as long as that is.
      const isBytes = (/** @type {string} */ name) =>
        !Object.hasOwn(said ?? {}, name) || Buffer.isBuffer(said?.[name]);
      return said !== null && PEX_ENTRIES.every(isBytes);
    },
  ],
]);

/**
 * Whether a message is what its extension is made for. Others than the published ones judge for
 * themselves.
 * @param {string} name of the extension
 * @param {Buffer} payload
 */
function isFit(name, payload) {
  return JUDGES.get(name)?.(payload) ?? true;
}

module.exports = { isFit };
