'use strict';

// Random scripts: what a program does with a swarm, and what its peers do.

const fc = require('fast-check');

/** @typedef {import('../helpers/peers.js').Manner} Manner */

const PEERS = 4;

/**
 * One thing that happens.
 * @typedef {{ what: string, peer: number, manner: Manner, level: number }} Step
 */

/**
 * @typedef {object} Script
 * @property {number} size
 * @property {Manner[]} manners one for each peer
 * @property {Step[]} steps
 */

const peer = fc.nat(PEERS - 1);
const manner = fc.oneof(
  { weight: 4, arbitrary: fc.constant(/** @type {Manner} */ ('greet')) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      .../** @type {Manner[]} */ (['hold', 'refuse', 'other', 'hang up', 'reset']),
    ),
  },
);

const what = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('add') },
  {
    weight: 4,
    arbitrary: fc.constantFrom('remove', 'wait', 'hang up', 'call', 'call often', 'add many'),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('priority', 'pause', 'resume', 'drop', 'take in', 'send', 'manner'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'reset',
      'remove by wire',
      'remove and add',
      'size',
      'call the other',
      'call nobody',
      'callers leave',
    ),
  },
);

/** @type {import('fast-check').Arbitrary<Step>} */
const step = fc.record({ what, peer, manner, level: fc.integer({ min: 0, max: 3 }) });

/** @type {import('fast-check').Arbitrary<Script>} */
const script = fc.record({
  size: fc.integer({ min: 1, max: 3 }),
  manners: fc.array(manner, { minLength: PEERS, maxLength: PEERS }),
  steps: fc.array(step, { minLength: 4, maxLength: 18, size: 'max' }),
});

module.exports = { PEERS, script };
