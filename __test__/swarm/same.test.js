'use strict';

// The same calls among the same peers, on peer-wire-swarm 0.12.2 as it was published and on ours: every
// event in its order, with how the swarm is at that moment.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { scenarios } = require('./differential/scenarios.js');
const { scenarios: ofListening } = require('./differential/scenarios-listening.js');
const { Original, Swarm } = require('./helpers/sides.js');
const { holdWaits } = require('./helpers/waits.js');
const { World } = require('./helpers/world.js');

/**
 * @param {any} Side
 * @param {import('./differential/scenarios.js').Scenario['run']} run
 */
async function traceOf(Side, run) {
  /** @type {(() => unknown)[]} */
  const last = [];
  const t = /** @type {any} */ ({
    after: (/** @type {() => unknown} */ work) => last.unshift(work),
  });
  holdWaits(t);
  const world = new World(Side, t);
  try {
    await run(world);
    return world.trace.slice();
  } finally {
    for (const work of last) work();
  }
}

for (const { name, run } of [...scenarios, ...ofListening]) {
  test(name, async () => {
    const expected = await traceOf(Original, run);
    assert.ok(expected.length > 2, 'nothing was seen');
    assert.deepEqual(await traceOf(Swarm, run), expected);
  });
}
