'use strict';

const assert = require('node:assert/strict');

/** The most bytes kept at a time. */
const MOST_BYTES = 32 * 1024 * 1024;

/**
 * Payloads kept for long, with a copy of what they were: memory that is freed or given to somebody
 * else while a program still holds it shows here.
 */
class Ledger {
  /** @type {{ view: Uint8Array, copy: Buffer, from: string, mayVanish: boolean }[]} */
  #entries = [];
  #bytes = 0;
  checked = 0;

  /**
   * @param {Uint8Array} view
   * @param {string} from which case it comes from
   * @param {boolean} mayVanish whether the program may transfer its memory
   */
  keep(view, from, mayVanish) {
    const copy = Buffer.from(view);
    this.#entries.push({ view, copy, from, mayVanish });
    this.#bytes += copy.length;
    if (this.#bytes > MOST_BYTES) this.verify(this.#entries.length >> 1);
  }

  /**
   * Checks the oldest, and lets go of them.
   * @param {number} [count]
   */
  verify(count = this.#entries.length) {
    for (const { view, copy, from, mayVanish } of this.#entries.splice(0, count)) {
      this.#bytes -= copy.length;
      if (mayVanish && view.length === 0) continue;
      this.checked++;
      assert.ok(copy.equals(view), `a payload of ${copy.length} bytes has changed since ${from}`);
    }
  }
}

module.exports = { Ledger };
