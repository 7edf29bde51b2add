'use strict';

// The kinds of memory a chunk may lie in, and the ways it can be taken away or change.

const { MessageChannel, receiveMessageOnPort } = require('node:worker_threads');

/** @typedef {import('./random.js').Random} Random */

class Bytes extends Uint8Array {}

const CAN_RESIZE = 'resize' in ArrayBuffer.prototype;
const CAN_TRANSFER = 'transfer' in ArrayBuffer.prototype;

/**
 * @param {ArrayBufferLike} memory
 * @param {number} offset
 * @param {Uint8Array} data
 */
function filled(memory, offset, data, View = Uint8Array) {
  const view = new View(memory, offset, data.length);
  view.set(data);
  return view;
}

/** @type {Record<string, (random: Random, data: Uint8Array) => Uint8Array>} */
const KINDS = {
  buffer: (_random, data) => Buffer.from(Buffer.alloc(data.length, data)),
  pooled: (_random, data) => Buffer.from(data),
  own: (_random, data) => filled(new ArrayBuffer(data.length), 0, data),
  subclass: (_random, data) => filled(new ArrayBuffer(data.length), 0, data, Bytes),
  part: (random, data) => {
    const [before, after] = [random.integer(0, 70), random.integer(0, 70)];
    return filled(new ArrayBuffer(before + data.length + after), before, data);
  },
  shared: (random, data) => {
    const before = random.integer(0, 70);
    return filled(new SharedArrayBuffer(before + data.length + 3), before, data);
  },
};
if (CAN_RESIZE) {
  const make = (room) => new ArrayBuffer(room, /** @type {any} */ ({ maxByteLength: room + 5000 }));
  KINDS.resizable = (random, data) => {
    const before = random.integer(0, 70);
    return filled(make(before + data.length + random.integer(0, 70)), before, data);
  };
  KINDS.tracking = (_random, data) => {
    const view = new Uint8Array(make(data.length));
    view.set(data);
    return view;
  };
}

/** Of memory that can be transferred or resized. */
const LOSABLE = ['own', 'subclass', 'part', 'resizable', 'tracking'].filter((kind) => KINDS[kind]);

/** Memory of which nobody else has a part. */
const owned = new WeakSet();

/**
 * @param {Random} random
 * @param {Uint8Array} data
 * @param {string} [kind]
 */
function place(random, data, kind = random.pick(Object.keys(KINDS))) {
  const view = KINDS[kind](random, data);
  if (LOSABLE.includes(kind)) owned.add(view.buffer);
  return view;
}

const { port1, port2 } = new MessageChannel();
port1.unref();
port2.unref();

/** @type {((random: Random, memory: any) => void)[]} */
const TAKINGS = [
  (_random, memory) => structuredClone(memory, { transfer: [memory] }),
  (_random, memory) => {
    port1.postMessage(memory, [memory]);
    receiveMessageOnPort(port2);
  },
];
// Some Nodes let this take away their own pool.
if (CAN_TRANSFER) TAKINGS.push((_random, memory) => owned.has(memory) && memory.transfer());

/**
 * Transfers the memory of a view. Of memory that others have a part in, Node refuses it.
 * @param {Random} random
 * @param {Uint8Array} view
 * @returns {boolean} whether it is gone
 */
function take(random, view) {
  const memory = /** @type {any} */ (view.buffer);
  try {
    random.pick(TAKINGS)(random, memory);
  } catch (error) {
    // The memory is Node's own, or shared, or gone already.
    if (error.name !== 'DataCloneError' && !(error instanceof TypeError)) throw error;
  }
  return memory.byteLength === 0;
}

/**
 * Changes how long the memory of a view is, where it can be.
 * @param {Random} random
 * @param {Uint8Array} view
 */
function resize(random, view) {
  const memory = /** @type {any} */ (view.buffer);
  if (memory.resizable !== true || memory.byteLength === 0) return;
  memory.resize(
    random.pick([
      0,
      1,
      memory.byteLength >> 1,
      memory.maxByteLength,
      random.integer(0, memory.maxByteLength),
    ]),
  );
}

module.exports = { KINDS, LOSABLE, place, resize, take };
