'use strict';

// A thread in which wires are fuzzed ends at any moment.

const { once } = require('node:events');
const path = require('node:path');
const { setTimeout } = require('node:timers/promises');
const { Worker } = require('node:worker_threads');

/** @typedef {import('../world.js').World} World */
/** @typedef {import('../random.js').Random} Random */

/** @param {World} _world @param {Random} random */
async function threads(_world, random) {
  const worker = new Worker(path.join(__dirname, '../thread.js'), {
    workerData: { seed: random.uint32() },
  });
  const said = [];
  worker.on('message', (text) => said.push(text));
  worker.on('error', (error) => said.push(error.stack));
  while (said.length === 0) await Promise.race([once(worker, 'message'), once(worker, 'exit')]);
  await setTimeout(random.integer(0, 50));
  await worker.terminate();
  if (said.length !== 1 || said[0] !== 'started') throw new Error(`in a thread: ${said.at(-1)}`);
}

module.exports = { threads };
