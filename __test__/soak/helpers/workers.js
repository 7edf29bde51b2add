'use strict';

const { once } = require('node:events');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

/** Wires in a thread. */
const WIRES = 8;
/** Milliseconds of traffic, at most, before a thread is ended. */
const MOST_MS = 20;

/**
 * Starts threads full of traffic and ends each in the middle of it.
 * @param {number} count
 * @param {import('./random.js').Random} random
 * @param {import('./ledger.js').Ledger} ledger
 * @param {() => Promise<unknown>} pace waited for between two of them
 * @returns {Promise<number>} how many were ended
 */
async function terminateMany(count, random, ledger, pace) {
  let ended = 0;
  for (; ended < count; ended++) {
    const seed = random.below(2 ** 32);
    const worker = new Worker(path.join(__dirname, 'worker.js'), {
      workerData: { wires: WIRES, seed },
    });
    const exit = once(worker, 'exit');
    await new Promise((resolve, reject) => {
      worker.on('message', (message) => {
        if (message === 'busy') resolve(null);
        else ledger.violation(`thread of seed ${seed}: ${message.violation}`);
      });
      worker.on('error', reject);
    });
    await new Promise((resolve) => setTimeout(resolve, random.below(MOST_MS)));
    await worker.terminate();
    const [code] = await exit;
    if (code !== 1) ledger.violation(`a thread that was ended exited with ${code}`);
    await pace();
  }
  return ended;
}

module.exports = { terminateMany };
