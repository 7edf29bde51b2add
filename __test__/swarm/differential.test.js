'use strict';

// Random scripts, played on peer-wire-swarm 0.12.2 and on ours: whom they dial, what they tell and how
// they are after each step has to be the same, but for the rows of differential/reference.js. A longer
// run: node __test__/swarm/differential/run.js

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { ROWS, mend } = require('./differential/reference.js');
const { PEERS } = require('./differential/script.js');
const { compare, search } = require('./differential/search.js');
const { Original, Swarm } = require('./helpers/sides.js');

const RUNS = 40;

/** Another one each time; to play a failure again, give run.js its seed and path. */
const seed = Number(process.hrtime.bigint() % 0x7fffffffn);

test(`${RUNS} scripts, seed ${seed}, are the same on the original and here`, async () => {
  const difference = await search(mend(Original), Swarm, { runs: RUNS, seed });
  if (difference !== null) assert.fail(difference);
});

/** @typedef {import('./differential/script.js').Manner} Manner */
/** @typedef {{ what: string, peer?: number, level?: number }[]} Steps */

/**
 * @param {Steps} steps
 * @param {{ size?: number, manner?: Manner }} [how]
 */
function scriptOf(steps, { size = 1, manner = 'greet' } = {}) {
  const step = { peer: 0, level: 0, manner };
  const manners = Array.from({ length: PEERS }, () => manner);
  return { size, manners, steps: steps.map((given) => ({ ...step, ...given })) };
}

/** Where a difference is expected. */
const HASTE = [{ quiet: 6, patience: 100 }];

/** What is permitted to differ, each with what has to happen for it to be needed. */
const NEEDED = /** @type {const} */ ([
  [ROWS.ONE, scriptOf([{ what: 'add many' }], { size: 3 })],
  [ROWS.BACK, scriptOf([{ what: 'add' }, { what: 'remove and add' }])],
  [ROWS.STAYS, scriptOf([{ what: 'add' }, { what: 'remove' }], { manner: 'hold' })],
  [ROWS.OTHERS, scriptOf([{ what: 'call often' }])],
]);

test('every row of the permitted differences is looked at', () => {
  assert.deepEqual(NEEDED.map(([row]) => row).sort(), Object.values(ROWS).sort());
});

for (const [row, script] of NEEDED) {
  test(`the original is not the same as long as ${row}`, async () => {
    assert.notEqual(await compare(mend(Original, row), Swarm, script, HASTE), null);
    assert.equal(await compare(mend(Original), Swarm, script), null);
  });
}

/** Mistakes, each with what has to happen for it to be seen. @type {[string, (swarm: any) => void, Steps][]} */
const FAULTS = [
  [
    'dials by another order',
    (swarm) => {
      swarm.priority = () => 0;
    },
    [
      { what: 'add', peer: 0 },
      { what: 'add', peer: 1 },
      { what: 'add', peer: 2 },
      { what: 'priority', peer: 2, level: 1 },
      { what: 'hang up', peer: 0 },
    ],
  ],
  [
    'dials while it is paused',
    (swarm) => {
      swarm.pause = () => {};
    },
    [{ what: 'pause' }, { what: 'add', peer: 0 }],
  ],
  [
    'keeps a peer that is removed',
    (swarm) => {
      swarm.remove = () => {};
    },
    [
      { what: 'add', peer: 0 },
      { what: 'remove', peer: 0 },
    ],
  ],
  [
    'opens one connection too many',
    (swarm) => {
      swarm.size++;
    },
    [
      { what: 'add', peer: 0 },
      { what: 'add', peer: 1 },
    ],
  ],
  [
    'forgets a peer that was lost',
    (swarm) => {
      swarm.on('wire-disconnect', (/** @type {any} */ wire) => swarm.remove(wire));
    },
    [
      { what: 'add', peer: 0 },
      { what: 'hang up', peer: 0 },
    ],
  ],
  [
    'tells of a peer twice',
    (swarm) => {
      swarm.once('wire', (/** @type {any} */ wire) => swarm.emit('wire', wire, wire));
    },
    [{ what: 'call' }],
  ],
  [
    'counts blocks wrong',
    (swarm) => {
      swarm.on('download', () => {
        swarm.downloaded++;
      });
    },
    [
      { what: 'add', peer: 0 },
      { what: 'take in', peer: 0 },
    ],
  ],
];

for (const [name, spoil, steps] of FAULTS) {
  test(`a swarm is found out that ${name}`, async () => {
    /** @param {any[]} args */
    const faulty = (...args) => {
      const swarm = Reflect.apply(Swarm, undefined, args);
      spoil(swarm);
      return swarm;
    };
    const script = scriptOf(steps);
    assert.equal(await compare(Swarm, Swarm, script), null);
    assert.notEqual(await compare(Swarm, faulty, script, HASTE), null);
  });
}
