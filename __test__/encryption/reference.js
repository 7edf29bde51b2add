'use strict';

// Message stream encryption once more, by the same specification (Azureus wiki, "Message Stream
// Encryption"), for tests: slow, short, and sharing no line with what it tests.

const { createHash } = require('node:crypto');

const PRIME = BigInt(
  '0xffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd' +
    'ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563',
);
const VC = Buffer.alloc(8);
const PLAIN = 1;
const RC4 = 2;

/** @param {bigint} base @param {bigint} exponent */
function power(base, exponent) {
  let result = 1n;
  for (let bit = 1n << 191n; bit > 0n; bit >>= 1n) {
    result = (result * result) % PRIME;
    if (exponent & bit) result = (result * base) % PRIME;
  }
  return result;
}

/** @param {Uint8Array} bytes */
const toNumber = (bytes) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

/** @param {bigint} number */
const toKey = (number) => Buffer.from(number.toString(16).padStart(192, '0'), 'hex');

/** @param {Uint8Array} secret 20 bytes */
const publicKey = (secret) => toKey(power(2n, toNumber(secret)));

/** @param {Uint8Array} secret @param {Uint8Array} key the other side's, public */
const sharedSecret = (secret, key) => toKey(power(toNumber(key), toNumber(secret)));

/** @param {(string | Uint8Array)[]} parts */
function sha1(...parts) {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** @param {Uint8Array} a @param {Uint8Array} b */
const xor = (a, b) => Buffer.from(a.map((byte, i) => byte ^ b[i]));

/** @param {Uint8Array} key @returns {(bytes: Uint8Array) => Buffer} its stream, behind the first 1,024 bytes */
function rc4(key) {
  const state = Array.from({ length: 256 }, (_, i) => i);
  for (let i = 0, j = 0; i < 256; i++) {
    j = (j + state[i] + key[i % key.length]) % 256;
    [state[i], state[j]] = [state[j], state[i]];
  }
  let [i, j] = [0, 0];
  const next = () => {
    i = (i + 1) % 256;
    j = (j + state[i]) % 256;
    [state[i], state[j]] = [state[j], state[i]];
    return state[(state[i] + state[j]) % 256];
  };
  for (let n = 0; n < 1024; n++) next();
  return (bytes) => Buffer.from(Array.from(bytes, (byte) => byte ^ next()));
}

const MARKS = { mark: 'req1', request: 'req2', veil: 'req3', initiator: 'keyA', responder: 'keyB' };

/** @param {Uint8Array} shared */
const mark = (shared) => sha1(MARKS.mark, shared);

/** @param {Uint8Array} infoHash */
const requestHash = (infoHash) => sha1(MARKS.request, infoHash);

/** @param {Uint8Array} shared @param {Uint8Array} infoHash what is sent of it */
const veiled = (shared, infoHash) => xor(requestHash(infoHash), sha1(MARKS.veil, shared));

/** @param {'initiator' | 'responder'} role who sends @param {Uint8Array} shared @param {Uint8Array} infoHash */
const streamOf = (role, shared, infoHash) => rc4(sha1(MARKS[role], shared, infoHash));

/** @param {number} value */
const u16 = (value) => Buffer.from([value >> 8, value & 255]);

/** @param {number} value */
const u32 = (value) => Buffer.concat([u16(value >>> 16), u16(value & 65535)]);

/**
 * What the initiator encrypts of its second message.
 * @param {{ methods?: number, padding?: number, initial?: Uint8Array }} [fields]
 */
function offer({ methods = PLAIN | RC4, padding = 0, initial = Buffer.alloc(0) } = {}) {
  const zeros = Buffer.alloc(padding);
  return Buffer.concat([VC, u32(methods), u16(padding), zeros, u16(initial.length), initial]);
}

/**
 * What the responder encrypts of its second message.
 * @param {{ method?: number, padding?: number }} [fields]
 */
function choice({ method = RC4, padding = 0 } = {}) {
  return Buffer.concat([VC, u32(method), u16(padding), Buffer.alloc(padding)]);
}

module.exports = {
  PLAIN,
  PRIME,
  RC4,
  VC,
  choice,
  mark,
  offer,
  publicKey,
  requestHash,
  sharedSecret,
  streamOf,
  toKey,
  u16,
  u32,
  veiled,
};
