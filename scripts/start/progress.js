'use strict';

const { SingleBar } = require('cli-progress');
const { bytes, duration } = require('./format.js');

const PLAIN_LINE_MS = 2000;
const NOTHING = { verified: 0, speed: 0, peers: 0, active: 0 };

/**
 * A progress bar on a terminal, a plain line now and then elsewhere. Writes to stderr: stdout is
 * for the result.
 */
class Progress {
  #bar;
  #isActive = false;
  #last = NOTHING;

  /** @param {NodeJS.WriteStream} stream */
  constructor(stream = process.stderr) {
    this.#bar = new SingleBar({
      stream,
      format: stream.isTTY
        ? '{bar} {percentage} % | {done} of {size} | {speed} | {peers} | {left} left'
        : '{percentage} %, {done} of {size}, {speed}, {peers}, {left} left',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 24,
      hideCursor: true,
      linewrap: false,
      gracefulExit: false, // stop() is called on every way out
      noTTYOutput: true,
      notTTYSchedule: PLAIN_LINE_MS,
    });
  }

  /** @param {number} total bytes */
  start(total) {
    this.total = total;
    this.#isActive = true;
    this.#bar.start(total, 0, payload(NOTHING, total));
  }

  /** @param {{ verified: number, speed: number, peers: number, active: number }} state */
  update(state) {
    this.#last = state;
    if (this.#isActive) this.#bar.update(state.verified, payload(state, this.total ?? 0));
  }

  /** All of it is there. */
  finish() {
    const total = this.total ?? 0;
    this.update({ ...this.#last, verified: total });
    this.stop();
  }

  stop() {
    if (this.#isActive) this.#bar.stop();
    this.#isActive = false;
  }
}

/**
 * @param {{ verified: number, speed: number, peers: number, active: number }} state
 * @param {number} total
 */
function payload({ verified, speed, peers, active }, total) {
  const left = total - verified;
  return {
    done: bytes(verified),
    size: bytes(total),
    speed: `${bytes(speed)}/s`,
    peers: `${active}/${peers} peers`,
    left: duration(left === 0 ? 0 : left / speed),
  };
}

exports.Progress = Progress;
