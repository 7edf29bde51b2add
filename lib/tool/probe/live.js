'use strict';

const { report } = require('./report.js');

/** Milliseconds between two pictures. */
const EVERY = 100;

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
/** A line longer than the terminal is wide must not become two while lines are counted. */
const CUT_LINES = '\x1b[?7l';
const WRAP_LINES = '\x1b[?7h';
const ERASE_LINE = '\x1b[K';
const ERASE_BELOW = '\x1b[J';

/** What is known, in a terminal, drawn again in place when there is news. */
class Live {
  #output;
  #findings;
  #drawn = 0;
  #hasNews = false;
  #timer;
  #restore = () => this.#output.write(SHOW_CURSOR + WRAP_LINES);

  /**
   * @param {import('../output.js')} output
   * @param {import('./findings.js').Findings} findings
   */
  constructor(output, findings) {
    this.#output = output;
    this.#findings = findings;
    process.once('exit', this.#restore);
    output.write(HIDE_CURSOR + CUT_LINES);
    this.#timer = setInterval(() => {
      if (this.#hasNews) this.#draw();
    }, EVERY);
  }

  tell() {
    this.#hasNews = true;
  }

  #erase() {
    const erased = this.#drawn === 0 ? '' : `\x1b[${this.#drawn}A\r`;
    this.#drawn = 0;
    return erased;
  }

  #draw() {
    this.#hasNews = false;
    const lines = report(this.#findings, this.#output).slice(0, this.#output.rows - 1);
    const start = this.#erase();
    this.#drawn = lines.length;
    this.#output.write(
      `${start}${lines.map((line) => `${line}${ERASE_LINE}\n`).join('')}${ERASE_BELOW}`,
    );
  }

  close() {
    clearInterval(this.#timer);
    process.off('exit', this.#restore);
    // The last is whole: it stays, and may be copied.
    const lines = report(this.#findings, this.#output);
    this.#output.write(`${this.#erase()}${ERASE_BELOW}${WRAP_LINES}`);
    this.#output.write(`${lines.join('\n')}\n${SHOW_CURSOR}`);
  }
}

module.exports = Live;
