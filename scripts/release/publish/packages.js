'use strict';

// Reads the folders that are to be published, and looks whether they belong together.

const fs = require('node:fs');
const path = require('node:path');
const { PublishError } = require('./error.js');
const { mismatch } = require('./machine.js');

/**
 * @typedef {object} Package
 * @property {string} folder
 * @property {string} name
 * @property {string} version
 * @property {any} manifest its package.json
 */

/** @param {string} registry */
function isLoopback(registry) {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(registry).hostname);
}

/** @param {string} from @returns {Package[]} */
function readFolders(from) {
  const folders = fs.existsSync(from) ? fs.readdirSync(from).sort() : [];
  return folders
    .map((name) => path.join(from, name))
    .filter((folder) => fs.existsSync(path.join(folder, 'package.json')))
    .map((folder) => {
      const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
      return { folder, name: manifest.name, version: manifest.version, manifest };
    });
}

/** @param {Package} platform @returns {string | null} what is wrong with its addon */
function addonFault({ folder, name, manifest }) {
  const file = path.join(folder, manifest.main);
  if (!fs.existsSync(file)) return `${name}: its addon, ${manifest.main}, is not there`;
  const fault = mismatch(file, manifest);
  return fault && `${name}: ${manifest.main} ${fault}`;
}

/**
 * @param {string} from
 * @param {{ registry: string, provenance: boolean }} options
 * @returns {Package[]} in the order to publish them in, the main one last
 */
function readPackages(from, { registry, provenance }) {
  const found = readFolders(from);
  const mains = found.filter(({ manifest }) => manifest.optionalDependencies !== undefined);
  if (mains.length !== 1) {
    const names = mains.map(({ name }) => name).join(', ') || 'none';
    throw new PublishError(`${from} has to hold one main package, and holds ${names}`);
  }
  const [main] = mains;
  const platforms = found.filter((candidate) => candidate !== main);
  /** @type {Record<string, string>} */
  const wanted = main.manifest.optionalDependencies;
  const names = new Set(platforms.map(({ name }) => name));
  const faults = Object.keys(wanted)
    .filter((name) => !names.has(name))
    .map((name) => `${name} is missing: the platform was not built`);
  for (const { name, version } of platforms) {
    if (wanted[name] === undefined) faults.push(`${name} is no dependency of ${main.name}`);
    else if (version !== main.version || wanted[name] !== main.version) {
      faults.push(`${name} is of ${version}, asked for as ${wanted[name]} by ${main.version}`);
    }
  }
  // On loopback what is tried out is the publishing, of whatever there is.
  if (!isLoopback(registry)) {
    faults.push(...platforms.map(addonFault).filter((fault) => fault !== null));
  }
  if (provenance) {
    faults.push(
      ...found
        .filter(({ manifest }) => manifest.repository === undefined)
        .map(({ name }) => `${name} names no repository, which provenance is held against`),
    );
  }
  if (faults.length > 0) throw new PublishError(`nothing is published:\n${faults.join('\n')}`);
  return [...platforms, main];
}

module.exports = { readPackages };
