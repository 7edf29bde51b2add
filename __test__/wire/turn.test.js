'use strict';

// What wires do in one turn of the event loop is bounded, whatever their peers send.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { test } = require('node:test');
const { bytes, shaken } = require('./helpers/wires.js');

/** Messages after which a turn is surely exhausted: see `BUDGET` in lib/turn.js. */
const MANY = 40_000;

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** @param {number} count */
const haves = (count) =>
  Buffer.concat(Array.from({ length: count }, (_, i) => bytes.have(i % 100)));

test('a chunk of very many messages is spread over turns, in order, whole', async () => {
  const wire = shaken();
  /** @type {number[]} */
  const seen = [];
  wire.on('have', (piece) => seen.push(piece));
  let done = false;
  wire.write(haves(3 * MANY), () => {
    done = true;
  });
  const first = seen.length;
  assert.ok(first > 0 && first < MANY, `${first} in the first turn`);
  assert.equal(done, false);
  let most = 0;
  for (let before = first; !done; before = seen.length) {
    await turn();
    most = Math.max(most, seen.length - before);
  }
  assert.ok(most <= MANY, `${most} in a turn`);
  assert.equal(seen.length, 3 * MANY);
  assert.ok(seen.every((piece, i) => piece === (i % MANY) % 100));
});

test('a flood on one wire lets the others have their turn', async () => {
  const flooded = shaken();
  const other = shaken();
  let flood = 0;
  flooded.on('have', () => flood++);
  flooded.write(haves(10 * MANY));
  const [piece] = await Promise.all([once(other, 'have'), other.write(bytes.have(3))]).then(
    ([args]) => args,
  );
  assert.equal(piece, 3);
  assert.ok(flood < 10 * MANY, 'the flood is not over yet');
  while (flood < 10 * MANY) await turn();
});

test('what is written meanwhile, and the end, come after it', async () => {
  const wire = shaken();
  /** @type {string[]} */
  const seen = [];
  let count = 0;
  wire.on('have', () => count++);
  wire.on('unchoke', () => seen.push(`unchoke after ${count}`));
  wire.on('finish', () => seen.push(`finish after ${count}`));
  assert.equal(wire.write(haves(3 * MANY)), false, 'asks for a pause');
  wire.write(bytes.unchoke);
  wire.end();
  await once(wire, 'end');
  assert.deepEqual(seen, [`unchoke after ${3 * MANY}`, `finish after ${3 * MANY}`]);
});

test('short chunks of an exhausted turn wait for the next, in order', async () => {
  const wire = shaken();
  /** @type {number[]} */
  const seen = [];
  wire.on('have', (piece) => seen.push(piece));
  const chunk = haves(1000);
  let writes = 0;
  while (wire.write(chunk) || writes < 100) writes++;
  wire.write(chunk);
  assert.ok(seen.length < 1000 * writes);
  await turn();
  while (wire.writableLength > 0) await turn();
  assert.equal(seen.length, 1000 * (writes + 2));
  assert.ok(seen.every((piece, i) => piece === i % 100));
});

test('a handler that throws in a later turn loses nothing', async (t) => {
  const wire = shaken();
  let count = 0;
  /** @type {Error[]} */
  const caught = [];
  process.setUncaughtExceptionCaptureCallback((error) => caught.push(error));
  t.after(() => process.setUncaughtExceptionCaptureCallback(null));
  wire.on('have', () => {
    if (++count === 2.5 * MANY) throw new Error('mine');
  });
  let done = false;
  wire.write(haves(3 * MANY), () => {
    done = true;
  });
  while (!done) await turn();
  assert.equal(count, 3 * MANY);
  assert.deepEqual(
    caught.map(({ message }) => message),
    ['mine'],
  );
});

test('a wire destroyed while it waits delivers what it was given, as any does, then finishes', async () => {
  const wire = shaken();
  /** @type {string[]} */
  const seen = [];
  let count = 0;
  wire.on('have', () => count++);
  wire.on('close', () => seen.push('close'));
  wire.on('finish', () => seen.push(`finish after ${count}`));
  wire.write(haves(3 * MANY));
  wire.destroy();
  await once(wire, 'end');
  assert.deepEqual(seen, ['close', `finish after ${3 * MANY}`]);
});
