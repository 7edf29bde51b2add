'use strict';

// A thread in which two piped wires, and two with sockets of their own, talk: for good, or until so many
// blocks have come.

const { parentPort, workerData } = require('node:worker_threads');
const pwp = require('peer-wire-protocol-native');
const blocks = require('./blocks.cjs');
const { when } = require('./checks.cjs');

/** @param {any} wire */
function serve(wire) {
  wire.on('handshake', (infoHash) => {
    wire.handshake(infoHash, blocks.PEER_ID);
    wire.unchoke();
  });
  blocks.seed(wire);
}

/** @param {any} wire */
async function take(wire) {
  const unchoked = when(wire, 'unchoke');
  wire.handshake(blocks.INFO_HASH, blocks.PEER_ID);
  await unchoked;
  return blocks.download(wire, workerData.count, (index) => {
    if (index === 50) parentPort.postMessage('busy');
  });
}

async function main() {
  const [near, far] = [pwp(), pwp()];
  serve(far);
  near.pipe(far).pipe(near);
  const server = pwp.createServer(serve);
  server.listen(0, '127.0.0.1');
  await when(server, 'listening');
  const wire = pwp.connect({ host: '127.0.0.1', port: server.address().port });
  const sums = await Promise.all([take(near), take(wire)]);
  parentPort.postMessage({ sums });
  near.destroy();
  wire.destroy();
  server.close();
}

main();
