'use strict';

// Whoever waits for `connect`, or for `connection`, and listens for messages then, misses none: not even
// where this thread had something else to do while the peer spoke.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Worker } = require('node:worker_threads');
const { HOST, PATIENCE, listen, pwp, when } = require('./helpers/sockets.js');

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
    new Promise((resolve) => setTimeout(resolve, PATIENCE / 20).unref()),
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
