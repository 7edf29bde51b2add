'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

// What decides the bytes of the addon. The lock file comes last: the first build may write it.
const SOURCES = ['src', 'build.rs', '.cargo', 'rust-toolchain.toml', 'Cargo.toml', 'Cargo.lock'];

/**
 * @param {string} root
 * @param {string} name a file or a folder, or neither
 * @returns {string[]} files, sorted, so that the hash does not depend on the file system
 */
function filesOf(root, name) {
  const full = path.join(root, name);
  if (!fs.existsSync(full)) return [];
  if (fs.statSync(full).isFile()) return [name];
  return fs
    .readdirSync(full, { recursive: true, encoding: 'utf8' })
    .map((entry) => path.join(name, entry))
    .filter((entry) => fs.statSync(path.join(root, entry)).isFile())
    .sort();
}

/**
 * One line that changes whenever the addon would: its sources, how it is built, and for which
 * platform.
 * @param {string} root
 */
function addonStamp(root) {
  const hash = createHash('sha256');
  const { scripts, napi } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  hash.update(JSON.stringify([process.platform, process.arch, scripts.build, napi]));
  for (const file of SOURCES.flatMap((name) => filesOf(root, name))) {
    const bytes = fs.readFileSync(path.join(root, file));
    hash.update(`\n${file.split(path.sep).join('/')} ${bytes.length}\n`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * Whether a loader and an addon lie in lib/; the stamp tells which sources they were built from.
 * @param {string} root
 */
function hasAddon(root) {
  const lib = path.join(root, 'lib');
  if (!fs.existsSync(path.join(lib, 'native.js'))) return false;
  return fs.readdirSync(lib).some((name) => name.endsWith('.node'));
}

module.exports = { addonStamp, hasAddon };
