'use strict';

// npm run test:install: what a person gets from npm, from a registry on loopback. See USAGE.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { ensureAddon, ensureDependencies } = require('../../scripts/setup.js');

const RUNTIMES = path.join(__dirname, '../runtimes/run.js');

const USAGE = `npm run test:install [-- OPTION...]

Packs and publishes everything to a registry on loopback, by the scripts that make a release, twice; then
installs it in clean projects, with every package manager, and puts it to use in each. Other packages come
from the registry that npm is configured with. Then the same on other runtimes (__test__/runtimes).

  --only NAME     only the rows whose name begins with this, and no other runtimes
  --from DIR      the packages in DIR, built elsewhere, in place of those made of what is here, and no other
                  runtimes
  --quick         without the rows that build with Rust, and no other runtimes
  --json FILE     writes everything that was found out
  --readme        writes the table of the README, if all is well
  --help          this
`;

const OPTIONS = /** @type {const} */ ({
  only: { type: 'string' },
  from: { type: 'string' },
  quick: { type: 'boolean', default: false },
  json: { type: 'string' },
  readme: { type: 'boolean' },
  help: { type: 'boolean' },
});

class UsageError extends Error {}

/** @param {string | undefined} prefix @param {boolean} isQuick */
function selectRows(prefix, isQuick) {
  const { QUICK_ROWS, ROWS } = require('./rows/index.js');
  if (isQuick) return QUICK_ROWS;
  const selected = ROWS.filter(({ name }) => name.startsWith(prefix ?? ''));
  if (selected.length > 0) return selected;
  const names = ROWS.map(({ name }) => name).join('; ');
  throw new UsageError(`--only must be the beginning of one of: ${names}`);
}

/**
 * @param {import('./rows/index.js').Row} row
 * @param {import('./rows/index.js').Context} context
 * @returns {Promise<import('./table.js').Result>}
 */
async function play({ name, manager, how, note, play: playRow }, context) {
  const started = performance.now();
  const about = { name, manager: `${manager.name} ${manager.version()}`, how, note };
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const played = await playRow(context);
    return { ...about, outcome: 'passed', ...played, seconds: seconds() };
  } catch (error) {
    const { message, details, stack } = /** @type {any} */ (error);
    const why = { reason: message, details: details ?? stack };
    return { ...about, outcome: 'failed', used: [], seconds: seconds(), ...why };
  }
}

/**
 * @param {readonly import('./rows/index.js').Row[]} rows
 * @param {string | undefined} from
 */
async function playAll(rows, from) {
  const { Sandbox, clearOnExit } = require('../interop/process.js');
  const { makeHome } = require('./home.js');
  const { Project } = require('./project.js');
  const { publishRelease } = require('./publishing.js');
  const { startRegistry } = require('./registry.js');
  const { progress } = require('./table.js');
  clearOnExit();
  const sandbox = new Sandbox();
  try {
    const registry = await startRegistry(sandbox);
    const env = makeHome(sandbox.folder(), registry);
    const release = await publishRelease({ registry, env, cwd: sandbox.folder() }, from);
    const project = (/** @type {object | undefined} */ manifest) =>
      new Project(sandbox.folder(), env, manifest);
    const results = [];
    for (const row of rows) {
      const result = await play(row, { registry, ...release, project });
      process.stdout.write(progress(result));
      results.push(result);
    }
    return results;
  } finally {
    await sandbox.close();
  }
}

/** @param {readonly import('./table.js').Result[]} results */
function report(results) {
  const { installed, table, totals } = require('./table.js');
  for (const { name, outcome, reason, details } of results) {
    if (outcome === 'failed') process.stdout.write(`\n${name}: ${reason}\n${details}\n`);
  }
  process.stdout.write(`\n${table(results)}\n${installed(results)}${totals(results)}`);
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const { from, only, quick } = values;
  if (values.readme && (quick || only !== undefined))
    throw new UsageError('--readme is of all rows');
  if (quick && only !== undefined) throw new UsageError('--quick or --only');
  ensureDependencies();
  if (from === undefined) ensureAddon();
  require('./tools.js').ensureTools();
  const results = await playAll(selectRows(only, quick), from);
  report(results);
  if (values.json) fs.writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  if (results.some(({ outcome }) => outcome === 'failed')) process.exitCode = 1;
  else if (values.readme) require('./markdown.js').writeReadme(results);
  if (quick || only !== undefined || from !== undefined) return;
  const args = values.readme ? [RUNTIMES, '--readme'] : [RUNTIMES];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}

main().catch((error) => {
  const isUsage = error instanceof UsageError || String(error.code).startsWith('ERR_PARSE_ARGS');
  const text = error.details === undefined ? error.stack : `${error.message}\n${error.details}`;
  process.stderr.write(isUsage ? `${error.message}\n\n${USAGE}` : `${text}\n`);
  process.exitCode = isUsage ? 2 : 1;
});
