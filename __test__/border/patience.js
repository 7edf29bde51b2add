'use strict';

// The time an exchange may take holds a wire that nobody has any more for half a minute. Here it runs
// out when stock is taken.

/** Milliseconds, as in lib/encryption.js: no other timer has as many. */
const EXCHANGE_MS = 30_000;

class Patience {
  /** @type {Map<NodeJS.Timeout, () => void>} */
  #waiting = new Map();

  watch() {
    const { setTimeout: begin, clearTimeout: end } = globalThis;
    const timers = /** @type {any} */ (globalThis);
    timers.setTimeout = (work, milliseconds, ...args) => {
      const timer = begin(work, milliseconds, ...args);
      if (milliseconds === EXCHANGE_MS) this.#waiting.set(timer, work);
      return timer;
    };
    timers.clearTimeout = (timer) => {
      this.#waiting.delete(timer);
      end(timer);
    };
  }

  /** @param {(work: () => void) => void} attempt */
  runOut(attempt) {
    for (const [timer, work] of this.#waiting) {
      clearTimeout(timer);
      attempt(work);
    }
  }
}

module.exports = { Patience };
