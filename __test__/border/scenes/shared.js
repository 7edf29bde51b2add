'use strict';

// Chunks and blocks in memory that another thread scribbles on all the while.

const path = require('node:path');
const { Worker } = require('node:worker_threads');
const bytes = require('../../hostile/helpers/bytes.js');
const { conversation, cut } = require('../conversation.js');
const { randomSpeaking, speak } = require('../speaking.js');
const { HEARD } = require('../../hostile/helpers/names.js');
const { pwp } = require('../world.js');

/** @typedef {import('../world.js').World} World */
/** @typedef {import('../random.js').Random} Random */

const SIZE = 64 * 1024;
const LONG = Buffer.from(`d1:al${'i1e1:x'.repeat(4000)}ee`);

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
  const speaking = randomSpeaking(random);
  speak(wire, speaking, () => {});
  wire.unchoke();
  for (const name of HEARD) wire.on(name, () => {});
  wire.on('request', (_piece, _offset, _length, respond) => respond(null, memory.subarray(0, 9)));
  const write = (chunk, start) => {
    const end = Math.min(SIZE, start + chunk.length);
    memory.set(chunk.subarray(0, end - start), start);
    world.attempt(() => wire.write(memory.subarray(start, end)));
    if (random.chance(0.3)) wire.piece(1, 2, memory.subarray(start, end));
  };
  if (speaking.uses && random.chance(0.5)) {
    wire.write(bytes.handshake());
    // Long enough to change between two looks at it.
    write(bytes.extended(0, LONG), 0);
  } else {
    for (const chunk of cut(random, conversation(random, null))) {
      write(chunk, random.integer(0, SIZE - 1));
    }
  }
  Atomics.store(running, 0, 0);
  await world.settle();
  check(wire.closeReason !== null);
  if (random.chance(0.5)) wire.destroy();
}

module.exports = { shared };
