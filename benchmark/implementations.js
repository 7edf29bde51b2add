'use strict';

const fs = require('node:fs');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');

/** This package, and the two it is measured against. */
const NAMES = /** @type {const} */ (['native', 'original', 'bittorrent-protocol']);
const PEERS = /** @type {const} */ (['original', 'bittorrent-protocol']);

/** Where each lies, from the root. */
const FOLDERS = {
  native: '.',
  original: 'node_modules/peer-wire-protocol',
  'bittorrent-protocol': 'node_modules/bittorrent-protocol',
};

/** @typedef {typeof NAMES[number]} Name */

/**
 * @typedef {object} Implementation
 * @property {Name} name
 * @property {() => any} create makes a wire
 * @property {(wire: any) => void} discard ends a wire that is no longer needed
 */

const discard = (/** @type {any} */ wire) => wire.destroy();

/** @param {Name} name */
function identify(name) {
  const file = path.join(ROOT, FOLDERS[name], 'package.json');
  const { name: packageName, version } = JSON.parse(fs.readFileSync(file, 'utf8'));
  return `${packageName} ${version}`;
}

/**
 * @param {Name} name
 * @returns {Promise<Implementation>}
 */
async function load(name) {
  const folder = path.join(ROOT, FOLDERS[name]);
  if (name === 'bittorrent-protocol') {
    // An ES module: Node 20 imports it, but cannot require it.
    const { default: Wire } = await import(path.join(folder, 'index.js'));
    return { name, create: () => new Wire(), discard };
  }
  const Wire = require(folder);
  return { name, create: () => new Wire(), discard };
}

module.exports = { NAMES, PEERS, identify, load };
