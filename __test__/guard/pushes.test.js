'use strict';

// No clock: how many writes reach the socket, each a system call. Every number is exact.

const assert = require('node:assert/strict');
const { Writable } = require('node:stream');
const { test } = require('node:test');
const Wire = require('../..');
const bytes = require('../../benchmark/bytes.js');
const { turn } = require('../../benchmark/feed.js');

const { BLOCK_LENGTH, HANDSHAKE, PIECE_MESSAGE_LENGTH, REQUEST, UNCHOKE } = bytes;
const { blockAt, message } = bytes;

/** Counts writes as a `net.Socket` makes them: one for each call, however many chunks are in it. */
class Socket extends Writable {
  writes = [];

  constructor() {
    super({ highWaterMark: 2 ** 20 });
  }

  _write(chunk, _encoding, callback) {
    this.writes.push(chunk.length);
    setImmediate(callback);
  }

  _writev(chunks, callback) {
    this.writes.push(chunks.reduce((sum, { chunk }) => sum + chunk.length, 0));
    setImmediate(callback);
  }
}

/** A wire past the handshake and unchoked both ways, and the socket it is piped to. */
async function open() {
  const wire = new Wire();
  const socket = new Socket();
  wire.pipe(socket);
  wire.write(HANDSHAKE);
  wire.write(message(UNCHOKE));
  wire.unchoke();
  await turn();
  await turn();
  socket.writes.length = 0;
  return { wire, socket };
}

/** @param {number} count */
function requests(count) {
  const each = (_, n) => message(REQUEST, [...blockAt(n), BLOCK_LENGTH]);
  return Buffer.concat(Array.from({ length: count }, each));
}

test('100 requests in one tick are one write', async () => {
  const { wire, socket } = await open();
  for (let n = 0; n < 100; n++) wire.request(...blockAt(n), BLOCK_LENGTH);
  assert.deepEqual(socket.writes, [], 'not before the end of the tick');
  await turn();
  assert.deepEqual(socket.writes, [1700]);
});

test('all kinds of messages in one tick are one write', async () => {
  const { wire, socket } = await open();
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.bitfield(Buffer.alloc(100));
  wire.interested();
  wire.have(1);
  wire.request(0, 0, BLOCK_LENGTH);
  wire.cancel(0, 0, BLOCK_LENGTH);
  wire.extended(1, Buffer.alloc(10));
  wire.port(6881);
  wire.choke();
  await turn();
  assert.deepEqual(socket.writes, [68 + 105 + 5 + 9 + 17 + 17 + 16 + 7 + 5]);
});

test('one `have` to each of 100 wires is one write each', async () => {
  const pairs = await Promise.all(Array.from({ length: 100 }, open));
  for (const { wire } of pairs) wire.have(3);
  await turn();
  for (const { socket } of pairs) assert.deepEqual(socket.writes, [9]);
});

test('what a block leads to, in its callback and in the next tick, is one write', async () => {
  const { wire, socket } = await open();
  const [piece] = bytes.pieceMessages(1);
  wire.request(0, 0, BLOCK_LENGTH, () => {
    wire.have(0);
    // torrent-stream asks for the next block there.
    process.nextTick(() => wire.request(0, BLOCK_LENGTH, BLOCK_LENGTH));
  });
  await turn();
  await turn();
  socket.writes.length = 0;
  // As a socket would: the tick after an await is another.
  setImmediate(() => wire.write(piece));
  await turn();
  assert.deepEqual(socket.writes, [9 + 17]);
});

test('a block and its head are one write, and so are five', async () => {
  for (const count of [1, 5]) {
    const { wire, socket } = await open();
    const block = Buffer.alloc(BLOCK_LENGTH);
    wire.on('request', (_piece, _offset, _length, respond) => respond(null, block));
    wire.write(requests(count));
    await turn();
    assert.deepEqual(socket.writes, [count * PIECE_MESSAGE_LENGTH]);
  }
});
