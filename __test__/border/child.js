'use strict';

// The cases themselves, in a process that may die of them:
//   node --expose-gc __test__/border/child.js --seed N [--seconds N] [--case N] [--mark FILE]
// The number of the case under way is written to the file at once, for whoever finds the process
// dead. Prints what was done as JSON.

const fs = require('node:fs');
const { parseArguments } = require('./arguments.js');
const { STOCK_EVERY, runCase } = require('./cases.js');
const plants = require('./plants.js');
const { World } = require('./world.js');

const { seconds, seed, only, mark, plant } = parseArguments(process.argv.slice(2));
if (plant !== null) plants[plant]();

const markFile = mark === null ? null : fs.openSync(mark, 'w');

/** @param {number} number */
function note(number) {
  if (markFile !== null) fs.writeSync(markFile, String(number), 0);
}

async function main() {
  const world = new World();
  world.watch();
  const counts = {};
  const until = Date.now() + 1000 * seconds;
  let number = only ?? 0;
  do {
    note(number);
    const name = await runCase(world, seed ?? 0, number);
    counts[name] = (counts[name] ?? 0) + 1;
    number++;
    if (number % STOCK_EVERY === 0) await world.takeStock();
  } while (only === null && Date.now() < until);
  await world.takeStock();
  process.stdout.write(`${JSON.stringify({ counts, payloads: world.ledger.checked })}\n`);
}

main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error.stack}\n${error.cause?.stack ?? String(error.cause ?? '')}\n`);
    process.exit(1);
  },
);
