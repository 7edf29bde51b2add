'use strict';

// npm run fuzz: every target for its share of the time, then one table. Exit code 1 is a crash, 2 a
// wrong command line or targets that cannot be built.

const { UsageError, USAGE, parseArguments } = require('./fuzz/arguments.js');
const { SetupError } = require('./setup/run.js');
const { build } = require('./fuzz/build.js');
const { fuzz, minimise } = require('./fuzz/libfuzzer.js');
const { table } = require('./fuzz/table.js');

/** @param {import('./fuzz/arguments.js').FuzzArguments} options */
async function fuzzAll({ targets, seconds }) {
  const programs = build(targets);
  const results = [];
  for (const [index, target] of targets.entries()) {
    // Whole seconds, so that those of all targets add up to what was asked for.
    const from = Math.floor((seconds * index) / targets.length);
    const until = Math.floor((seconds * (index + 1)) / targets.length);
    process.stderr.write(`fuzz: ${target} for ${until - from} s\n`);
    results.push(await fuzz(target, programs, until - from));
  }
  process.stdout.write(`\n${table(results)}\n`);
  for (const { target, crash } of results) {
    if (crash === null) continue;
    process.exitCode = 1;
    process.stdout.write(`\n${target}: ${crash.reason}\n  ${crash.input}\n`);
  }
}

async function main() {
  try {
    const options = parseArguments(process.argv.slice(2));
    if (options.help) process.stdout.write(USAGE);
    else if (options.minimising) minimiseAll(options.targets);
    else await fuzzAll(options);
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof SetupError)) throw error;
    process.stderr.write(`${error.message} (${error.code})\n`);
    process.exitCode = 2;
  }
}

/** @param {string[]} targets */
function minimiseAll(targets) {
  const programs = [build(targets, 'dev'), build(targets)];
  for (const target of targets) minimise(target, programs);
}

main();
