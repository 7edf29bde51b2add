'use strict';

// What the package depends on: each with a reason in budget.json, and a row in CONTRIBUTING.

const { dependencies: wanted } = require('../budget.json');
const { read, readJson } = require('../files.js');
const { library } = require('../tools.js');

/** @returns {Set<string>} what the table "Dependencies" of CONTRIBUTING names in its first column */
function tabled() {
  const [, section = ''] = read('CONTRIBUTING.md').split(/^## Dependencies$/m);
  const rows = section.split(/^## /m)[0].matchAll(/^\|([^|]*)\|/gm);
  return new Set(
    [...rows].flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map((m) => m[1])),
  );
}

function check() {
  const npm = Object.keys(readJson('package.json').dependencies ?? {});
  const cargo = library('smol-toml').parse(read('Cargo.toml'));
  const crates = Object.entries(cargo.dependencies)
    .filter(([, crate]) => crate.optional !== true)
    .map(([name]) => name);
  const rows = tabled();
  const details = [
    ...npm
      .filter((name) => !(name in wanted))
      .map((name) => `${name} has no reason in budget.json`),
    ...Object.keys(wanted)
      .filter((name) => !npm.includes(name))
      .map((name) => `budget.json has ${name}, and package.json has not`),
    ...[...npm, ...crates]
      .filter((name) => !rows.has(name))
      .map((name) => `${name} has no row in CONTRIBUTING's table of dependencies`),
  ];
  const what = `${npm.length} of npm, ${crates.length} of crates.io`;
  return { ok: details.length === 0, what, details };
}

module.exports = { check };
