'use strict';

// All tests: the crate's, its fuzz corpora, then the package's. Each runner prints its own summary;
// the exit code is the first failure's. Sets everything up first.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT, SetupError, setUp } = require('./setup.js');

const TESTS = path.join(ROOT, '__test__');

/** What looks at the time, or at the memory of a process: one file after the other, with the machine to itself. */
const ALONE = ['e2e', 'guard', 'hostile', 'soak', 'swarm', 'transport'];

/**
 * @param {string} folder
 * @returns {string[]} the test files in it, sorted
 */
function testFiles(folder) {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.js') && !name.includes('node_modules'))
    .map((name) => path.join(folder, name))
    .sort();
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  process.stdout.write(`\n$ ${command} ${args.join(' ')}\n`);
  const { status } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}

try {
  setUp({ verbose: process.argv.includes('--verbose') });
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`set-up: ${error.message} (${error.code})\n`);
  process.exit(1);
}
run('cargo', ['test', '--features', 'binding', '--no-fail-fast']);
run('cargo', ['test', '--manifest-path', 'fuzz/Cargo.toml']);
const files = testFiles(TESTS).map((file) => path.relative(ROOT, file));
const isAlone = (/** @type {string} */ file) => ALONE.includes(file.split(path.sep)[1]);
const test = ['--test', '--test-reporter=spec'];
run(process.execPath, [...test, '--test-concurrency=2', ...files.filter((file) => !isAlone(file))]);
run(process.execPath, [...test, '--test-concurrency=1', ...files.filter(isAlone)]);
