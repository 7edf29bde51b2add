'use strict';

// No clock: how often busy wires cross the border to Rust. Every number is exact; a smaller one is
// welcome, and to be written down here.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Wire, counting } = require('./helpers/counted.js');
const bytes = require('../../benchmark/bytes.js');
const { cut, turn } = require('../../benchmark/feed.js');

const { HANDSHAKE, HAVE, REQUEST, UNCHOKE, blockAt, message, pieceMessages } = bytes;

const BLOCKS = 64;

/** A wire past the handshake and unchoked, whose output is read. */
function open() {
  const wire = new Wire();
  wire.on('data', () => {});
  wire.write(HANDSHAKE);
  wire.write(message(UNCHOKE));
  return wire;
}

/**
 * @param {Buffer} stream
 * @param {number} size of a chunk
 */
async function decodesOf(stream, size) {
  const wire = open();
  const chunks = cut(stream, size);
  const { decode } = await counting(() => {
    for (const chunk of chunks) wire.write(chunk);
  });
  return { chunks: chunks.length, decode };
}

test('a chunk of many messages is one crossing', async () => {
  const haves = Array.from({ length: 1000 }, (_, index) => message(HAVE, [index]));
  assert.deepEqual(await decodesOf(Buffer.concat(haves), Infinity), { chunks: 1, decode: 1 });
});

test('a chunk with more messages than a table holds is one crossing a table', async () => {
  const haves = Array.from({ length: 5000 }, (_, index) => message(HAVE, [index]));
  assert.deepEqual(await decodesOf(Buffer.concat(haves), Infinity), { chunks: 1, decode: 3 });
});

for (const [size, chunks, decode] of [
  // Large chunks are crossings each, however the blocks lie in them.
  [1048576, 2, 2],
  [65536, 17, 17],
  [16384, 65, 65],
  // Of small ones only those are that begin or end a block.
  [1448, 725, 65],
]) {
  test(`${BLOCKS} blocks in chunks of ${size} bytes`, async () => {
    const stream = Buffer.concat(pieceMessages(BLOCKS));
    assert.deepEqual(await decodesOf(stream, size), { chunks, decode });
  });
}

test('a message that comes byte by byte', async () => {
  // After the length, after the id, and when it is whole.
  assert.deepEqual(await decodesOf(message(HAVE, [7]), 1), { chunks: 9, decode: 3 });
});

test('what is sent in one tick is one crossing', async () => {
  const wire = open();
  const { encode } = await counting(async () => {
    for (let n = 0; n < 100; n++) wire.request(...blockAt(n), bytes.BLOCK_LENGTH);
    await turn();
  });
  assert.equal(encode, 1);
});

test('what many wires send in one tick is one crossing', async () => {
  const wires = Array.from({ length: 100 }, open);
  await turn();
  const { encode } = await counting(async () => {
    for (const wire of wires) wire.have(3);
    await turn();
  });
  assert.equal(encode, 1);
});

test('answers to a batch of requests are one crossing each 128 KiB', async () => {
  const wire = open();
  wire.unchoke();
  await turn();
  const block = Buffer.alloc(bytes.BLOCK_LENGTH);
  wire.on('request', (_piece, _offset, _length, respond) => respond(null, block));
  const requests = Array.from({ length: 64 }, (_, n) =>
    message(REQUEST, [...blockAt(n), bytes.BLOCK_LENGTH]),
  );
  const { decode, encode } = await counting(async () => {
    wire.write(Buffer.concat(requests));
    await turn();
  });
  assert.deepEqual({ decode, encode }, { decode: 1, encode: 8 });
});

test('an idle wire never crosses', async () => {
  const { decode, encode } = await counting(async () => {
    const wire = new Wire();
    wire.setKeepAlive(true);
    wire.setTimeout(1000);
    await turn();
    wire.destroy();
    await turn();
  });
  assert.deepEqual({ decode, encode }, { decode: 0, encode: 0 });
});
