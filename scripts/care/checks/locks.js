'use strict';

// Lock files name no other place than the registries that everybody has.

const { read, readJson, repositoryFiles } = require('../files.js');
const { library } = require('../tools.js');

const NPM = 'https://registry.npmjs.org/';
const CARGO = 'registry+https://github.com/rust-lang/crates.io-index';

/** @param {string} file @returns {string[]} other places it names */
function npmPlaces(file) {
  return Object.values(readJson(file).packages)
    .filter(({ link, resolved }) => resolved && !link && !resolved.startsWith(NPM))
    .map(({ resolved }) => resolved);
}

/** @param {string} file @returns {string[]} other places it names */
function cargoPlaces(file) {
  const { package: packages } = library('smol-toml').parse(read(file));
  return packages
    .map((/** @type {{ source?: string }} */ { source }) => source)
    .filter((/** @type {string | undefined} */ source) => source && source !== CARGO);
}

function check() {
  const npm = repositoryFiles((name) => /(^|\/)package-lock\.json$/.test(name));
  const cargo = repositoryFiles((name) => /(^|\/)Cargo\.lock$/.test(name));
  const details = [
    ...npm.flatMap((file) => npmPlaces(file).map((place) => `${file}: ${place}`)),
    ...cargo.flatMap((file) => cargoPlaces(file).map((place) => `${file}: ${place}`)),
  ];
  const what = `${npm.length} of npm, ${cargo.length} of cargo`;
  return { ok: details.length === 0, what, details };
}

module.exports = { check };
