'use strict';

// Wires with sockets of their own: 64 MiB, in the clear and encrypted, in memory that is used again.

const assert = require('node:assert/strict');
const pwp = require('peer-wire-protocol-native');
const blocks = require('./blocks.cjs');
const { check, when } = require('./checks.cjs');

const HOST = '127.0.0.1';
const COUNT = (64 * 1024 * 1024) / blocks.BLOCK;
/** Every so many blocks one is kept, to see that its bytes are left alone. */
const KEPT = 64;
/** How often it is all transferred again, to see that memory does not grow with it. */
const ROUNDS = 8;
/** Most memory that may come along, in bytes: what the sockets of a thread may keep, and a little. */
const GROWTH = 160 * 1024 * 1024;

/** @param {'off' | 'prefer'} encryption */
async function connect(encryption) {
  const infoHashes = [blocks.INFO_HASH];
  const server = pwp.createServer({ encryption, infoHashes }, (wire) => {
    wire.on('handshake', (infoHash) => {
      wire.handshake(infoHash, blocks.PEER_ID);
      wire.unchoke();
    });
    blocks.seed(wire);
  });
  server.listen(0, HOST);
  await when(server, 'listening');
  const wire = pwp.connect({ host: HOST, port: server.address().port, encryption });
  const unchoked = when(wire, 'unchoke');
  wire.handshake(blocks.INFO_HASH, blocks.PEER_ID);
  await unchoked;
  return { server, wire };
}

async function main() {
  const expected = blocks.digestOf(COUNT);
  for (const encryption of /** @type {const} */ (['off', 'prefer'])) {
    await check(`64 MiB, encryption: ${encryption}`, async () => {
      const { server, wire } = await connect(encryption);
      assert.equal(wire.encrypted, encryption === 'off' ? false : 'rc4');
      const kept = new Map();
      const sum = await blocks.download(wire, COUNT, (index, block) => {
        if (index % KEPT === 0) kept.set(index, block);
      });
      assert.equal(sum, expected);
      for (const [index, block] of kept) assert.deepEqual(block, blocks.blockOf(index));
      assert.equal(wire.downloaded, COUNT * blocks.BLOCK);
      const closed = [when(wire, 'close'), when(server, 'close')];
      wire.destroy();
      server.close();
      await Promise.all(closed);
    });
  }
  await check('memory is used again', async () => {
    const { server, wire } = await connect('off');
    await blocks.download(wire, COUNT);
    const before = process.memoryUsage().rss;
    for (let round = 0; round < ROUNDS; round++) await blocks.download(wire, COUNT);
    const growth = process.memoryUsage().rss - before;
    wire.destroy();
    server.close();
    assert.ok(growth < GROWTH, `grew by ${Math.round(growth / 2 ** 20)} MiB`);
  });
  await check('a peer that is not there', async () => {
    const { server, wire } = await connect('off');
    const { port } = server.address();
    wire.destroy();
    server.close();
    await when(server, 'close');
    const refused = pwp.connect({ host: HOST, port });
    await when(refused, 'close');
    assert.equal(refused.closeReason.code, 'ERR_PWP_CONNECTION_REFUSED');
  });
}

main();
