'use strict';

const assert = require('node:assert/strict');
const test = require('node:test');
const pwp = require('../../index.js');

// What is sent in one tick is encoded together, for all wires: the batch has to hold any number.

const HASH = Buffer.alloc(20, 7);
const COUNT = 3000;

/** @param {(wire: any, n: number) => void} send */
async function sendFromAll(send) {
  const wires = Array.from({ length: COUNT }, () => pwp());
  const sent = wires.map((wire) => {
    const chunks = [];
    wire.on('data', (chunk) => chunks.push(chunk));
    return chunks;
  });
  for (const [n, wire] of wires.entries()) send(wire, n);
  await new Promise(setImmediate);
  for (const wire of wires) wire.destroy();
  return sent;
}

test('thousands of handshakes in one tick', async () => {
  const sent = await sendFromAll((wire) => wire.handshake(HASH, HASH));
  for (const chunks of sent) {
    assert.equal(chunks.length, 1);
    assert.equal(chunks[0].toString('latin1', 0, 20), '\x13BitTorrent protocol');
    assert.deepEqual(chunks[0].subarray(28), Buffer.concat([HASH, HASH]));
  }
});

test('thousands of wires, each with something of its own', async () => {
  const sent = await sendFromAll((wire, n) => {
    wire.have(n);
    wire.piece(n, 0, Buffer.alloc(n % 50, n));
    wire.unchoke();
  });
  for (const [n, chunks] of sent.entries()) {
    const bytes = Buffer.concat(chunks);
    assert.equal(chunks.length, 1);
    assert.equal(bytes.length, 9 + 13 + (n % 50) + 5);
    assert.equal(bytes.readUInt32BE(5), n);
    assert.equal(bytes.readUInt32BE(14), n);
    assert.deepEqual(bytes.subarray(22, -5), Buffer.alloc(n % 50, n));
  }
});

test('the same of all wires is one and the same to each', async () => {
  const sent = await sendFromAll((wire) => wire.have(5));
  for (const chunks of sent)
    assert.equal(Buffer.concat(chunks).toString('hex'), '000000050400000005');
});

test('more from one wire than a batch holds', async () => {
  const wire = pwp();
  const chunks = [];
  wire.on('data', (chunk) => chunks.push(chunk));
  for (let n = 0; n < 10_000; n++) wire.have(n);
  await new Promise(setImmediate);
  const bytes = Buffer.concat(chunks);
  assert.equal(bytes.length, 90_000);
  for (let n = 0; n < 10_000; n++) assert.equal(bytes.readUInt32BE(9 * n + 5), n);
  wire.destroy();
});
