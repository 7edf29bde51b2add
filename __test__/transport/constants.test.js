'use strict';

// Both sides of the border agree on what happens on sockets.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const native = require('../../lib/addon.js');
const happenings = require('../../lib/transport/happenings.js');

/** @param {string} name in camelCase */
const constantCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

test('both sides of the border agree on every number', () => {
  const constants = Object.entries(native.socketConstants());
  assert.ok(constants.length >= 13);
  const expected = Object.fromEntries(constants.map(([name, n]) => [constantCase(name), n]));
  // The addon does not tell this one: conversations of every kind would fail if it were wrong.
  const { OTHER_WORDS, ...told } = happenings;
  assert.deepEqual(told, expected);
  assert.equal(OTHER_WORDS, 3);
});

test('no kind of happening is another', () => {
  const { SEGMENT_WORDS: _, OTHER_WORDS: __, LANDED: ___, ...kinds } = happenings;
  const values = Object.values(kinds);
  assert.ok(values.length >= 12);
  assert.equal(new Set(values).size, values.length);
});
