'use strict';

/** What has been read of a file and not used yet. */
class Pending {
  /** @type {Buffer} */
  #bytes = Buffer.alloc(0);
  #at = 0;

  get length() {
    return this.#bytes.length - this.#at;
  }

  /** All of it. */
  get bytes() {
    return this.#bytes.subarray(this.#at);
  }

  /** @param {Buffer} chunk */
  push(chunk) {
    this.#bytes = this.length === 0 ? chunk : Buffer.concat([this.bytes, chunk]);
    this.#at = 0;
  }

  /**
   * @param {number} length
   * @returns {Buffer} a view
   */
  take(length) {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

module.exports = Pending;
