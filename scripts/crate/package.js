'use strict';

// What `cargo publish` would send.

const fs = require('node:fs');
const path = require('node:path');
const { FEATURES, metadata, ownPackage } = require('./manifest.js');
const { ROOT, Wrong, cargo } = require('./run.js');

/** All that belongs there. */
const BELONGS =
  /^(?:Cargo\.toml(?:\.orig)?|Cargo\.lock|\.cargo_vcs_info\.json|LICENSE|build\.rs|src\/README\.md|src\/.+\.(?:rs|txt)|examples\/.+\.rs)$/;

/** Without these it is of no use. */
const NEEDED = ['Cargo.toml', 'LICENSE', 'build.rs', 'src/README.md', 'src/lib.rs'];

/** The most bytes that all of it may have: what it has, and half as much again. */
const MOST_BYTES = 600 * 1024;

/** What cargo warns of, and what is as it should be. */
const EXPECTED = [
  /^ignoring test `\w+` as `tests\/.+` is not included in the published package$/,
  /^aborting upload due to dry run$/,
  /^crate .+ already exists on crates\.io index$/,
];

/** @returns {string[]} */
function packagedFiles() {
  return cargo(['package', '--list', '--allow-dirty'])
    .stdout.split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) => line.replaceAll('\\', '/'));
}

/** The crate's sources, and nothing of what is for Node. */
function contents() {
  const files = packagedFiles();
  const strange = files.filter((file) => !BELONGS.test(file)).map((file) => `not for it: ${file}`);
  const missing = NEEDED.filter((file) => !files.includes(file)).map((file) => `missing: ${file}`);
  const wrong = [...strange, ...missing];
  // Some are made by cargo and not here.
  const here = files.map((file) => path.join(ROOT, file)).filter((file) => fs.existsSync(file));
  const bytes = here.reduce((sum, file) => sum + fs.statSync(file).size, 0);
  if (bytes > MOST_BYTES) wrong.push(`${bytes} bytes, of ${MOST_BYTES} at most`);
  if (wrong.length > 0) throw new Wrong(wrong.join('\n'));
  return `${files.length} files, ${Math.round(bytes / 1024)} KiB`;
}

/** Everything but the upload, with what is not committed: the package is built by itself. */
function publishing() {
  const args = ['publish', '--dry-run', '--allow-dirty', '--features', FEATURES.join()];
  const { stderr } = cargo(args);
  const warnings = [...stderr.matchAll(/^warning: (.+)$/gm)].map(([, warning]) => warning);
  const wrong = warnings.filter((warning) => !EXPECTED.some((known) => known.test(warning)));
  if (wrong.length > 0) throw new Wrong(wrong.join('\n'));
  return 'built from its package';
}

/** @returns {string} where `publishing` has left what it built */
function unpacked() {
  const { name, version } = ownPackage();
  return path.join(metadata().target_directory, 'package', `${name}-${version}`);
}

module.exports = { contents, publishing, unpacked };
