'use strict';

// The side of an encrypted connection that begins it, without a wire: none of those under test
// encrypts what they are tested with. It offers RC4 alone, and pads nothing.

const { createDiffieHellman, createHash } = require('node:crypto');
const { INFO_HASH } = require('./bytes.js');
const { rc4 } = require('./rc4.js');

const PRIME =
  'ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd' +
  'ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a36210000000000090563';
const KEY_LENGTH = 96;
const ZEROS = Buffer.alloc(8); // what both sides encrypt first
const METHOD = Buffer.from([0, 0, 0, 2]); // RC4
const NO_LENGTH = Buffer.alloc(2);
const CHOICE_LENGTH = METHOD.length + NO_LENGTH.length;

/** @param {(string | Uint8Array)[]} parts */
function sha1(...parts) {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * @typedef {object} Ciphers
 * @property {(bytes: Uint8Array) => Buffer} seal what is sent next
 * @property {(bytes: Uint8Array) => Buffer} open what comes next
 */

class Initiator {
  #send;
  #settled;
  #keys = createDiffieHellman(PRIME, 'hex', 2);
  /** @type {Buffer} */
  #received = Buffer.alloc(0);
  /** @type {Ciphers | null} */
  #ciphers = null;
  /** The zeros as they come encrypted. @type {Buffer} */
  #mark = ZEROS;
  /** Bytes of padding behind the choice, once it has come. */
  #left = -1;
  #isSettled = false;

  /**
   * @param {(bytes: Buffer) => void} send to the other side
   * @param {(ciphers: Ciphers) => void} settled what comes behind the padding is the caller's, but it
   *   must not come with it: it has nothing to answer yet
   */
  constructor(send, settled) {
    this.#send = send;
    this.#settled = settled;
  }

  begin() {
    this.#keys.generateKeys();
    this.#send(padded(this.#keys.getPublicKey()));
  }

  /** @param {Uint8Array} bytes that have come */
  read(bytes) {
    if (this.#isSettled) return;
    this.#received = Buffer.concat([this.#received, bytes]);
    if (this.#ciphers === null) {
      if (this.#received.length < KEY_LENGTH) return;
      this.#ask(padded(this.#keys.computeSecret(this.#received.subarray(0, KEY_LENGTH))));
      this.#received = this.#received.subarray(KEY_LENGTH);
    }
    this.#settle(/** @type {any} */ (this.#ciphers));
  }

  /** @param {Buffer} secret of the two */
  #ask(secret) {
    const seal = rc4(sha1('keyA', secret, INFO_HASH));
    const open = rc4(sha1('keyB', secret, INFO_HASH));
    const request = sha1('req2', INFO_HASH);
    const veil = sha1('req3', secret);
    this.#ciphers = { seal, open };
    this.#mark = open(ZEROS);
    this.#send(
      Buffer.concat([
        sha1('req1', secret),
        request.map((byte, n) => byte ^ veil[n]),
        seal(Buffer.concat([ZEROS, METHOD, NO_LENGTH, NO_LENGTH])),
      ]),
    );
  }

  /**
   * Looks for the answer behind the other side's padding, and passes over more of it.
   * @param {Ciphers} ciphers
   */
  #settle(ciphers) {
    if (this.#left === -1) {
      const choice = this.#received.indexOf(this.#mark) + ZEROS.length;
      if (choice < ZEROS.length || this.#received.length < choice + CHOICE_LENGTH) return;
      const bytes = ciphers.open(this.#received.subarray(choice, choice + CHOICE_LENGTH));
      if (!bytes.subarray(0, METHOD.length).equals(METHOD)) throw new Error('RC4 was not chosen');
      this.#left = bytes.readUInt16BE(METHOD.length);
      this.#received = this.#received.subarray(choice + CHOICE_LENGTH);
    }
    if (this.#received.length < this.#left) return;
    if (this.#received.length > this.#left) throw new Error('more came than an answer');
    ciphers.open(this.#received);
    this.#isSettled = true;
    this.#settled(ciphers);
  }
}

/** @param {Buffer} number */
function padded(number) {
  return Buffer.concat([Buffer.alloc(KEY_LENGTH - number.length), number]);
}

module.exports = { Initiator };
