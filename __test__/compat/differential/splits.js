'use strict';

// The same conversation with the peer's bytes cut in another way.

const fc = require('fast-check');
const { conversations } = require('./conversation');
const { play } = require('./player');
const { print } = require('./print');

const WHOLE = { cuts: [], as: 'buffer', corked: false, turns: false };

/** @type {[string, object][]} */
const deliveries = [
  ['byte by byte', { ...WHOLE, cuts: 'bytes' }],
  ['byte by byte, corked', { ...WHOLE, cuts: 'bytes', corked: true }],
  [
    'in thirteen places',
    { ...WHOLE, cuts: Array.from({ length: 13 }, (_, k) => k * k * 17 + 3 * k + 1) },
  ],
];

/** Bytes after an end are not written, so neither ends nor hostile bytes are part of this. */
const quiet = { hostile: false, endings: false, nested: false };

/**
 * @param {import('./sides').Side} side
 * @param {{ seed: number, runs: number }} how
 * @returns {Promise<string | null>} the first difference, for people to read
 */
async function searchSplits(side, { seed, runs }) {
  const property = fc.asyncProperty(conversations(quiet), async (conversation) => {
    const whole = await play(side, delivered(conversation, WHOLE));
    const asGenerated = ['as generated', { corked: false, turns: false }];
    for (const [name, delivery] of [...deliveries, asGenerated]) {
      const cut = await play(side, delivered(conversation, delivery));
      const k = cut.trace.findIndex((entry, at) => entry !== whole.trace[at]);
      if (k === -1 && cut.trace.length === whole.trace.length) continue;
      throw new Error(`${name}, entry ${k}:\n  whole ${whole.trace[k]}\n  cut   ${cut.trace[k]}`);
    }
  });
  const details = await fc.check(property, { seed, numRuns: runs });
  if (!details.failed) return null;
  const [conversation] = details.counterexample ?? [];
  return `seed ${seed}\n${conversation && print(conversation)}\n${details.errorInstance}`;
}

function delivered(conversation, delivery) {
  const steps = conversation.steps.map((step) =>
    step.do === 'feed' ? { ...step, ...delivery } : step,
  );
  return { ...conversation, steps };
}

module.exports = { searchSplits };
