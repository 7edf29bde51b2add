'use strict';

// node __test__/swarm/differential/run.js [--runs N] [--seed N] [--path PATH] [--shrink]

const { parseArgs } = require('node:util');
const { Original, Swarm } = require('../helpers/sides.js');
const { hits, mend } = require('./reference.js');
const { search } = require('./search.js');

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '1000' },
    seed: { type: 'string', default: String(Date.now() % 0x7fffffff) },
    path: { type: 'string' },
    shrink: { type: 'boolean', default: false },
  },
});

async function main() {
  const seed = Number(values.seed);
  const how = { runs: Number(values.runs), seed, path: values.path, shrinks: values.shrink };
  process.stdout.write(`${values.runs} scripts, seed ${seed}\n`);
  const difference = await search(mend(Original), Swarm, how);
  process.stdout.write(`${difference ?? 'no difference'}\n`);
  for (const [row, count] of Object.entries(hits)) process.stdout.write(`${count}  ${row}\n`);
  process.exitCode = difference === null ? 0 : 1;
}

main();
