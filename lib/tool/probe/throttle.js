'use strict';

/** Events of a kind that are told one by one; and how often, in milliseconds, how many more there were. */
const MOST = 50;
const EVERY = 1000;

/** Keeps a peer that says the same without end from filling the screen, or the disk. */
class Throttle {
  /** @type {Map<string, number>} */
  #told = new Map();
  /** @type {Map<string, number>} */
  #more = new Map();
  #tellMore;
  #timer;

  /** @param {(event: string, count: number) => void} tellMore */
  constructor(tellMore) {
    this.#tellMore = tellMore;
    this.#timer = setInterval(() => this.#flush(), EVERY);
  }

  /**
   * @param {string} event
   * @returns {boolean} whether it is to be told; else it is counted
   */
  admit(event) {
    const told = this.#told.get(event) ?? 0;
    if (told < MOST) {
      this.#told.set(event, told + 1);
      return true;
    }
    this.#more.set(event, (this.#more.get(event) ?? 0) + 1);
    return false;
  }

  #flush() {
    for (const [event, count] of this.#more) this.#tellMore(event, count);
    this.#more.clear();
  }

  close() {
    clearInterval(this.#timer);
    this.#flush();
  }
}

module.exports = Throttle;
