'use strict';

// Looks for a conversation on which two sides differ.

const fc = require('fast-check');
const { compare } = require('./compare');
const { conversations } = require('./conversation');
const { print } = require('./print');

/**
 * @typedef {object} Found
 * @property {number} seed
 * @property {string} path
 * @property {number} runs after which it was found
 * @property {string} text for people
 */

/**
 * @param {object} what
 * @param {import('./sides').Side} what.left
 * @param {import('./sides').Side} what.right
 * @param {number} what.seed
 * @param {number} what.runs
 * @param {string} [what.path] of fast-check, to play a single one again
 * @param {boolean} [what.hostile] with bytes that only the mended rows allow
 * @param {boolean} [what.shrink]
 * @param {import('./statistics').Statistics} [what.statistics]
 * @returns {Promise<Found | null>}
 */
async function search({
  left,
  right,
  seed,
  runs,
  path,
  hostile = true,
  shrink = true,
  statistics,
}) {
  const property = fc.asyncProperty(conversations({ hostile }), async (conversation) => {
    const difference = await compare(conversation, left, right, statistics);
    if (difference) throw new Error(difference);
  });
  const details = await fc.check(property, { seed, numRuns: runs, path, endOnFailure: !shrink });
  if (!details.failed) return null;
  const [conversation] = details.counterexample ?? [];
  const error = /** @type {Error} */ (details.errorInstance);
  return {
    seed,
    path: details.counterexamplePath ?? '',
    runs: details.numRuns,
    text: [
      `seed ${seed}, path ${details.counterexamplePath}, after ${details.numRuns} conversations, ${details.numShrinks} shrinks`,
      conversation ? print(conversation) : '(no conversation)',
      error?.message.startsWith('The first difference') || /timers behind/.test(error?.message)
        ? error.message
        : String(error?.stack),
    ].join('\n'),
  };
}

module.exports = { search };
