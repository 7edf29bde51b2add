'use strict';

// What Rust users read.

const { FEATURES } = require('./manifest.js');
const { Wrong, cargo } = require('./run.js');

/** Without features, and with those for Rust users. */
const FEATURE_SETS = [[], ['--features', FEATURES.join()]];

/** Every link leads somewhere, and nothing else is to be warned of. */
function documentation() {
  for (const features of FEATURE_SETS) {
    cargo(['doc', '--no-deps', ...features], { env: { RUSTDOCFLAGS: '-D warnings' } });
  }
  return 'no warnings';
}

/** Every example runs, those of the README too. */
function examples() {
  const counts = FEATURE_SETS.map((features) => {
    const { stdout } = cargo(['test', '--doc', ...features]);
    const passed = Number(/test result: ok\. (\d+) passed/.exec(stdout)?.[1] ?? 0);
    if (!/ - Readme \(/.test(stdout)) throw new Wrong('the README has no example that is run');
    return passed;
  });
  return `${counts.join(' and ')} run`;
}

/** What is used of the standard library is as old as the crate says. */
function standardLibrary() {
  const lint = ['--', '-D', 'clippy::incompatible_msrv'];
  for (const features of FEATURE_SETS) cargo(['clippy', '--lib', ...features, ...lint]);
  return 'nothing newer than the manifest says';
}

module.exports = { documentation, examples, standardLibrary };
