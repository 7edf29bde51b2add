'use strict';

// The sockets' tests with ThreadSanitizer. The standard library is built with it too: it would see
// nothing of what a lock orders otherwise.

const fs = require('node:fs');
const path = require('node:path');
const { Missing, TARGET, ask, run } = require('./run.js');

const FOLDER = path.join(TARGET, 'tsan');
const TRIPLE = 'x86_64-unknown-linux-gnu';
const RACE = path.join(__dirname, 'race/Cargo.toml');

const ENVIRONMENT = {
  RUSTFLAGS: '-Zsanitizer=thread',
  CARGO_TARGET_DIR: FOLDER,
  TSAN_OPTIONS: `suppressions=${path.join(__dirname, 'tsan.supp')}`,
};

/** Looks for what it needs. */
function prepare() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Missing('ThreadSanitizer is set up for Linux on x86-64 only');
  }
  const root = ask('rustc', ['+nightly', '--print', 'sysroot']);
  if (root === null) throw new Missing('nightly Rust is missing: rustup toolchain add nightly');
  if (!fs.existsSync(path.join(root, 'lib/rustlib/src/rust/library/std'))) {
    throw new Missing('rust-src is missing: rustup component add rust-src --toolchain nightly');
  }
}

/**
 * @param {string} what of cargo's commands
 * @param {string[]} args
 */
function cargo(what, args) {
  return run('cargo', ['+nightly', what, '-Zbuild-std', '--target', TRIPLE, ...args], ENVIRONMENT);
}

/** Shows that a race is found. */
function check() {
  if (!cargo('build', ['--manifest-path', RACE])) throw new Error('cargo failed');
  const isClean = run(path.join(FOLDER, TRIPLE, 'debug/race'), [], ENVIRONMENT);
  if (isClean) throw new Error('ThreadSanitizer does not find a race that is there');
  process.stdout.write('That race had to be found.\n');
}

/** @returns {boolean} whether the tests succeeded and nothing was found */
function runTests() {
  return cargo('test', ['--features', 'transport', '--test', 'transport']);
}

module.exports = { check, prepare, runTests };
