'use strict';

const { SingleBar } = require('cli-progress');

const PLAIN_LINE_MS = 5000;

/**
 * A progress bar on a terminal, a plain line now and then elsewhere. Writes to stderr: stdout is
 * for the result.
 */
class Progress {
  #bar = new SingleBar({
    stream: process.stderr,
    format: process.stderr.isTTY
      ? '{bar} {percentage} % | {value}/{total} | {what} | {eta_formatted} left'
      : '{percentage} %, {value} of {total}, {what}, {eta_formatted} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    etaBuffer: 60,
    hideCursor: true,
    linewrap: false,
    gracefulExit: false, // stop() is called on every way out
    noTTYOutput: true,
    notTTYSchedule: PLAIN_LINE_MS,
  });
  #isActive = false;

  /** @param {{ done: number, total: number, workload: string, runner: string }} step */
  update({ done, total, workload, runner }) {
    const what = { what: `${workload}, ${runner}` };
    if (!this.#isActive) this.#bar.start(total, done, what);
    this.#isActive = true;
    this.#bar.update(done, what);
  }

  stop() {
    if (this.#isActive) this.#bar.stop();
    this.#isActive = false;
  }
}

module.exports = { Progress };
