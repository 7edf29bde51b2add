'use strict';

// Chunks and blocks in memory that another thread scribbles on all the while.

const path = require('node:path');
const { Worker } = require('node:worker_threads');
const { conversation, cut } = require('../conversation.js');
const { RECEIVED } = require('../../contract.js');
const { pwp } = require('../world.js');

/** @typedef {import('../world.js').World} World */
/** @typedef {import('../random.js').Random} Random */

const SIZE = 64 * 1024;

/** @type {{ memory: Uint8Array, running: Int32Array } | null} */
let scribbler = null;

function startScribbler() {
  const memory = new Uint8Array(new SharedArrayBuffer(SIZE));
  const running = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(path.join(__dirname, '../scribbler.js'), {
    workerData: { memory, running },
  });
  worker.unref();
  return { memory, running };
}

/** @param {World} world @param {Random} random */
async function shared(world, random) {
  scribbler ??= startScribbler();
  const { memory, running } = scribbler;
  Atomics.store(running, 0, 1);
  Atomics.notify(running, 0);
  const wire = /** @type {any} */ (pwp());
  const check = world.follow(wire);
  wire.resume();
  wire.unchoke();
  for (const name of RECEIVED) wire.on(name, () => {});
  wire.on('request', (_piece, _offset, _length, respond) => respond(null, memory.subarray(0, 9)));
  for (const chunk of cut(random, conversation(random, null))) {
    const start = random.integer(0, SIZE - 1);
    const end = Math.min(SIZE, start + chunk.length);
    memory.set(chunk.subarray(0, end - start), start);
    world.attempt(() => wire.write(memory.subarray(start, end)));
    if (random.chance(0.3)) wire.piece(1, 2, memory.subarray(start, end));
  }
  Atomics.store(running, 0, 0);
  await world.settle();
  check(wire.closeReason !== null);
  if (random.chance(0.5)) wire.destroy();
}

module.exports = { shared };
