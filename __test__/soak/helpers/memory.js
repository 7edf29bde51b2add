'use strict';

const v8 = require('node:v8');
const vm = require('node:vm');

v8.setFlagsFromString('--expose-gc');
const gc = /** @type {() => void} */ (vm.runInNewContext('gc'));

const MB = 1e6;

/** How much more the last third may take than the first, as a share and in MB on top. */
const GROWTH = 0.15;
const SLACK_MB = { heap: 4, rss: 24 };

/** @param {number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Samples of the memory, each after a forced collection. */
class Memory {
  /** In MB: what JavaScript objects and their buffers take, and what is resident. */
  heap = /** @type {number[]} */ ([]);
  rss = /** @type {number[]} */ ([]);

  async sample() {
    let heap = Number.POSITIVE_INFINITY;
    // More than once: the memory of buffers is given back by another thread, a little later.
    for (let i = 0; i < 3; i++) {
      gc();
      await new Promise(setImmediate);
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      heap = Math.min(heap, heapUsed + arrayBuffers);
    }
    this.heap.push(heap / MB);
    this.rss.push(process.memoryUsage.rss() / MB);
  }

  /**
   * The last third against the first.
   * @param {'heap' | 'rss'} kind
   * @returns {{ first: number, last: number, isFlat: boolean }}
   */
  thirds(kind) {
    const samples = this[kind];
    const third = Math.max(1, Math.floor(samples.length / 3));
    const first = median(samples.slice(0, third));
    const last = median(samples.slice(-third));
    return { first, last, isFlat: last <= first * (1 + GROWTH) + SLACK_MB[kind] };
  }
}

module.exports = { Memory };
