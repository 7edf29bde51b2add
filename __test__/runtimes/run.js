'use strict';

// What the package can do in each runtime. See USAGE.

const fs = require('node:fs');
const { parseArgs } = require('node:util');
const { ensureAddon, ensureDependencies } = require('../../scripts/setup.js');

const USAGE = `node __test__/runtimes/run.js [OPTION...]

The package in Node 20, 22, 24 and 26, Bun and Deno: modules, wires that are piped and wires with sockets of
their own, the swarm, worker threads, vm contexts, copies, and the tests of the wire.

  --only NAME     only runtimes whose name begins with this
  --row NAME      only what begins with this
  --json FILE     writes everything that was found out
  --readme        writes the table of the README
  --help          this
`;

const OPTIONS = /** @type {const} */ ({
  only: { type: 'string', default: '' },
  row: { type: 'string', default: '' },
  json: { type: 'string' },
  readme: { type: 'boolean' },
  help: { type: 'boolean' },
});

class UsageError extends Error {}

/**
 * @template {{ name: string }} T
 * @param {T[]} all
 * @param {string} option
 * @param {string} prefix
 */
function select(all, option, prefix) {
  const wanted = prefix.toLowerCase();
  const selected = all.filter(({ name }) => name.toLowerCase().startsWith(wanted));
  if (selected.length > 0) return selected;
  const names = all.map(({ name }) => name).join('; ');
  throw new UsageError(`${option} must be the beginning of one of: ${names}`);
}

/**
 * @param {import('./runtimes.js').Runtime[]} runtimes
 * @param {import('./rows.js').Row[]} rows
 */
async function playAll(runtimes, rows) {
  const { judge } = require('./judging.js');
  const { makeProject } = require('./project.js');
  const { progress } = require('./table.js');
  /** @type {import('./judging.js').Cell[]} */
  const cells = [];
  for (const runtime of runtimes) {
    const project = makeProject();
    try {
      for (const row of rows) {
        const started = performance.now();
        const checks = await row.play(runtime, project);
        const cell = judge(row, runtime, checks, (performance.now() - started) / 1000);
        cells.push(cell);
        process.stdout.write(progress(cell));
      }
    } finally {
      fs.rmSync(project, { recursive: true, force: true });
    }
  }
  return cells;
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  if (values.readme && (values.only || values.row)) {
    throw new UsageError('--readme is for all of it, without --only and --row');
  }
  ensureDependencies();
  ensureAddon();
  require('./tools.js').ensureTools();
  const { runtimes } = require('./runtimes.js');
  const { ROWS } = require('./rows.js');
  const cells = await playAll(
    select(runtimes(), '--only', values.only),
    select(ROWS, '--row', values.row),
  );
  process.stdout.write(`\n${require('./table.js').table(cells)}`);
  if (values.readme) require('./markdown.js').writeReadme(cells);
  if (values.json) fs.writeFileSync(values.json, `${JSON.stringify(cells, null, 2)}\n`);
  if (!cells.every(require('./judging.js').isAsExpected)) process.exitCode = 1;
}

main().catch((error) => {
  const isUsage = error instanceof UsageError || String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(isUsage ? `${error.message}\n\n${USAGE}` : `${error.stack}\n`);
  process.exitCode = isUsage ? 2 : 1;
});
