'use strict';

// The package with its border and its memory counted. To be required before anything else requires
// the package: its modules look up what is counted at each call.

const native = require('../../../lib/addon.js');

/** Crossings of the border by busy wires, and pieces of memory asked of the engine. */
const counts = { decode: 0, encode: 0, memory: 0, bytes: 0 };

for (const name of ['decode', 'encode']) {
  const call = native[name];
  native[name] = (...args) => {
    counts[name]++;
    return call(...args);
  };
}

// What comes from Node's pool is not counted, the pool itself is.
const { allocUnsafeSlow } = Buffer;
Buffer.allocUnsafeSlow = (size) => {
  counts.memory++;
  counts.bytes += size;
  return allocUnsafeSlow(size);
};
globalThis.ArrayBuffer = new Proxy(globalThis.ArrayBuffer, {
  construct(target, args, newTarget) {
    counts.memory++;
    counts.bytes += args[0];
    return Reflect.construct(target, args, newTarget);
  },
});

const Wire = require('../../..');

/**
 * What `work` adds to the counts.
 * @param {() => unknown} work
 * @returns {Promise<typeof counts>}
 */
async function counting(work) {
  const before = { ...counts };
  await work();
  return Object.fromEntries(Object.entries(counts).map(([key, now]) => [key, now - before[key]]));
}

module.exports = { Wire, counting };
