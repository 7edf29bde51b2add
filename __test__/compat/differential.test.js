'use strict';

// Random conversations, played on the original 0.7.1 and on this package: every
// event, callback, field and byte has to be the same, but for the list in
// differential/mended.js. A longer run: node __test__/compat/differential/run.js

require('./differential/clock');
const assert = require('node:assert/strict');
const { test } = require('node:test');
const Original = require('peer-wire-protocol');
const Wire = require('../../index.js');
const { hits, rows } = require('./differential/mended');
const { search } = require('./differential/search');
const { originalSide, subjectSide } = require('./differential/sides');
const { searchSplits } = require('./differential/splits');
const { Statistics } = require('./differential/statistics');

const RUNS = 6000;
const SPLIT_RUNS = 300;

/** Another one each time; to play a failure again, give run.js its seed and path. */
const seed = Number(process.hrtime.bigint() % 0x7fffffffn);

test(`${RUNS} conversations, seed ${seed}`, async (t) => {
  const statistics = new Statistics();
  await t.test('are the same on the original and here', async () => {
    const found = await search({
      left: originalSide(Original),
      right: subjectSide(Wire),
      seed,
      runs: RUNS,
      statistics,
    });
    if (found) assert.fail(found.text);
  });
  for (const line of String(statistics).split('\n')) t.diagnostic(line);

  await t.test('had every event, method and outcome in them', () => {
    assert.equal(statistics.conversations, RUNS);
    assert.deepEqual(statistics.missing(), []);
  });

  await t.test('needed every permitted difference', () => {
    const unused = Object.keys(hits).filter((name) => hits[name] === 0);
    assert.deepEqual(unused, []);
  });
});

for (const { name, evidence } of rows) {
  test(`0.7.1 as run: ${name}`, () => evidence(Original));
}

test(`any split of ${SPLIT_RUNS} conversations gives the same trace, seed ${seed}`, async () => {
  const difference = await searchSplits(subjectSide(Wire), { seed, runs: SPLIT_RUNS });
  if (difference) assert.fail(difference);
});
