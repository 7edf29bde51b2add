'use strict';

/** Most blocks kept: some peers never answer for a request that was taken back. */
const MOST = 1000;

/**
 * @param {number} piece
 * @param {number} offset in bytes
 * @param {number} length in bytes
 */
const keyOf = (piece, offset, length) => `${piece}/${offset}/${length}`;

/**
 * Requests that were taken back and that the peer still answers for, with Fast (BEP 6): its reject is
 * not for one made since for the same block.
 */
class TakenBack {
  /** How many there are of a block, the oldest first. @type {Map<string, number>} */
  #counts = new Map();

  /**
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   */
  add(piece, offset, length) {
    const key = keyOf(piece, offset, length);
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
    if (this.#counts.size <= MOST) return;
    for (const oldest of this.#counts.keys()) {
      this.#counts.delete(oldest);
      return;
    }
  }

  /**
   * The peer rejects a request.
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   * @returns {boolean} whether it was one that was taken back
   */
  answer(piece, offset, length) {
    const key = keyOf(piece, offset, length);
    const count = this.#counts.get(key);
    if (count === undefined) return false;
    if (count === 1) this.#counts.delete(key);
    else this.#counts.set(key, count - 1);
    return true;
  }

  /**
   * A block has come: whichever request it answers, no other answer is owed for sure.
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   */
  forget(piece, offset, length) {
    if (this.#counts.size > 0) this.#counts.delete(keyOf(piece, offset, length));
  }
}

module.exports = TakenBack;
