'use strict';

const KEPT = 25;

/** The last things that happened, for when a run fails. Repeated ones are counted. */
class Journal {
  #started = performance.now();
  /** @type {{ text: string, at: number, times: number }[]} */
  #entries = [];

  /** @param {string} text */
  note(text) {
    const last = this.#entries[this.#entries.length - 1];
    if (last?.text === text) {
      last.times++;
      return;
    }
    this.#entries.push({ text, at: performance.now() - this.#started, times: 1 });
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  tail() {
    const lines = this.#entries.map(({ text, at, times }) => {
      const often = times > 1 ? ` (${times} times)` : '';
      return `${(at / 1000).toFixed(3).padStart(8)} s  ${text}${often}`;
    });
    return lines.join('\n');
  }
}

module.exports = { Journal };
