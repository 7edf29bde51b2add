'use strict';

/** Random numbers from a seed: xorshift with 32 bits of state (Marsaglia 2003). */
class Random {
  #state;

  /** @param {...number} seed mixed into one */
  constructor(...seed) {
    let state = 0x9e3779b9;
    for (const part of seed) state = Math.imul(state ^ part ^ (state >>> 15), 0x85ebca6b) + 1;
    this.#state = state >>> 0 || 1;
    for (let i = 0; i < 8; i++) this.uint32();
  }

  uint32() {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state;
  }

  /** @param {number} least @param {number} most */
  integer(least, most) {
    return least + (this.uint32() % (most - least + 1));
  }

  /** A length: mostly small, now and then up to `most`. @param {number} most */
  length(most) {
    return this.integer(0, this.pick([0, 1, 3, 40, 300, most]) % (most + 1));
  }

  /** @param {number} probability */
  chance(probability) {
    return this.uint32() < probability * 2 ** 32;
  }

  /** @template T @param {readonly T[]} list @returns {T} */
  pick(list) {
    return list[this.uint32() % list.length];
  }

  /** @param {number} length */
  bytes(length) {
    const bytes = Buffer.alloc(length);
    // A repeated pattern would let a misplaced payload pass for the right one.
    for (let at = 0; at < length; at += 4) {
      const word = this.uint32();
      for (let i = 0; i < 4 && at + i < length; i++) bytes[at + i] = word >>> (8 * i);
    }
    return bytes;
  }
}

module.exports = { Random };
