'use strict';

// The comparison itself, tried on wires that are wrong in one thing: it has to
// notice each of them, or its silence about this package says nothing.

require('./differential/clock');
const assert = require('node:assert/strict');
const { test } = require('node:test');
const Original = require('peer-wire-protocol');
const Wire = require('../../index.js');
const { inner } = require('./differential/mutants/inner');
const { harmless, surface } = require('./differential/mutants/surface');
const { mutate } = require('./differential/mutants/tools');
const { search } = require('./differential/search');
const { originalSide, subjectSide } = require('./differential/sides');

/** Conversations after which a mutant should have been noticed long ago. */
const RUNS = 3000;
const SEED = 7;

const options = { seed: SEED, runs: RUNS, shrink: false };
const kinds = [
  ['the original', Original, originalSide, [...surface, ...inner]],
  ['this package', Wire, subjectSide, surface],
];

for (const [name, Class, side, mutants] of kinds) {
  for (const mutant of mutants) {
    test(`${name}, but: ${mutant.name}`, async (t) => {
      const found = await search({
        left: side(Class),
        right: side(mutate(Class, mutant)),
        ...options,
      });
      assert.ok(found, `not noticed in ${RUNS} conversations`);
      t.diagnostic(`noticed after ${found.runs} conversations`);
    });
  }

  for (const mutant of harmless) {
    test(`${name}, changed in vain: ${mutant.name}`, async () => {
      const right = side(mutate(Class, mutant));
      const found = await search({ left: side(Class), right, ...options, runs: 100 });
      assert.equal(found?.text, undefined);
    });
  }
}
