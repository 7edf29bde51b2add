'use strict';

// Every thread of Node has a transport of its own, and takes it along when it ends, however it does.

const assert = require('node:assert/strict');
const path = require('node:path');
const { describe, test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { run } = require('./helpers/child.js');
const { listen, when } = require('./helpers/sockets.js');
const { seeder } = require('./helpers/traffic.js');

const TRAFFIC = path.join(__dirname, 'helpers/traffic.js');

/** @param {object} workerData */
const start = (workerData) => new Worker(TRAFFIC, { workerData });

describe('threads that go on to their end', () => {
  for (const encryption of ['off', 'require']) {
    test(`many at once, with a server here and with their own, ${encryption}`, async (t) => {
      const options = { encryption };
      const server = seeder({ encryption, infoHashes: [Buffer.alloc(20, 1)] });
      const port = await listen(t, server);
      const all = Array.from({ length: 4 }, async (_, i) => {
        const worker = start({ port: i < 2 ? port : null, blocks: 300, exits: false, options });
        const exit = when(worker, 'exit');
        await when(worker, 'message');
        const [{ right }] = await when(worker, 'message');
        return [right, (await exit)[0]];
      });
      assert.deepEqual(await Promise.all(all), Array(4).fill([300, 0]));
    });
  }
});

/**
 * A program in which threads end in the middle of traffic. What others do goes on.
 * @param {string} how
 */
const ENDING = (/** @type {number} */ count, /** @type {string} */ how) => `
const { fetch, seeder } = require(${JSON.stringify(TRAFFIC)});
const server = seeder();
const once = (emitter, event) => new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
async function one(port, i) {
  const workerData = { port: i % 2 ? port : null, blocks: null, exits: ${how === 'exit'} };
  const worker = new Worker(${JSON.stringify(TRAFFIC)}, { workerData });
  const exit = once(worker, 'exit');
  await once(worker, 'message');
  if (${how === 'terminate'}) worker.terminate();
  return (await exit)[0];
}
server.listen(0, HOST, async () => {
  const { port } = server.address();
  const wire = pwp.connect({ port, host: HOST });
  let isOver = false;
  const going = fetch(wire, Infinity, () => { if (isOver) wire.destroy(); }).catch(() => {});
  const codes = [];
  for (let i = 0; i < ${count}; i += 10) {
    codes.push(...(await Promise.all(Array.from({ length: 10 }, (_, j) => one(port, i + j)))));
  }
  isOver = true;
  await going;
  server.close(() => say(codes));
});`;

describe('threads that end in the middle of traffic', { concurrency: 2 }, () => {
  for (const [how, code, count] of /** @type {const} */ ([
    ['terminate', 1, 60],
    ['exit', 7, 40],
  ])) {
    test(`by ${how}, ${count} of them, ten at a time`, async (t) => {
      const { code: own, signal, said, complaint } = await run(t, ENDING(count, how));
      assert.deepEqual({ own, signal, complaint }, { own: 0, signal: null, complaint: '' });
      assert.deepEqual(said, [Array(count).fill(code)]);
    });
  }

  test('while names are looked up and nobody else has the addon', async (t) => {
    // The addon is unloaded with its last thread.
    const program = `
      const { Worker } = require('node:worker_threads');
      const worker = ${JSON.stringify(`
        const pwp = require(${JSON.stringify(path.join(__dirname, '../../index.js'))});
        for (let i = 0; i < 20; i++) pwp.connect({ host: 'no-such-host-' + i + '.invalid', port: 1 });
        require('node:worker_threads').parentPort.postMessage('dialling');`)};
      (async () => {
        for (let i = 0; i < 10; i++) {
          const one = new Worker(worker, { eval: true });
          await new Promise((resolve) => one.once('message', resolve));
          await one.terminate();
        }
        process.stdout.write('"over"\\n');
      })();`;
    const { code, signal, said } = await run(t, program, { bare: true });
    assert.deepEqual({ code, signal, said }, { code: 0, signal: null, said: ['over'] });
  });
});

/** Where a process exits. @type {[string, string][]} */
const PLACES = [
  ['in a handler of piece', "wire.on('piece', (index) => index > 20 && process.exit(5));"],
  ['in one of request', "far.then((one) => one.on('request', (i) => i > 20 && process.exit(5)));"],
  ['in one of connect', "wire.on('connect', () => process.exit(5));"],
  ['in one of connection', "server.on('connection', () => process.exit(5));"],
  ['at once', 'process.exit(5);'],
  ['by an exception', "wire.on('piece', () => { throw new Error('enough'); });"],
];

describe('a process that exits in the middle of traffic', { concurrency: 3 }, () => {
  for (const [name, deed] of PLACES) {
    test(name, async (t) => {
      const program = `
        const { fetch, seeder } = require(${JSON.stringify(TRAFFIC)});
        const server = seeder();
        const far = new Promise((resolve) => server.once('connection', resolve));
        server.listen(0, HOST, () => {
          const wire = pwp.connect({ port: server.address().port, host: HOST });
          fetch(wire, Infinity);
          ${deed}
        });`;
      const { code, signal, complaint } = await run(t, program);
      const isThrown = name === 'by an exception';
      assert.deepEqual({ code, signal }, { code: isThrown ? 1 : 5, signal: null });
      if (isThrown) assert.match(complaint, /Error: enough/);
      else assert.equal(complaint, '');
    });
  }
});
