'use strict';

const { markAsUntransferable } = require('node:worker_threads');

/**
 * `Buffer` over given memory, without the checks of `buffer.subarray`: half its cost. Asking a
 * `Buffer` for its memory costs as much again, so that is kept at hand where many are made.
 * @type {new (buffer: ArrayBufferLike, byteOffset: number, length: number) => Buffer}
 */
// @ts-expect-error Node documents the species of its Buffer nowhere, but `ws` has stood on it for years.
const FastBuffer = Buffer[Symbol.species];

/** Memory that blocks are assembled in: a block kept keeps at most this much alive. */
const SLAB_SIZE = 256 * 1024;

let slab = new ArrayBuffer(0);
let slabUsed = 0;

/**
 * Memory to assemble a payload in. It becomes the caller's with the message.
 * @param {number} length in bytes
 * @param {Uint8Array | null} before the memory so far
 * @param {number} filled how many of its bytes are kept
 * @returns {Uint8Array}
 */
function assembly(length, before, filled) {
  const bytes = allocate(length);
  if (before !== null) bytes.set(before.subarray(0, filled));
  return bytes;
}

/** Longest part of the slab that is given out, in bytes. What is longer gets memory of its own. */
const LONGEST = SLAB_SIZE / 4;

/**
 * @param {number} length in bytes
 * @returns {Uint8Array}
 */
function allocate(length) {
  if (length > LONGEST) return Buffer.allocUnsafeSlow(length);
  if (slabUsed + length > slab.byteLength) {
    slab = Buffer.allocUnsafeSlow(SLAB_SIZE).buffer;
    // Blocks of other wires lie in it: whoever gets one must not be able to take all of them away.
    markAsUntransferable(slab);
    slabUsed = 0;
  }
  const bytes = new FastBuffer(slab, slabUsed, length);
  slabUsed += length;
  return bytes;
}

/**
 * Copies `bytes` to `target` from `at` on. A few bytes are quicker copied here than by the engine.
 * @param {Uint8Array} target
 * @param {number} at
 * @param {Uint8Array} bytes
 */
function put(target, at, bytes) {
  const { length } = bytes;
  if (length > 16) target.set(bytes, at);
  else for (let i = 0; i < length; i++) target[at + i] = bytes[i];
}

/**
 * Gives back the end of memory that was allocated last.
 * @param {number} length in bytes
 */
function giveBack(length) {
  slabUsed -= length;
}

/**
 * The memory for a payload that lies at the end of what was allocated last, where it lies.
 * @param {Uint8Array} bytes that it begins in
 * @param {number} at where
 * @param {number} length of all of it, in bytes
 * @returns {Uint8Array | null} nothing if there is no room behind them
 */
function prolong(bytes, at, length) {
  const start = bytes.byteOffset + at;
  if (bytes.byteOffset + bytes.length !== slabUsed || bytes.buffer !== slab) return null;
  if (start + length > SLAB_SIZE) return null;
  slabUsed = start + length;
  return new FastBuffer(slab, start, length);
}

module.exports = { FastBuffer, allocate, assembly, giveBack, prolong, put };
