'use strict';

const fs = require('node:fs');
const { Meter } = require('./measure.js');

// CPU time of the thread that runs JavaScript alone. Node has no clock of one thread; Linux tells it in
// nanoseconds, as of the last tick or switch of threads, which may be 10 ms ago. Asking for the time of
// all threads brings it up to date.

const FILE = `/proc/self/task/${process.pid}/schedstat`;

/** @returns {string | null} why it cannot be told here */
function missing() {
  return fs.existsSync(FILE) ? null : 'CPU time of one thread is told by Linux alone';
}

/** @returns {number} in nanoseconds */
function mainThreadTime() {
  process.cpuUsage();
  return Number(fs.readFileSync(FILE, 'latin1').split(' ', 1)[0]);
}

/** Adds up the main thread's own time too, where it can be told. */
class ThreadMeter extends Meter {
  main = 0;
  #isAble = missing() === null;
  #from = 0;

  start() {
    if (this.#isAble) this.#from = mainThreadTime();
    super.start();
  }

  stop() {
    super.stop();
    if (this.#isAble) this.main += mainThreadTime() - this.#from;
  }

  /** @param {number} bytes */
  per(bytes) {
    const values = super.per(bytes);
    return this.#isAble ? { ...values, main: this.main / bytes } : values;
  }
}

module.exports = { ThreadMeter, missing };
