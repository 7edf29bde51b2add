'use strict';

// npm run bench: see arguments.js for what it takes. Before the set-up nothing is installed, so what
// needs packages is required after it.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { USAGE, UsageError, parseArguments, select } = require('./arguments.js');

const RESULTS = path.join(__dirname, 'results');

/** The dependencies and the addon, if the script that brings them is there. */
function setUp() {
  if (!fs.existsSync(path.join(__dirname, '../scripts/setup.js'))) return;
  const { ensureAddon, ensureDependencies } = require('../scripts/setup.js');
  ensureDependencies();
  ensureAddon();
}

/**
 * @param {import('./workloads/workload.js').Workload[]} workloads
 * @param {number} rounds
 * @returns {Promise<import('./rows.js').Samples>}
 */
async function measureAll(workloads, rounds) {
  const { Progress } = require('./progress.js');
  const { runAll } = require('./schedule.js');
  const progress = new Progress();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-bench-'));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => {
      progress.stop();
      process.exit(128 + os.constants.signals[signal]);
    });
  }
  try {
    for (const { setUp } of workloads) await setUp(folder);
    return await runAll(workloads, rounds, folder, (step) => progress.update(step));
  } finally {
    progress.stop();
    remove();
    process.off('exit', remove);
  }
}

/**
 * @param {{ machine: import('./machine.js').Machine, rows: import('./results.js').Line[],
 *   samples: import('./rows.js').Samples }} results
 */
function save(results) {
  const { charts } = require('./chart.js');
  const { machineText } = require('./machine.js');
  const drawn = charts(results.rows, machineText(results.machine));
  fs.mkdirSync(RESULTS, { recursive: true });
  const files = { 'bench.json': `${JSON.stringify(results, null, 2)}\n`, ...drawn };
  for (const [name, content] of Object.entries(files)) {
    fs.writeFileSync(path.join(RESULTS, name), content);
  }
}

/** @param {ReturnType<typeof parseArguments>} options */
async function bench({ json, list, names, rounds }) {
  const { rows, workloads } = require('./workloads/index.js');
  const selected = select(workloads, rows, names);
  if (list) {
    for (const { name } of selected) {
      const titles = rows.filter((row) => row.workloads[0] === name).map(({ title }) => title);
      process.stdout.write(`${name.padEnd(24)}${titles.join('; ')}\n`);
    }
    return;
  }
  setUp();
  const { describeMachine } = require('./machine.js');
  const { report } = require('./report.js');
  const { evaluate } = require('./results.js');
  const started = Date.now();
  const runnable = selected.filter((workload) => workload.missing() === null);
  const samples = await measureAll(runnable, rounds);
  const seconds = Math.round((Date.now() - started) / 1000);
  const lines = evaluate(rows, selected, samples);
  const machine = describeMachine(rounds, seconds);
  const results = { machine, rows: lines, samples };
  process.stdout.write(json ? `${JSON.stringify(results, null, 2)}\n` : report(lines, machine));
  // Part of a run says nothing about the rest of the charts.
  if (names.length === 0) save(results);
  else process.stderr.write('a part only: benchmark/results is left as it was\n');
}

async function main() {
  try {
    const options = parseArguments(process.argv.slice(2));
    if (options.help) process.stdout.write(USAGE);
    else await bench(options);
  } catch (error) {
    const { code, message, stack } = /** @type {NodeJS.ErrnoException} */ (error);
    // Whatever has no code is a mistake of ours, and its stack is wanted.
    process.stderr.write(code ? `${message} (${code})\n` : `${stack}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

main();
