'use strict';

// The addon under AddressSanitizer and under valgrind: the fuzz of the border, and the tests that
// use the addon most.
//   npm run sanitize -- [--seconds N] [--seed N]
// Or the crate's threads: the sockets' tests under ThreadSanitizer, and what they share under loom.
//   npm run sanitize -- --thread
// Exits with 1 when something was found, with 2 when what is needed is missing.

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const asan = require('./sanitize/asan.js');
const { Missing, ROOT, TARGET, run } = require('./sanitize/run.js');
const tsan = require('./sanitize/tsan.js');
const valgrind = require('./sanitize/valgrind.js');
const { ensureAddon, ensureDependencies } = require('./setup.js');

const BORDER = '__test__/border';
const TESTS = ['__test__/wire', '__test__/hostile'];
/** Under memcheck all takes far longer, so it gets another share of cases, not a longer run. */
const MOST_VALGRIND_SECONDS = 60;

/** @param {string} folder */
function testFiles(folder) {
  return fs
    .readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => `${folder}/${name}`);
}

function parse() {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
      thread: { type: 'boolean', default: false },
    },
  });
  const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
  if (!(Number.isInteger(seconds) && seconds > 0 && Number.isInteger(seed) && seed >= 0)) {
    throw new Missing('usage: npm run sanitize -- [--seconds N] [--seed N] | --thread');
  }
  return { seconds, seed: String(seed), isOfThreads: values.thread };
}

/** @param {boolean} isClean */
function outcome(isClean) {
  return isClean ? 'nothing found' : 'FOUND';
}

/** @returns {[what: string, outcome: string][]} */
function sanitizeThreads() {
  const loom = ['--manifest-path', 'loom/Cargo.toml', '--target-dir', path.join(TARGET, 'loom')];
  const orders = run('cargo', ['test', ...loom, 'interleavings']);
  tsan.prepare();
  tsan.check();
  return [
    ['what threads share, loom', outcome(orders)],
    ['tests/transport, ThreadSanitizer', outcome(tsan.runTests())],
  ];
}

/**
 * @param {{ seconds: number, seed: string }} options
 * @returns {[what: string, outcome: string][]}
 */
function sanitize({ seconds, seed }) {
  /** @type {[string, string][]} */
  const results = [];

  asan.prepare();
  asan.check();
  const long = ['--seconds', String(seconds), '--seed', seed, '--patience', '600'];
  const fuzz = asan.runNode([`${BORDER}/run.js`, ...long]);
  results.push([`border for ${seconds} s, seed ${seed}, AddressSanitizer`, outcome(fuzz)]);
  const tests = asan.runNode(['--test', '--test-reporter=spec', ...TESTS.flatMap(testFiles)]);
  results.push([`${TESTS.join(' and ')}, AddressSanitizer`, outcome(tests)]);

  const short = Math.min(seconds, MOST_VALGRIND_SECONDS);
  const name = `border for ${short} s, seed ${seed}, memcheck`;
  if (!valgrind.isInstalled()) return [...results, [name, 'not run: valgrind is missing']];
  valgrind.prepare();
  const args = ['--seconds', String(short), '--seed', seed];
  const memcheck = valgrind.runNode(['--expose-gc', `${BORDER}/child.js`, ...args]);
  return [...results, [name, outcome(memcheck)]];
}

try {
  const options = parse();
  if (!options.isOfThreads) {
    ensureDependencies();
    ensureAddon();
  }
  const results = options.isOfThreads ? sanitizeThreads() : sanitize(options);
  process.stdout.write('\n');
  for (const [what, outcome] of results) process.stdout.write(`${what}: ${outcome}\n`);
  if (results.some(([, outcome]) => outcome === 'FOUND')) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  process.stderr.write(`sanitize: ${error.message}\n`);
  process.exitCode = 2;
}
