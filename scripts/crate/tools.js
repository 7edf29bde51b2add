'use strict';

// What can be checked where more is installed than stable Rust.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { FEATURES, ownPackage } = require('./manifest.js');
const { unpacked } = require('./package.js');
const { LeftOut, cargo, run, tryRun } = require('./run.js');

const WITH_FEATURES = ['--features', FEATURES.join()];

/** @returns {string[]} names of toolchains; asking cargo for one could install it */
function toolchains() {
  return tryRun('rustup', ['toolchain', 'list']).stdout.split(/\r?\n/);
}

/** @param {string} subcommand */
function needSubcommand(subcommand) {
  if (!tryRun('cargo', [subcommand, '--version']).isDone) {
    throw new LeftOut(`cargo install cargo-${subcommand} --locked`);
  }
}

function needNightly() {
  if (!toolchains().some((name) => name.startsWith('nightly'))) {
    throw new LeftOut('rustup toolchain install nightly');
  }
}

/** The oldest Rust that the crate is said to need is enough. */
function oldestRust() {
  const oldest = /** @type {string} */ (ownPackage().rust_version);
  const toolchain = toolchains().find((name) => new RegExp(`^${oldest}[.-]`).test(name));
  if (toolchain === undefined) throw new LeftOut(`rustup toolchain install ${oldest}`);
  const [name] = toolchain.split(' ');
  run('cargo', [`+${name}`, 'check', '--lib', ...WITH_FEATURES]);
  return `checked by ${name}`;
}

/** The oldest versions that Cargo.toml lets in are enough. */
function oldestDependencies() {
  needNightly();
  if (!fs.existsSync(unpacked())) throw new LeftOut('there is no package');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'pwp-oldest-'));
  try {
    fs.cpSync(unpacked(), folder, { recursive: true });
    fs.rmSync(path.join(folder, 'Cargo.lock'));
    const oldest = ['+nightly', 'generate-lockfile', '-Zdirect-minimal-versions'];
    cargo(oldest, { cwd: folder });
    cargo(['check', '--lib', '--locked', ...WITH_FEATURES], { cwd: folder });
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  return 'built with the oldest that it lets in';
}

/** As docs.rs makes the documentation. */
function docsRs() {
  needNightly();
  const { features, 'rustdoc-args': args } = ownPackage().metadata.docs.rs;
  cargo(['+nightly', 'doc', '--no-deps', '--features', features.join()], {
    env: { RUSTDOCFLAGS: [...args, '-D', 'warnings'].join(' ') },
  });
  return 'no warnings';
}

/** Licences, duplicates and sources. Advisories want a network: CI looks at those. */
function deny() {
  needSubcommand('deny');
  cargo(['deny', 'check', 'licenses', 'bans', 'sources']);
  return 'as deny.toml has it';
}

/** @returns {string | undefined} the last version there is */
function lastVersion() {
  const { isDone, stdout } = tryRun('git', [
    'describe',
    '--tags',
    '--abbrev=0',
    '--match',
    'v[0-9]*',
  ]);
  return isDone ? stdout.trim() : undefined;
}

/**
 * What was public is public still, or the version says otherwise.
 * @param {string | undefined} baseline a revision
 */
function semver(baseline = lastVersion()) {
  needSubcommand('semver-checks');
  if (baseline === undefined) throw new LeftOut('no version is tagged yet; --baseline REVISION');
  const features = ['--only-explicit-features', ...WITH_FEATURES];
  cargo(['semver-checks', '--baseline-rev', baseline, ...features]);
  return `compared with ${baseline}`;
}

module.exports = { deny, docsRs, oldestDependencies, oldestRust, semver };
