'use strict';

// No clock: how much memory blocks take, and what it costs to keep one. Every number is exact.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { Wire, counting } = require('./helpers/counted.js');
const bytes = require('../../benchmark/bytes.js');
const { cut, turn } = require('../../benchmark/feed.js');

const { BLOCK_LENGTH, HANDSHAKE, UNCHOKE, message, pieceMessages } = bytes;

const BLOCKS = 64;
/** Memory is asked for in pieces of this size, for 16 blocks each. */
const SLAB = 256 * 1024;

/** @param {number} size of a chunk */
async function receive(size) {
  const wire = new Wire();
  wire.write(HANDSHAKE);
  wire.write(message(UNCHOKE));
  const chunks = cut(Buffer.concat(pieceMessages(BLOCKS)), size);
  const blocks = [];
  wire.on('piece', (_piece, _offset, block) => blocks.push(block));
  const { memory, bytes: allocated } = await counting(() => {
    for (const chunk of chunks) wire.write(chunk);
  });
  assert.equal(blocks.length, BLOCKS);
  const own = new Set(chunks.map((chunk) => chunk.buffer));
  const assembled = blocks.filter((block) => !own.has(block.buffer));
  return { blocks, assembled: assembled.length, memory, allocated };
}

// The slab in use is shared by all wires: a test starts where the one before left it.

test('blocks inside a chunk take no memory: they are views of it', async () => {
  const { blocks, ...rest } = await receive(2 ** 21);
  assert.deepEqual(rest, { assembled: 0, memory: 0, allocated: 0 });
  assert.equal(new Set(blocks.map((block) => block.buffer)).size, 1);
});

test('a block that spans chunks is assembled once, sixteen to a piece of memory', async () => {
  const { blocks, ...rest } = await receive(1448);
  assert.deepEqual(rest, { assembled: BLOCKS, memory: 4, allocated: 4 * SLAB });
  assert.equal(new Set(blocks.map((block) => block.buffer)).size, 4);
});

test('only those that span chunks are', async () => {
  const { blocks, ...rest } = await receive(65536);
  assert.deepEqual(rest, { assembled: 16, memory: 1, allocated: SLAB });
  assert.equal(blocks.length, BLOCKS);
});

test('a block that is kept keeps no more than a chunk or a slab alive', async () => {
  for (const size of [1448, 16384, 65536]) {
    const { blocks } = await receive(size);
    for (const block of blocks) assert.ok(block.buffer.byteLength <= SLAB);
  }
});

test('a large payload has memory of its own, and no more than has come', async () => {
  const wire = new Wire();
  wire.write(HANDSHAKE);
  const announced = Buffer.from([0, 0x10, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0]); // a block of 1 MiB
  const { memory } = await counting(() => wire.write(announced));
  assert.equal(memory, 0, 'a head reserves nothing');
  const { bytes: allocated } = await counting(() => wire.write(Buffer.alloc(1000)));
  assert.ok(allocated <= SLAB);
});

test('wires take no memory before they have something to do', async () => {
  const wires = [];
  const { memory } = await counting(() => {
    for (let i = 0; i < 1000; i++) wires.push(new Wire());
    for (const wire of wires) wire.setKeepAlive(true);
  });
  for (const wire of wires) wire.destroy();
  assert.equal(memory, 0);
});

test('thousands of requests are encoded in a few pieces of memory', async () => {
  const wire = new Wire();
  wire.on('data', () => {});
  wire.write(HANDSHAKE);
  wire.write(message(UNCHOKE));
  const { memory, bytes: allocated } = await counting(async () => {
    for (let piece = 0; piece < 500; piece++) {
      for (let n = 0; n < 100; n++) wire.request(piece, n * BLOCK_LENGTH, BLOCK_LENGTH);
      await turn();
    }
  });
  // 850 kB of messages, a slab of 256 KiB at a time.
  assert.deepEqual({ memory, allocated }, { memory: 4, allocated: 4 * SLAB });
});
