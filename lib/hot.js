'use strict';

/**
 * The functions of the addon that a busy wire calls: plain Node-API callbacks, of which the generated
 * native.d.ts knows nothing. See src/binding/hot.rs. Numbers to and from them go through the control
 * table.
 *
 * In an object of their own: that of the addon has so many properties that looking one up costs a tenth
 * of a call.
 *
 * @typedef {object} Hot
 * @property {(chunk?: Uint8Array, assembly?: Uint8Array, plain?: Uint8Array) => void} decode
 *   Decodes the chunk, or the staged bytes, into a table, or a part of the chunk deciphered to `plain`.
 * @property {(out: Uint8Array) => void} encode
 *   Encodes runs of records of a table.
 * @property {() => void} release
 *   What was taken has been dealt with.
 * @property {(out: Uint8Array, bytes: Uint8Array) => void} seal
 *   Enciphers bytes to a place in `out`.
 * @property {(...pieces: Uint8Array[]) => void} send
 *   Sends bytes on a connection.
 * @property {(memories: Uint8Array[], landing: Uint8Array) => void} take
 *   Fills a table with what has happened on the connections.
 */

const { decode, encode, release, seal, send, take } = /** @type {Hot} */ (
  /** @type {unknown} */ (require('./addon.js'))
);

module.exports = { decode, encode, release, seal, send, take };
