'use strict';

// Every thread has decoders of its own, and takes them with it.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const path = require('node:path');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const native = require('../../lib/addon.js');
const { busy, bytes, output } = require('./helpers/wires.js');

/** @param {{ blocks: number, how?: string }} workerData */
function start(workerData) {
  return new Worker(path.join(__dirname, 'helpers/traffic.js'), { workerData });
}

/** @param {Worker} worker */
async function said(worker) {
  const [message] = await once(worker, 'message');
  return message;
}

test('wires in a worker, while others run here', async () => {
  const wire = busy();
  const before = native.openCount();
  const worker = start({ blocks: 2000 });
  const exit = once(worker, 'exit');
  assert.equal(await said(worker), 'busy');
  assert.equal(native.openCount(), before);
  wire.have(1);
  assert.deepEqual(output(wire), bytes.have(1));
  assert.deepEqual(await said(worker), { count: 2000, right: 2000, open: 2 });
  assert.deepEqual(await exit, [0]);
  assert.equal(native.openCount(), before);
  wire.destroy();
});

test('several workers at once', async () => {
  const workers = Array.from({ length: 3 }, () => start({ blocks: 300 }));
  const results = await Promise.all(
    workers.map(async (worker) => {
      const exit = once(worker, 'exit');
      assert.equal(await said(worker), 'busy');
      const { right } = await said(worker);
      return [right, (await exit)[0]];
    }),
  );
  assert.deepEqual(results, Array(3).fill([300, 0]));
});

test('a worker is terminated in the middle of traffic, twenty times', async () => {
  const wire = busy();
  for (let i = 0; i < 20; i++) {
    const worker = start({ blocks: Number.POSITIVE_INFINITY });
    assert.equal(await said(worker), 'busy');
    assert.equal(await worker.terminate(), 1);
    wire.have(i);
    assert.deepEqual(output(wire), bytes.have(i));
  }
  wire.destroy();
});

test('a worker exits inside a handler', async () => {
  const worker = start({ blocks: 100, how: 'exit in a handler' });
  assert.deepEqual(await once(worker, 'exit'), [7]);
});
