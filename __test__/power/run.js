'use strict';

// npm run test:mutants: see USAGE. Each mutant is put into a copy of the package in a temporary
// folder; nothing is changed here.

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { ROOT, ensureAddon, ensureDependencies } = require('../../scripts/setup.js');
const { MUTANTS } = require('./mutants/index.js');

const USAGE = `npm run test:mutants [-- OPTION...]

Makes one mistake after the other in a copy of lib/ and runs the tests: each has to be noticed.

  --only TEXT   only mutants whose file or description contains this
  --help        this
`;

/** What the copy needs. */
const COPIED = ['lib', '__test__', 'index.js', 'index.mjs', 'index.d.ts', 'index.d.mts'];
const COPIED_TOO = ['package.json', 'README.md', 'benchmark', 'scripts', 'src', 'tsconfig.json'];
const LINKED = ['node_modules'];

/** Tests to run, the quickest to tell first; a mutant is killed by the first that fails. */
const TESTS = [
  'wire/requests wire/ending wire/stream wire/reading wire/misuse wire/pieces power/survivors',
  'wire/gather wire/exception hostile/flood hostile/local wire/many wire/timers wire/records',
  'hostile/unread hostile/ends hostile/mended wire/detached wire/gc wire/split wire/worker',
  'agreed/fast agreed/negotiation agreed/reqq agreed/request-block agreed/hashes agreed/published',
  'extensions/hooks extensions/throws extensions/mapping extensions/late hostile/agreed',
  'encryption/initiator encryption/responder encryption/matrix encryption/split encryption/memory',
  'encryption/throws encryption/detached encryption/ending encryption/options encryption/pressure',
  'encryption/garbled encryption/untouched encryption/transcript',
  'wire/turn wire/guards wire/trace guard/crossings wire/export',
  'guard/pushes guard/allocations compat/two-wires compat/original-tests compat/differential',
].flatMap((line) => line.split(' ').map((name) => `__test__/${name}.test.js`));

/** Milliseconds after which a test has noticed something, too. */
const LIMIT_MS = 90_000;

/**
 * Ends a test and all that it started: under a mutant any of them may run for ever. Where there are
 * no process groups, only the test itself.
 * @param {import('node:child_process').ChildProcess} child leader of its group
 */
function endGroup(child) {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH') throw error;
  }
}

/** The test that runs. @type {import('node:child_process').ChildProcess | null} */
let running = null;

/**
 * @param {string} folder
 * @param {string} file
 * @returns {Promise<boolean>} whether it passes
 */
function passes(folder, file) {
  const options = /** @type {const} */ ({ cwd: folder, stdio: 'ignore', detached: true });
  const child = spawn(process.execPath, ['--test', file], options);
  running = child;
  const timer = setTimeout(() => endGroup(child), LIMIT_MS);
  return new Promise((resolve) => {
    child.on('exit', (code) => {
      clearTimeout(timer);
      endGroup(child);
      running = null;
      resolve(code === 0);
    });
  });
}

/** Whose own tests are all those of the folder. */
const ENCRYPTION = ['encryption.js', 'torrents.js', 'memory.js', 'outlet.js'];

/**
 * @param {string} folder
 * @param {string} [mutant] file in lib/, whose own tests come first
 * @returns {Promise<string | null>} the first test that fails
 */
async function firstFailure(folder, mutant) {
  const isOfEncryption = mutant !== undefined && ENCRYPTION.includes(mutant);
  const own = TESTS.filter(
    (file) =>
      path.basename(file) === mutant?.replace('.js', '.test.js') ||
      (isOfEncryption && file.includes('/encryption/')),
  );
  for (const file of new Set([...own, ...TESTS])) if (!(await passes(folder, file))) return file;
  return null;
}

/** @param {string} folder */
function copyTo(folder) {
  for (const name of [...COPIED, ...COPIED_TOO]) {
    fs.cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  }
  for (const name of LINKED) fs.symlinkSync(path.join(ROOT, name), path.join(folder, name));
}

/**
 * @param {import('./mutants/of.js').Mutant} mutant
 * @returns {string} the file with the mistake in it
 */
function mutated({ file, find, replace }) {
  const source = fs.readFileSync(path.join(ROOT, 'lib', file), 'utf8');
  const at = source.indexOf(find);
  if (at === -1 || source.indexOf(find, at + 1) !== -1) {
    throw new Error(`lib/${file} does not have this once:\n${find}`);
  }
  return source.slice(0, at) + replace + source.slice(at + find.length);
}

/** @param {string | undefined} only */
async function runAll(only) {
  const mutants = MUTANTS.filter(({ file, why }) => `${file} ${why}`.includes(only ?? ''));
  // All of them first: a mutant that no longer fits is to be mended before an hour has gone by.
  const sources = mutants.map(mutated);
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-mutants-'));
  process.once('exit', () => {
    if (running !== null) endGroup(running);
    fs.rmSync(folder, { recursive: true, force: true });
  });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
    process.once(signal, () => process.exit(128 + os.constants.signals[signal]));
  }
  copyTo(folder);
  const failure = await firstFailure(folder);
  if (failure !== null) throw new Error(`${failure} fails without any mutant`);
  const survivors = [];
  for (const [i, { file, why, argued }] of mutants.entries()) {
    const target = path.join(folder, 'lib', file);
    fs.writeFileSync(target, sources[i]);
    const killer = await firstFailure(folder, file);
    fs.copyFileSync(path.join(ROOT, 'lib', file), target);
    if (killer === null && argued === undefined) survivors.push(`lib/${file}: ${why}`);
    const outcome =
      killer === null ? `SURVIVED${argued ? `: ${argued}` : ''}` : `killed by ${killer}`;
    process.stdout.write(`${i + 1}/${mutants.length} lib/${file}: ${why}: ${outcome}\n`);
  }
  process.stdout.write(
    `\n${mutants.length} mutants, ${survivors.length} survivors without an argument\n`,
  );
  for (const text of survivors) process.stdout.write(`  ${text}\n`);
  return survivors.length === 0;
}

async function main() {
  const { values } = parseArgs({
    options: { only: { type: 'string' }, help: { type: 'boolean' } },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  ensureDependencies();
  ensureAddon();
  if (!(await runAll(values.only))) process.exitCode = 1;
}

main().catch((error) => {
  const isUsage = String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(isUsage ? `${error.message}\n\n${USAGE}` : `${error.stack}\n`);
  process.exitCode = isUsage ? 2 : 1;
});
