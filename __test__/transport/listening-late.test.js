'use strict';

// Whoever waits for `connect`, or for `connection`, and listens for messages then, misses none: not even
// where this thread had something else to do while the peer spoke.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { HOST, PATIENCE, listen, pwp, until, when } = require('./helpers/sockets.js');

/** A thread whose peers speak at once, to who dials them or to whom they dial. */
const TALKER = `
const net = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const bytes = require(${JSON.stringify(require.resolve('../hostile/helpers/bytes.js'))});
const talk = (socket) => socket.on('error', () => {}).write(
  Buffer.concat([bytes.handshake(), bytes.unchoke, bytes.have(1)]));
if (workerData) for (let i = 0; i < 5; i++) talk(net.connect(workerData, '${HOST}'));
const server = net.createServer(talk);
server.listen(0, '${HOST}', () => parentPort.postMessage(server.address().port));
`;

/** Does nothing else, so that everything has come when this returns. */
function sleep() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);
}

/** @param {any} wire */
async function hears(wire) {
  /** @type {string[]} */
  const heard = [];
  for (const name of ['handshake', 'unchoke']) wire.on(name, () => heard.push(name));
  await Promise.race([
    when(wire, 'have'),
    new Promise((resolve) => setTimeout(resolve, PATIENCE / 4).unref()),
  ]);
  return heard;
}

for (const encryption of ['off', 'prefer']) {
  test(`a wire that was dialled, encryption: ${encryption}`, async (t) => {
    const worker = new Worker(TALKER, { eval: true });
    t.after(() => worker.terminate());
    const [port] = await when(worker, 'message');
    for (let i = 0; i < 3; i++) {
      const wire = pwp.connect({ port, host: HOST, encryption });
      t.after(() => wire.destroy());
      sleep();
      await when(wire, 'connect');
      assert.deepEqual(await hears(wire), ['handshake', 'unchoke']);
    }
  });

  test(`one that was accepted, encryption: ${encryption}`, async (t) => {
    const server = pwp.createServer({ encryption });
    const port = await listen(t, server);
    const worker = new Worker(TALKER, { eval: true, workerData: port });
    t.after(() => worker.terminate());
    const [wire] = await when(server, 'connection');
    t.after(() => wire.destroy());
    const heard = hears(wire);
    sleep();
    assert.deepEqual(await heard, ['handshake', 'unchoke']);
  });
}

/** Acts when it is told to, however busy the other thread is. */
const PUPPET = `
const net = require('node:net');
const { parentPort, workerData: { gate, port } } = require('node:worker_threads');
const bytes = require(${JSON.stringify(require.resolve('../hostile/helpers/bytes.js'))});
const call = () => net.connect(port, '${HOST}').on('error', () => {}).setNoDelay();
const [busy, other] = [call(), call()];
for (const socket of [busy, other]) socket.write(bytes.handshake());
const deeds = {
  1: () => busy.write(Buffer.concat(Array(80_000).fill(bytes.have(1)))),
  2: () => call().write(Buffer.concat([bytes.handshake(), bytes.unchoke, bytes.have(1)])),
  3: () => other.write(bytes.have(7)),
  4: () => other.write(bytes.have(8)),
};
let done = 0;
setInterval(() => {
  while (done < Atomics.load(gate, 0)) deeds[++done]();
}, 1);
`;

test('one that was accepted at the end of a turn that had too much in it', async (t) => {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  /** Has the next thing done, and everything that comes of it read. */
  const pull = () => {
    Atomics.add(gate, 0, 1);
    sleep();
  };
  const server = pwp.createServer();
  const port = await listen(t, server);
  /** @type {any[]} */
  const wires = [];
  server.on('connection', (wire) => wires.push(wire));
  const worker = new Worker(PUPPET, { eval: true, workerData: { gate, port } });
  t.after(() => worker.terminate());
  await until(
    () => wires.length === 2 && wires.every((wire) => wire.peerExtensions.extended),
    'both',
  );
  for (const wire of wires) {
    wire.once('have', (/** @type {number} */ index) => {
      // The fourth wakes this thread while it still deals with the first.
      if (index === 1) pull();
      // And whoever has just connected is heard.
      else sleep();
    });
  }
  const given = when(server, 'connection');
  for (let i = 0; i < 3; i++) pull();
  const [wire] = await given;
  assert.deepEqual(await hears(wire), ['handshake', 'unchoke']);
});
