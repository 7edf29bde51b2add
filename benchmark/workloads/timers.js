'use strict';

const { load } = require('../implementations.js');
const { measure } = require('../measure.js');
const { within } = require('../rows.js');
const { start } = require('./match.js');
const { JOB_FLAGS, workload } = require('./workload.js');

// Blocks arriving with a request timeout set, against without one, by turns in one process.

const WINDOW = { depth: 64, order: 'in order', wires: 2 };
const TIMEOUT = 30_000;
const RUNS = 3000;
const NAME = 'timers';

/** @param {import('../implementations.js').Name} runner */
async function run(runner) {
  const implementation = await load(runner);
  const cost = { without: 0, with: 0 };
  const digests = [];
  let seen = 0;
  for (const which of /** @type {const} */ (['without', 'with', 'with', 'without'])) {
    const timeout = which === 'with' ? TIMEOUT : 0;
    const result = await measure((wires) => start(wires, WINDOW, timeout), implementation, RUNS);
    cost[which] += result.values.cpu / 2;
    digests.push(result.digest);
    seen += result.seen;
  }
  return { values: cost, digest: digests.join(' '), seen };
}

module.exports = {
  workloads: [workload({ name: NAME, flags: JOB_FLAGS, run })],
  rows: [
    within({
      table: 'codec',
      title: 'timers, blocks with `setTimeout(30000)` set, against without',
      workload: NAME,
      from: 'without',
      to: 'with',
      most: 1.1,
    }),
  ],
};
