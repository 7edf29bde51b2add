'use strict';

const net = require('node:net');
const { Worker } = require('node:worker_threads');
const { HOST, until, when } = require('./sockets.js');

/** A server that lets one wait and takes nobody, until it is told to. */
const PROGRAM = `
const net = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const server = net.createServer((socket) => socket.resume());
server.listen({ port: 0, host: '${HOST}', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(workerData, 0, 0);
});
`;

/** More than a system lets wait that was asked for one. */
const MANY = 8;

/**
 * A port that answers nobody: its owner sleeps, and as many connections wait for it as may.
 * @param {import('node:test').TestContext} t
 */
async function deafPort(t) {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(PROGRAM, { eval: true, workerData: gate });
  const [port] = await when(worker, 'message');
  const sockets = Array.from({ length: MANY }, () => net.connect(port, HOST));
  for (const socket of sockets) socket.on('error', () => {});
  await until(() => sockets.filter(({ connecting }) => connecting).length < MANY, 'the backlog');
  const release = () => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    for (const socket of sockets) socket.destroy();
  };
  t.after(async () => {
    release();
    await worker.terminate();
  });
  return { port, release };
}

module.exports = { deafPort };
