'use strict';

// A thread that changes shared memory as long as it is told to.

const { workerData } = require('node:worker_threads');

const { memory, running } = workerData;
for (let at = 0; ; at = (at + 7919) % memory.length) {
  memory[at]++;
  if (Atomics.load(running, 0) === 0) Atomics.wait(running, 0, 0);
}
