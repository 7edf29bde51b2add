'use strict';

/**
 * The addon, with types for its hot functions: plain Node-API callbacks, of which the generated
 * native.d.ts knows nothing. See src/binding/hot.rs.
 *
 * @typedef {object} Hot
 * @property {(chunk?: Uint8Array, assembly?: Uint8Array, plain?: Uint8Array) => void} decode
 *   Decodes the chunk, or the staged bytes, into a table, or a part of the chunk deciphered to `plain`;
 *   numbers go through the control table.
 * @property {(out: Uint8Array) => void} encode
 *   Encodes runs of records of a table; numbers go through the control table.
 * @property {(out: Uint8Array, bytes: Uint8Array) => void} seal
 *   Enciphers bytes to a place in `out`; numbers go through the control table.
 */

const native = require('./native.js');

module.exports = /** @type {typeof native & Hot} */ (native);
