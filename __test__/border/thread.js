'use strict';

// Cases without end, in a thread that will be terminated.

const { parentPort, workerData } = require('node:worker_threads');
const { Random } = require('./random.js');
const { chaos } = require('./scenes/chaos.js');
const { delivery } = require('./scenes/delivery.js');
const { World } = require('./world.js');

async function main() {
  const world = new World();
  world.watch();
  parentPort?.postMessage('started');
  for (let number = 0; ; number++) {
    const random = new Random(workerData.seed, number);
    await random.pick([chaos, delivery])(world, random);
    world.checkUncaught();
  }
}

main().catch((error) => parentPort?.postMessage(error.stack));
