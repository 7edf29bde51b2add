'use strict';

// Brings a fresh clone to where everything runs. Only Node's own modules may be required here:
// nothing is installed yet. What is done already is not done again.

const fs = require('node:fs');
const path = require('node:path');
const { addonStamp, hasAddon } = require('./setup/addon.js');
const { isInstalled } = require('./setup/installed.js');
const { withLock } = require('./setup/lock.js');
const { SetupError, isOnPath, runNpm } = require('./setup/run.js');

const ROOT = path.resolve(__dirname, '..');
const STATE = path.join(ROOT, '.setup');
const ADDON_STAMP = path.join(STATE, 'addon');
const FIXTURES = /** @type {const} */ (['native', 'original', 'swarm']);

/** @typedef {typeof FIXTURES[number]} FixtureName */
/** @typedef {{ verbose?: boolean }} SetupOptions */

/**
 * @param {() => boolean} isDone
 * @param {() => void} work
 */
function once(isDone, work) {
  if (isDone()) return;
  withLock(
    path.join(STATE, 'lock'),
    (holder) =>
      process.stderr.write(`set-up: waiting for process ${holder} to finish its set-up\n`),
    () => {
      if (!isDone()) work();
    },
  );
}

/**
 * The packages of this repository, from its lock file.
 * @param {SetupOptions} [options]
 */
function ensureDependencies({ verbose } = {}) {
  once(
    () => isInstalled(ROOT),
    // Not the addon, which npm would have built then: that is a step of its own.
    () => runNpm('installing the dependencies', ['ci', '--ignore-scripts'], { cwd: ROOT, verbose }),
  );
}

function isAddonCurrent() {
  if (!hasAddon(ROOT) || !fs.existsSync(ADDON_STAMP)) return false;
  return fs.readFileSync(ADDON_STAMP, 'utf8') === addonStamp(ROOT);
}

/**
 * The Rust addon, built from the sources as they are.
 * @param {SetupOptions} [options]
 */
function ensureAddon({ verbose } = {}) {
  once(isAddonCurrent, () => {
    if (!isOnPath('cargo')) {
      throw new SetupError(
        'ERR_SETUP_NO_CARGO',
        'cargo is missing: install Rust (https://rustup.rs) to build the addon',
      );
    }
    const before = addonStamp(ROOT);
    const hadLock = fs.existsSync(path.join(ROOT, 'Cargo.lock'));
    runNpm('building the addon', ['run', 'build'], { cwd: ROOT, verbose });
    // A source edited during the build must count as not built; a lock file written by it must not.
    fs.writeFileSync(ADDON_STAMP, hadLock ? before : addonStamp(ROOT));
  });
}

/**
 * The fixture projects: peerflix on the wire of this repository, on the one it came with, and on the
 * swarm of this repository.
 * @param {readonly FixtureName[]} [names]
 * @param {SetupOptions} [options]
 */
function ensureFixtures(names = FIXTURES, { verbose } = {}) {
  for (const name of names) {
    const cwd = path.join(ROOT, 'fixture', name);
    once(
      () => isInstalled(cwd),
      () =>
        runNpm(`installing peerflix (fixture/${name})`, ['ci', '--ignore-scripts'], {
          cwd,
          verbose,
        }),
    );
  }
}

/**
 * All of it.
 * @param {SetupOptions} [options]
 */
function setUp(options) {
  ensureDependencies(options);
  ensureAddon(options);
  ensureFixtures(FIXTURES, options);
}

module.exports = {
  FIXTURES,
  ROOT,
  SetupError,
  ensureAddon,
  ensureDependencies,
  ensureFixtures,
  setUp,
};

if (require.main === module) {
  try {
    setUp({ verbose: process.argv.includes('--verbose') });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`set-up: ${error.message} (${error.code})\n`);
    process.exitCode = 1;
  }
}
