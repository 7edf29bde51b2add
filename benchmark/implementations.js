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

/** Which end of an encrypted connection: the one that begins, or the other. */
/** @typedef {'initiator' | 'responder'} Role */

/**
 * @typedef {object} Implementation
 * @property {Name} name
 * @property {(role?: Role) => any} create makes a wire
 * @property {(wire: any) => void} discard ends a wire that is no longer needed
 * @property {boolean} [isEncrypting] whether what its wires send is anybody's guess
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
 * @returns {Promise<any>} the class of its wires
 */
async function loadWire(name) {
  const folder = path.join(ROOT, FOLDERS[name]);
  // An ES module: Node 20 imports it, but cannot require it.
  if (name === 'bittorrent-protocol') return (await import(path.join(folder, 'index.js'))).default;
  return require(folder);
}

/**
 * @param {Name} name
 * @returns {Promise<Implementation>}
 */
async function load(name) {
  const Wire = await loadWire(name);
  return { name, create: () => new Wire(), discard };
}

module.exports = { NAMES, PEERS, discard, identify, load, loadWire };
