'use strict';

const fc = require('fast-check');
const { isDeepStrictEqual } = require('node:util');
const { play } = require('./player.js');
const { script } = require('./script.js');

/** At first, and where there was a difference, lest somebody was only late. */
const PACES = [
  { quiet: 6, patience: 500 },
  { quiet: 80, patience: 5000 },
];

/**
 * @param {any} left
 * @param {any} right
 * @param {import('./script.js').Script} script
 * @param {import('./player.js').Pace[]} [paces]
 * @returns {Promise<string | null>} where they differ
 */
async function compare(left, right, script, paces = PACES) {
  let difference = null;
  for (const pace of paces) {
    const expected = await play(left, script, pace);
    const seen = await play(right, script, pace, expected);
    const at = expected.findIndex((step, i) => !isDeepStrictEqual(step, seen[i]));
    if (at === -1) return null;
    const steps = expected.slice(0, at).map(({ step }) => step);
    difference = JSON.stringify({ steps, original: expected[at], ours: seen[at] }, null, 2);
  }
  return difference;
}

/**
 * Plays random scripts on two kinds of swarms.
 * @param {any} left
 * @param {any} right
 * @param {{ runs: number, seed: number, path?: string, shrinks?: boolean }} how
 * @returns {Promise<string | null>} the first difference
 */
async function search(left, right, { runs, seed, path, shrinks = false }) {
  let found = null;
  const property = fc.asyncProperty(script, async (script) => {
    const difference = await compare(left, right, script);
    if (difference === null) return;
    found = difference;
    throw new Error(difference);
  });
  // Real connections: to find the shortest script that differs takes minutes.
  const how = { numRuns: runs, seed, path, endOnFailure: !shrinks };
  const { failed, counterexamplePath } = await fc.check(property, how);
  return failed ? `seed ${seed}, path ${counterexamplePath}\n${found}` : null;
}

module.exports = { compare, search };
