'use strict';

const fs = require('node:fs');
const { createRequire } = require('node:module');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..', '..');
const PEERFLIX_VERSION = '0.39.0';
const ORIGINAL_VERSION = '0.7.1';

/** @typedef {import('../setup.js').FixtureName} Variant */
/** @typedef {{ variant: Variant, name: string, version: string, entry: string }} WireIdentity */

/** The wire that peerflix would load is not the one that was asked for. */
class WrongWireError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'WrongWireError';
    this.code = 'ERR_START_WRONG_WIRE';
  }
}

/**
 * The package a module file belongs to.
 * @param {string} file
 */
function packageOf(file) {
  let folder = path.dirname(file);
  while (!fs.existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder);
  const { name, version } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return { folder, name: String(name), version: String(version) };
}

/**
 * The packages of a fixture, each found the way Node finds it from the package that asks for it,
 * so that what is checked here is what runs.
 * @param {Variant} variant
 * @param {string} root
 */
function resolveFixture(variant, root) {
  const folder = path.join(root, 'fixture', variant);
  const peerflix = createRequire(path.join(folder, 'package.json')).resolve('peerflix');
  const torrentStream = createRequire(peerflix).resolve('torrent-stream');
  const swarm = createRequire(torrentStream).resolve('peer-wire-swarm');
  // The swarm of this repository takes the wire beside it.
  const isOurs = swarm === path.join(root, 'swarm', 'index.js');
  const wire = isOurs
    ? path.join(root, 'index.js')
    : createRequire(swarm).resolve('peer-wire-protocol');
  return { folder, peerflix, torrentStream, swarm, wire };
}

/**
 * Finds the packages of a fixture and checks that its peer-wire-swarm stands on the wire it is
 * meant to: a wrong link would otherwise pass unseen, since both wires do the same.
 * @param {Variant} variant
 * @param {string} [root] of the repository
 */
function locateFixture(variant, root = ROOT) {
  const files = resolveFixture(variant, root);
  const peerflix = packageOf(files.peerflix);
  if (peerflix.version !== PEERFLIX_VERSION) {
    const found = `peerflix ${peerflix.version}, not ${PEERFLIX_VERSION}`;
    throw new WrongWireError(`fixture/${variant} holds ${found}`);
  }
  const { folder, name, version } = packageOf(files.wire);
  if (variant === 'swarm' && files.swarm !== path.join(root, 'swarm', 'index.js')) {
    throw new WrongWireError(`peer-wire-swarm of fixture/${variant} is ${files.swarm}`);
  }
  const isRight =
    variant !== 'original'
      ? folder === root && name === 'peer-wire-protocol-native'
      : folder.startsWith(files.folder + path.sep) &&
        name === 'peer-wire-protocol' &&
        version === ORIGINAL_VERSION;
  if (!isRight) {
    const found = `${name} ${version} in ${folder}`;
    throw new WrongWireError(`peer-wire-protocol of fixture/${variant} is ${found}`);
  }
  /** @type {WireIdentity} */
  const wire = { variant, name, version, entry: files.wire };
  return { files, wire };
}

/**
 * Loads a fixture, with its wire checked before and after.
 * @param {Variant} variant
 */
function openFixture(variant) {
  const { files, wire } = locateFixture(variant);
  const fromPeerflix = createRequire(files.peerflix);
  const fixture = {
    wire,
    Wire: require(files.wire),
    peerflix: fromPeerflix(files.peerflix),
    torrentStream: fromPeerflix('torrent-stream'),
    Swarm: createRequire(files.torrentStream)('peer-wire-swarm'),
    parseTorrent: fromPeerflix('parse-torrent'),
  };
  checkLoaded(wire);
  return fixture;
}

/**
 * After loading: the wire's module is in use, and with it the addon, if and only if it has one.
 * @param {WireIdentity} wire
 */
function checkLoaded(wire) {
  const loaded = Object.keys(require.cache);
  if (!loaded.includes(wire.entry)) throw new WrongWireError(`${wire.entry} was not loaded`);
  const addon = loaded.find(
    (file) => file.endsWith('.node') && path.dirname(path.dirname(file)) === ROOT,
  );
  if (wire.variant !== 'original' && !addon) {
    throw new WrongWireError('this package was loaded without its Rust addon');
  }
}

/** @param {WireIdentity} wire */
function describeWire({ variant, name, version }) {
  return `${variant} (${name} ${version})`;
}

module.exports = { describeWire, locateFixture, openFixture };
