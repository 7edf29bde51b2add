'use strict';

// One direction of a connection, from segments that come in any order, more than once, or never.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const Direction = require('../../lib/tool/decode/reassembly.js');

/** @typedef {{ sequence: number, data: Buffer }} Segment */

/**
 * What is read of these, with `[n]` where n bytes are missing.
 * @param {Segment[]} segments
 * @param {number} [syn]
 */
function read(segments, syn) {
  const direction = new Direction({ bytes: 0 });
  if (syn !== undefined) direction.begin(syn);
  const parts = [];
  for (const { sequence, data } of segments) parts.push(...direction.add(sequence, data));
  parts.push(...direction.end());
  const text = parts
    .map(({ data, missing }) => data?.toString('latin1') ?? `[${missing}]`)
    .join('');
  return { text, repeated: direction.repeated };
}

const segment = (/** @type {number} */ sequence, /** @type {string} */ text) => ({
  sequence: sequence >>> 0,
  data: Buffer.from(text, 'latin1'),
});

test('order, repetition, overlap', () => {
  const syn = 99;
  assert.equal(read([segment(100, 'ab'), segment(102, 'cd')], syn).text, 'abcd');
  assert.equal(read([segment(102, 'cd'), segment(100, 'ab')], syn).text, 'abcd');
  const again = read([segment(100, 'ab'), segment(100, 'ab'), segment(102, 'cd')], syn);
  assert.deepEqual(again, { text: 'abcd', repeated: 2 });
  // The first that has come counts.
  const overlapping = read([segment(100, 'abc'), segment(101, 'XYz')], syn);
  assert.deepEqual(overlapping, { text: 'abcz', repeated: 2 });
  assert.equal(read([segment(102, 'c'), segment(101, 'bXd'), segment(100, 'a')], syn).text, 'abXd');
});

test('gaps', () => {
  assert.equal(read([segment(100, 'ab'), segment(105, 'c')], 99).text, 'ab[3]c');
  assert.equal(read([segment(103, 'ab')], 99).text, '[3]ab');
  // Nobody knows where it has begun.
  assert.equal(read([segment(103, 'ab'), segment(105, 'c')]).text, 'abc');
});

test('a gap is not waited for without end', () => {
  const direction = new Direction({ bytes: 0 });
  direction.begin(0);
  let missing = 0;
  const data = Buffer.alloc(64 * 1024);
  for (let i = 1; i <= 100; i++) {
    for (const part of direction.add(i * data.length + 1, data)) missing += part.missing;
  }
  assert.equal(missing, data.length);
  const short = new Direction({ bytes: 0 });
  short.begin(0);
  let read = 0;
  for (let i = 1; i <= 5000; i++) read += [...short.add(i + 1, Buffer.alloc(1))].length;
  assert.ok(read > 4096, `${read} parts`);
  const waiting = { bytes: 0 };
  const many = Array.from({ length: 30 }, () => new Direction(waiting));
  for (const one of many) one.begin(0);
  for (let i = 1; i <= 60; i++) for (const one of many) [...one.add(i * data.length + 1, data)];
  assert.ok(waiting.bytes <= 65 * 1024 * 1024, `${waiting.bytes} bytes`);
});

test('sequence numbers begin again', () => {
  const start = 0xfffffffe;
  const segments = [segment(start + 4, 'ef'), segment(start, 'abcd'), segment(start + 6, 'g')];
  assert.equal(read(segments, start - 1).text, 'abcdefg');
});

test('any segments that hold all give all', () => {
  const cut = fc.tuple(fc.nat(500), fc.integer({ min: 1, max: 200 }));
  fc.assert(
    fc.property(
      fc.array(cut, { maxLength: 40 }),
      fc.integer({ min: 0, max: 0xffffffff }),
      fc.nat(),
      (cuts, syn, seed) => {
        const whole = Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 7) % 256));
        const spans = [...cuts, [0, 250], [250, 250]].map(([at, length]) => ({
          sequence: (syn + 1 + at) >>> 0,
          data: whole.subarray(at, at + length),
        }));
        // Turned round by some number: those that make it whole are not always the last.
        const turned = [
          ...spans.slice(seed % spans.length),
          ...spans.slice(0, seed % spans.length),
        ];
        assert.equal(read(turned, syn).text, whole.toString('latin1'));
      },
    ),
  );
});
