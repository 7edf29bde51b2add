'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const native = require('../../lib/addon.js');
const records = require('../../lib/records.js');

/** The message ids of BEP 3, 5, 6, 10 and 52, from there. */
const IDS = {
  CHOKE: 0,
  UNCHOKE: 1,
  INTERESTED: 2,
  NOT_INTERESTED: 3,
  HAVE: 4,
  BITFIELD: 5,
  REQUEST: 6,
  PIECE: 7,
  CANCEL: 8,
  PORT: 9,
  SUGGEST: 13,
  HAVE_ALL: 14,
  HAVE_NONE: 15,
  REJECT: 16,
  ALLOWED_FAST: 17,
  EXTENDED: 20,
  HASH_REQUEST: 21,
  HASHES: 22,
  HASH_REJECT: 23,
};

/** @param {string} name in camelCase */
const constantCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

test('both sides of the border agree on every number', () => {
  const constants = Object.entries(native.constants());
  assert.ok(constants.length >= 12);
  const expected = Object.fromEntries(constants.map(([name, n]) => [constantCase(name), n]));
  assert.deepEqual({ ...records }, { ...expected, ...IDS });
});

test('no kind of record is another', () => {
  const { HANDSHAKE, KEEP_ALIVE, UNKNOWN } = records;
  const kinds = [...Object.values(IDS), HANDSHAKE, KEEP_ALIVE, UNKNOWN];
  assert.equal(new Set(kinds).size, kinds.length);
  assert.ok([HANDSHAKE, KEEP_ALIVE, UNKNOWN].every((kind) => kind >= 32));
});
