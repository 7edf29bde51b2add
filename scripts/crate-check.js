'use strict';

// Whether the crate is as Rust users should find it on crates.io and docs.rs:
//   npm run check:crate [-- --baseline REVISION]
// Needs stable Rust, with clippy. What needs more is left out where that is not installed, and says so. With
// --baseline the API is compared with that revision's, else with that of the last tag. Exits with 1 when
// something is wrong.

const { parseArgs } = require('node:util');
const docs = require('./crate/docs.js');
const manifest = require('./crate/manifest.js');
const packaged = require('./crate/package.js');
const { LeftOut, Wrong } = require('./crate/run.js');
const tools = require('./crate/tools.js');

const { values } = parseArgs({ options: { baseline: { type: 'string' } } });

/** @type {[what: string, check: () => string][]} */
const CHECKS = [
  ['features and Rust, as the texts have them', manifest.texts],
  ['Rust of the dependencies', manifest.dependencies],
  ['Rust of the standard library', docs.standardLibrary],
  ['documentation', docs.documentation],
  ['examples in it', docs.examples],
  ['contents of the package', packaged.contents],
  ['cargo publish --dry-run --allow-dirty', packaged.publishing],
  ['oldest Rust', tools.oldestRust],
  ['oldest dependencies', tools.oldestDependencies],
  ['documentation as of docs.rs', tools.docsRs],
  ['licences, duplicates, sources', tools.deny],
  ['changes of the API', () => tools.semver(values.baseline)],
];

for (const [what, check] of CHECKS) {
  try {
    process.stdout.write(`ok        ${what}: ${check()}\n`);
  } catch (error) {
    if (error instanceof LeftOut) {
      process.stdout.write(`left out  ${what}: ${error.message}\n`);
    } else if (error instanceof Wrong) {
      process.stdout.write(`WRONG     ${what}:\n${error.message.replace(/^/gm, '  ')}\n`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}
