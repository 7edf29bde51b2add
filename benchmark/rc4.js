'use strict';

const DISCARDED = 1024; // bytes of each stream that nobody uses

/**
 * The stream of a key, behind its first bytes.
 * @param {Uint8Array} key
 * @returns {(bytes: Uint8Array) => Buffer} enciphers, or deciphers, what comes next
 */
function rc4(key) {
  const state = Uint8Array.from({ length: 256 }, (_, n) => n);
  for (let i = 0, j = 0; i < 256; i++) {
    const value = state[i];
    j = (j + value + key[i % key.length]) & 255;
    state[i] = state[j];
    state[j] = value;
  }
  let i = 0;
  let j = 0;
  const apply = (/** @type {Uint8Array} */ bytes) => {
    const out = Buffer.allocUnsafeSlow(bytes.length);
    for (let n = 0; n < bytes.length; n++) {
      i = (i + 1) & 255;
      const a = state[i];
      j = (j + a) & 255;
      const b = state[j];
      state[i] = b;
      state[j] = a;
      out[n] = bytes[n] ^ state[(a + b) & 255];
    }
    return out;
  };
  apply(Buffer.alloc(DISCARDED));
  return apply;
}

module.exports = { rc4 };
