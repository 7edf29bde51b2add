'use strict';

// What the README says of the three implementations is what was measured, of these attacks.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { test } = require('node:test');
const { NAMES, identify } = require('../../benchmark/implementations.js');
const { ATTACKS } = require('./attacks/index.js');
const { RESULTS } = require('./helpers/compare.js');
const { table, written } = require('./helpers/markdown.js');

const results = JSON.parse(fs.readFileSync(RESULTS, 'utf8'));

test('the table in the README is that of results.json', () => {
  assert.equal(written(), table(results));
});

test('results.json is of the attacks and the versions there are', () => {
  assert.deepEqual(
    results.attacks.map((/** @type {any} */ { name }) => name),
    ATTACKS.map(({ name }) => name),
  );
  for (const name of NAMES) assert.equal(results.implementations[name], identify(name));
});

test('this package survives every attack', () => {
  const felled = results.attacks.filter(
    (/** @type {any} */ { results: { native } }) => native.verdict !== 'survived',
  );
  assert.deepEqual(
    felled.map((/** @type {any} */ { name }) => name),
    [],
  );
});
