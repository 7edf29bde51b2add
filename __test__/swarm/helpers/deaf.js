'use strict';

const { once } = require('node:events');
const net = require('node:net');
const { Worker } = require('node:worker_threads');

const PROGRAM = `
const net = require('node:net');
const { parentPort } = require('node:worker_threads');
const server = net.createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});
`;

/** More than a system lets wait that was asked for one. */
const MANY = 8;

/**
 * A port that takes no connection: its owner sleeps, and as many as may wait do.
 * @param {import('node:test').TestContext} t
 * @returns {Promise<string>} its address
 */
async function deafAddress(t) {
  const worker = new Worker(PROGRAM, { eval: true });
  const [port] = await once(worker, 'message');
  const sockets = Array.from({ length: MANY }, () => net.connect(port, '127.0.0.1'));
  for (const socket of sockets) socket.on('error', () => {});
  await once(sockets[0], 'connect');
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await worker.terminate();
  });
  return `127.0.0.1:${port}`;
}

module.exports = { deafAddress };
