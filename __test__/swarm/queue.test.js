'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const Queue = require('../../lib/swarm/queue.js');

test('the highest level first, and of one the first that came', () => {
  const queue = new Queue();
  for (const [value, level] of /** @type {const} */ ([
    ['a', 0],
    ['b', 2],
    ['c', 0],
    ['d', -1],
    ['e', 2],
    ['f', 0.5],
  ])) {
    queue.push(value, level);
  }
  assert.equal(queue.length, 6);
  const order = Array.from({ length: 7 }, () => queue.shift());
  assert.deepEqual(order, ['b', 'e', 'f', 'a', 'c', 'd', null]);
  assert.equal(queue.length, 0);
});

test('is what a plain list would be, whatever is done to it', () => {
  const level = fc.constantFrom(-1, 0, 1, 2, Number.POSITIVE_INFINITY);
  const deed = fc.record({
    what: fc.constantFrom('push', 'push', 'unshift', 'shift', 'remove'),
    level,
    which: fc.nat(20),
  });
  const property = fc.property(fc.array(deed, { maxLength: 60 }), (deeds) => {
    const queue = new Queue();
    /** @type {{ value: number, level: number, place: any }[]} */
    let list = [];
    /** @type {any[]} */
    const left = [];
    let count = 0;
    for (const { what, level, which } of deeds) {
      if (what === 'push') {
        const value = ++count;
        list.push({ value, level, place: queue.push(value, level) });
      } else if (what === 'unshift') {
        const value = ++count;
        list.unshift({ value, level, place: queue.unshift(value, level) });
      } else if (what === 'remove' && list.length > 0) {
        const [gone] = list.splice(which % list.length, 1);
        left.push(gone.place);
        queue.remove(gone.place);
      } else if (what === 'shift') {
        const first = [...list].sort((a, b) =>
          a.level === b.level ? 0 : a.level < b.level ? 1 : -1,
        )[0];
        assert.equal(queue.shift(), first?.value ?? null);
        if (first) left.push(first.place);
        list = list.filter((entry) => entry !== first);
      }
      // Once more does nothing.
      for (const place of left) queue.remove(place);
      assert.equal(queue.length, list.length);
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test('takes no longer for many', () => {
  const queue = new Queue();
  const places = [];
  for (let i = 0; i < 200_000; i++) places.push(queue.push(i, i % 3));
  const start = process.cpuUsage().user;
  for (let i = 0; i < 200_000; i += 2) queue.remove(places[i]);
  while (queue.shift() !== null);
  // Some milliseconds; were it by the square, minutes.
  assert.ok(process.cpuUsage().user - start < 2_000_000);
});
