'use strict';

// Builds the targets with stable Rust: what libFuzzer wants to know of a program is an LLVM pass
// that every rustc has. The decoder has no unsafe code, so no sanitizer is needed beside it.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { SetupError, isOnPath } = require('../setup/run.js');

const FUZZ = path.resolve(__dirname, '../../fuzz');

/** Counters on every edge, and the operands of comparisons. */
const COVERAGE = [
  '-Cpasses=sancov-module',
  '-Cllvm-args=-sanitizer-coverage-level=4',
  '-Cllvm-args=-sanitizer-coverage-inline-8bit-counters',
  '-Cllvm-args=-sanitizer-coverage-pc-table',
  '-Cllvm-args=-sanitizer-coverage-trace-compares',
];

/**
 * @param {string[]} targets
 * @param {'dev' | 'release'} [profile]
 * @returns {string} the folder with their programs
 */
function build(targets, profile = 'release') {
  if (!isOnPath('cargo')) {
    throw new SetupError('ERR_FUZZ_NO_CARGO', 'cargo is missing: install Rust (https://rustup.rs)');
  }
  if (!isOnPath(process.env.CXX ?? 'c++')) {
    throw new SetupError(
      'ERR_FUZZ_NO_CXX',
      'libFuzzer needs a C++ compiler: install one (Debian and Ubuntu: apt-get install g++)',
    );
  }
  const host = hostTriple();
  const args = ['build', '--profile', profile, '--features', 'libfuzzer'];
  for (const target of targets) args.push('--bin', target);
  // With the host named, build scripts and macros are built without the counters.
  args.push('--target', host, '--target-dir', path.join(FUZZ, 'target'));
  const { status } = spawnSync('cargo', args, {
    cwd: FUZZ,
    stdio: 'inherit',
    env: { ...process.env, CARGO_ENCODED_RUSTFLAGS: COVERAGE.join('\x1f') },
  });
  if (status !== 0) throw new SetupError('ERR_FUZZ_BUILD', 'the targets could not be built');
  return path.join(FUZZ, 'target', host, profile === 'dev' ? 'debug' : profile);
}

/** The platform that rustc builds for by itself. */
function hostTriple() {
  const { stdout } = spawnSync('rustc', ['--version', '--verbose'], { encoding: 'utf8' });
  const host = /^host: (.+)$/m.exec(stdout ?? '')?.[1];
  if (!host) throw new SetupError('ERR_FUZZ_NO_CARGO', 'rustc does not say what it builds for');
  return host;
}

module.exports = { FUZZ, build };
