'use strict';

const bencode = require('bencode');
const native = require('./addon.js');
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

/** Most values read, as two bytes can become an object each: extension handshakes have some dozens. */
const MOST_VALUES = 8192;
const TOO_MANY = Symbol('too many values');

/** Reads bencoding that has been found well-formed, which also bounds its depth. */
class Reader {
  #bytes;
  #at = 0;
  #count = 0;

  /** @param {Buffer} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
  }

  /** @returns {unknown} a number, bytes, an array or an object */
  value() {
    if (++this.#count > MOST_VALUES) throw TOO_MANY;
    switch (this.#bytes[this.#at]) {
      case 0x69: // i
        this.#at++;
        return this.#number('e');
      case 0x6c: // l
        return this.#list();
      case 0x64: // d
        return this.#dictionary();
      default:
        return this.#string();
    }
  }

  /** @param {string} end the character behind it */
  #number(end) {
    const start = this.#at;
    const stop = this.#bytes.indexOf(end, start);
    this.#at = stop + 1;
    return Number(this.#bytes.toString('latin1', start, stop));
  }

  #string() {
    const length = this.#number(':');
    const start = this.#at;
    this.#at += length;
    return this.#bytes.subarray(start, this.#at);
  }

  /** Whether a list or dictionary ends here: then it is gone past. */
  #ends() {
    const ends = this.#bytes[this.#at] === 0x65; // e
    if (ends) this.#at++;
    return ends;
  }

  #list() {
    const list = [];
    this.#at++;
    while (!this.#ends()) list.push(this.value());
    return list;
  }

  #dictionary() {
    /** @type {Record<string, unknown>} */
    const dictionary = {};
    this.#at++;
    while (!this.#ends()) {
      const key = this.#string().toString();
      const value = this.value();
      // Set, it would change what kind of object this is.
      if (key !== '__proto__') dictionary[key] = value;
    }
    return dictionary;
  }
}

/**
 * The dictionary at the front of `bytes`. Not by the library: its decoder need not come to an end, and
 * lets a peer choose what an object inherits from.
 * @param {Buffer} bytes
 * @returns {Record<string, any> | null} strings are views of `bytes`; null when there is none that is
 *   well-formed, see `wire::dictionary_len` in Rust, or one of too many values
 */
function decodeDictionary(bytes) {
  if (native.dictionaryLength(bytes) === 0) return null;
  try {
    return /** @type {Record<string, any>} */ (new Reader(bytes).value());
  } catch (error) {
    if (error === TOO_MANY) return null;
    throw error;
  }
}

module.exports = { decodeDictionary, encode };
