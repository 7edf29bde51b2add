'use strict';

// The wire in threads: that end by themselves, and that are ended in the middle of traffic.

const assert = require('node:assert/strict');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const pwp = require('peer-wire-protocol-native');
const blocks = require('./blocks.cjs');
const { check, when } = require('./checks.cjs');

const COUNT = 500;

/** @param {number} count of blocks */
const start = (count) =>
  new Worker(path.join(__dirname, 'worker-thread.cjs'), { workerData: { count } });

async function main() {
  const wire = pwp();
  await check('threads that go on to their end', async () => {
    const all = Array.from({ length: 2 }, async () => {
      const worker = start(COUNT);
      const exit = when(worker, 'exit');
      const told = new Promise((resolve) => {
        worker.on('message', (message) => message.sums && resolve(message.sums));
      });
      return [...(await told), (await exit)[0]];
    });
    const sum = blocks.digestOf(COUNT);
    for (const one of await Promise.all(all)) assert.deepEqual(one, [sum, sum, 0]);
  });
  await check('threads ended in the middle of traffic', async () => {
    for (let round = 0; round < 10; round++) {
      const worker = start(1e9);
      const exit = when(worker, 'exit');
      await when(worker, 'message');
      worker.terminate();
      await exit;
    }
    wire.have(3);
    assert.deepEqual(wire.read(), Buffer.from([0, 0, 0, 5, 4, 0, 0, 0, 3]));
  });
}

main();
