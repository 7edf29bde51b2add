'use strict';

// What Cargo.toml says, and whether it is so.

const fs = require('node:fs');
const path = require('node:path');
const { ROOT, Wrong, cargo } = require('./run.js');

/** What Rust users may switch on. The other features are of the addon. */
const FEATURES = ['transport'];

/**
 * What is known of a package, as far as it matters here.
 * @typedef {{ id: string, name: string, version: string, rust_version: string | null,
 *   features: Record<string, string[]>, readme: string, metadata: any }} Package
 * @typedef {{ id: string, deps: { pkg: string, dep_kinds: { kind: string | null }[] }[] }} Node
 * @typedef {{ packages: Package[], resolve: { root: string, nodes: Node[] },
 *   target_directory: string }} Metadata
 */

/** @type {Metadata | undefined} */
let known;

/** @returns {Metadata} */
function metadata() {
  known ??= JSON.parse(cargo(['metadata', '--format-version', '1', '--all-features']).stdout);
  return /** @type {Metadata} */ (known);
}

/** @returns {Package} the crate's own */
function ownPackage() {
  const { packages, resolve } = metadata();
  return /** @type {Package} */ (packages.find(({ id }) => id === resolve.root));
}

/** @param {string} version @returns {number[]} */
function parts(version) {
  return version.split('.').map(Number);
}

/** @param {string} one @param {string} other whether the first is the newer */
function isNewer(one, other) {
  const [a, b] = [parts(one), parts(other)];
  const at = a.findIndex((part, n) => part !== (b[n] ?? 0));
  return at >= 0 && a[at] > (b[at] ?? 0);
}

/** No dependency asks for a newer Rust than the crate does. Those of the tests may. */
function dependencies() {
  const { packages, resolve } = metadata();
  const own = ownPackage();
  const wanted = /** @type {string} */ (own.rust_version);
  const nodes = new Map(resolve.nodes.map((node) => [node.id, node]));
  const linked = new Set([own.id]);
  for (const id of linked) {
    for (const { pkg, dep_kinds: kinds } of nodes.get(id)?.deps ?? []) {
      if (kinds.some(({ kind }) => kind !== 'dev')) linked.add(pkg);
    }
  }
  const wrong = packages
    .filter(({ id, rust_version: rust }) => linked.has(id) && rust && isNewer(rust, wanted))
    .map(({ name, version, rust_version: rust }) => `${name} ${version} needs Rust ${rust}`);
  if (wrong.length > 0) throw new Wrong([`the crate says ${wanted}, but`, ...wrong].join('\n'));
  return `${linked.size - 1} packages need Rust ${wanted} at most`;
}

/** The features and the Rust that are named in the texts are those of the manifest. */
function texts() {
  const { features, rust_version: rust, readme } = ownPackage();
  const names = Object.keys(features)
    .filter((name) => name !== 'default')
    .sort();
  const wrong = [];
  const list = (/** @type {string} */ text, /** @type {RegExp} */ row) =>
    [...text.matchAll(row)].map(([, name]) => name).sort();
  /** @type {[file: string, row: RegExp][]} */
  const lists = [
    [readme, /^\| `(\w+)` \|/gm],
    ['src/lib.rs', /^\/\/! - `(\w+)`: /gm],
  ];
  for (const [file, row] of lists) {
    const listed = list(fs.readFileSync(path.join(ROOT, file), 'utf8'), row);
    if (listed.join() !== names.join()) {
      wrong.push(`${file} has the features ${listed}; Cargo.toml has ${names}`);
    }
  }
  if (!fs.readFileSync(path.join(ROOT, readme), 'utf8').includes(`Rust ${rust} or later`)) {
    wrong.push(`${readme} does not say that Rust ${rust} is needed`);
  }
  if (wrong.length > 0) throw new Wrong(wrong.join('\n'));
  return `${names.join(', ')}; Rust ${rust}`;
}

module.exports = { FEATURES, dependencies, metadata, ownPackage, texts };
