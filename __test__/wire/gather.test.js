'use strict';

const assert = require('node:assert/strict');
const { Writable } = require('node:stream');
const test = require('node:test');
const pwp = require('../../index.js');

// A head and its block are two chunks of the stream. Where a wire is piped, they are written together.

const BLOCK = Buffer.alloc(16384, 7);
const turn = () => new Promise(setImmediate);

/** A destination as a socket is one: it takes what has gathered in one go, and takes its time. */
class Slow extends Writable {
  /** Pieces in each write. @type {number[]} */
  writes = [];
  bytes = 0;

  constructor() {
    super({ highWaterMark: 16384 });
  }

  _write(chunk, _encoding, callback) {
    this.#take([chunk], callback);
  }

  _writev(chunks, callback) {
    this.#take(
      chunks.map(({ chunk }) => chunk),
      callback,
    );
  }

  #take(chunks, callback) {
    this.writes.push(chunks.length);
    for (const chunk of chunks) this.bytes += chunk.length;
    setImmediate(callback);
  }
}

test('a head and its block are written together, at once and after a wait', async () => {
  const wire = pwp({ uploadHighWaterMark: 2 ** 30 });
  const slow = new Slow();
  wire.pipe(slow);
  for (let n = 0; n < 40; n++) wire.piece(n, 0, BLOCK);
  while (slow.bytes < 40 * 16397) await turn();
  assert.equal(slow.bytes, 40 * 16397);
  assert.ok(
    slow.writes.every((pieces) => pieces > 1),
    `writes of ${slow.writes} pieces`,
  );
  await turn();
  assert.equal(slow.writableCorked, 0);
  wire.destroy();
});

test('a destination that goes away in the middle is left uncorked', async () => {
  const wire = pwp({ uploadHighWaterMark: 2 ** 30 });
  const slow = new Slow();
  const other = new Slow();
  wire.pipe(slow);
  for (let n = 0; n < 20; n++) wire.piece(n, 0, BLOCK);
  await turn();
  wire.unpipe(slow);
  wire.pipe(other);
  while (slow.bytes + other.bytes < 20 * 16397) await turn();
  await turn();
  assert.equal(slow.bytes + other.bytes, 20 * 16397);
  assert.equal(slow.writableCorked, 0);
  assert.equal(other.writableCorked, 0);
  wire.destroy();
});

test('a destination without cork is written to as it is', async () => {
  const wire = pwp();
  const chunks = [];
  const plain = new Writable({
    write(chunk, _, done) {
      chunks.push(chunk);
      setImmediate(done);
    },
  });
  plain.cork = undefined;
  wire.pipe(plain);
  wire.piece(0, 0, BLOCK);
  wire.piece(1, 0, BLOCK);
  while (Buffer.concat(chunks).length < 2 * 16397) await turn();
  assert.equal(Buffer.concat(chunks).length, 2 * 16397);
  wire.destroy();
});
