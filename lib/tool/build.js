'use strict';

/** Builds the addon with cargo, for a platform that has no package of its own, and puts it where it is looked for. */

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { version } = require('../../package.json');
const { platform } = require('../platform.js');

/** What the libraries of a system are called. */
const LIBRARIES = /** @type {Record<string, string>} */ ({
  darwin: 'libaddon.dylib',
  win32: 'addon.dll',
});

const NOT_STATIC = '-C target-feature=-crt-static';

/** A reason in one line. */
class BuildError extends Error {}

/**
 * A crate that is nothing but the published one, with Node's interface: cargo brings the sources.
 * @param {string} folder
 * @param {string | undefined} source a clone of the repository to take them from
 */
function writeCrate(folder, source) {
  const where =
    source === undefined
      ? `version = "=${version}"`
      : `path = ${JSON.stringify(path.resolve(source))}`;
  const manifest = `[package]
name = "addon"
version = "${version}"
edition = "2024"

[lib]
crate-type = ["cdylib"]

[dependencies]
peer-wire-protocol = { ${where}, features = ["binding"] }

[build-dependencies]
napi-build = "2.6"

[profile.release]
lto = "fat"
codegen-units = 1
strip = "symbols"

[workspace]
`;
  fs.mkdirSync(path.join(folder, 'src'));
  fs.writeFileSync(path.join(folder, 'Cargo.toml'), manifest);
  fs.writeFileSync(path.join(folder, 'build.rs'), 'fn main() {\n    napi_build::setup();\n}\n');
  fs.writeFileSync(path.join(folder, 'src/lib.rs'), 'pub use peer_wire_protocol::*;\n');
}

/**
 * @param {{ source?: string }} options source: a clone of the repository, in the place of crates.io
 * @returns {string} the addon's path
 * @throws {BuildError}
 */
function build({ source }) {
  if (source !== undefined && !fs.existsSync(path.join(source, 'Cargo.toml'))) {
    throw new BuildError(`there is no Cargo.toml in ${source}`);
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-build-'));
  try {
    writeCrate(folder, source);
    // Built where it is looked for below, whatever the user has set.
    const { CARGO_BUILD_TARGET: _, ...env } = process.env;
    // Of musl: Rust links it statically, and no library can be made of that.
    if (platform().endsWith('-musl')) env.RUSTFLAGS = `${env.RUSTFLAGS ?? ''} ${NOT_STATIC}`;
    const { error, status, signal } = spawnSync('cargo', ['build', '--release'], {
      cwd: folder,
      env: { ...env, CARGO_TARGET_DIR: path.join(folder, 'target') },
      stdio: ['ignore', 2, 2],
      windowsHide: true,
    });
    if (error !== undefined) {
      throw new BuildError(`cargo cannot be run (${error.message}): https://rustup.rs installs it`);
    }
    if (status !== 0) throw new BuildError(`cargo failed (${signal ?? `exit code ${status}`})`);
    const library = LIBRARIES[process.platform] ?? 'libaddon.so';
    const addon = path.join(__dirname, '../built.node');
    fs.copyFileSync(path.join(folder, 'target/release', library), addon);
    return addon;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

module.exports = { BuildError, build };
