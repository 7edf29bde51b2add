'use strict';

const util = require('node:util');
const { name } = require('../../package.json');

/** Width of what is no terminal. */
const COLUMNS = 80;

/** @typedef {Parameters<typeof util.styleText>[0]} Style */

/**
 * Where lines go: a terminal, a file, a pipe whose reader may leave.
 */
class Output {
  /** @param {NodeJS.WriteStream} stream */
  constructor(stream) {
    this.stream = stream;
    this.isTerminal = stream.isTTY === true;
    // Takes NO_COLOR and its like into account.
    this.#hasColors = this.isTerminal && stream.hasColors();
    stream.on('error', (error) => {
      // Nobody is there to be told anything.
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EPIPE') process.exit();
      process.stderr.write(`${name}: ${error.message}\n`);
      process.exit(1);
    });
  }

  #hasColors;

  get columns() {
    return this.stream.columns || COLUMNS;
  }

  get rows() {
    return this.stream.rows || Number.POSITIVE_INFINITY;
  }

  /**
   * @param {Style} style
   * @param {string} text
   */
  style(style, text) {
    // Not in the first releases of Node 20.
    if (!this.#hasColors || util.styleText === undefined) return text;
    // It would look at the process's own standard output.
    return util.styleText(style, text, { validateStream: false });
  }

  /**
   * @param {string} text
   * @returns {boolean} false when it is better to wait for {@link drained}
   */
  write(text) {
    return this.stream.write(text);
  }

  /** @returns {Promise<void>} */
  drained() {
    if (!this.stream.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => this.stream.once('drain', () => resolve()));
  }
}

module.exports = Output;
