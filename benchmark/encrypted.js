'use strict';

// The wires that can encrypt, with RC4 and nothing else.

const { HANDSHAKE, INFO_HASH, PEER_ID } = require('./bytes.js');
const { turn } = require('./feed.js');
const { discard, loadWire } = require('./implementations.js');
const { Initiator } = require('./initiator.js');

/** @typedef {import('./implementations.js').Implementation} Implementation */
/** @typedef {import('./initiator.js').Ciphers} Ciphers */

/** Whose wires can. */
const ENCRYPTING = /** @type {const} */ (['native', 'bittorrent-protocol']);
const UNABLE = { original: 'has no encryption' };

const HASH = INFO_HASH.toString('hex');

/**
 * @typedef {Implementation & {
 *   begin: (wire: any) => void,
 *   isEncrypted: (wire: any) => boolean,
 * }} Encrypting `begin` has the initiator send its handshake
 */

/** @param {any} wire */
const shakeHands = (wire) => wire.handshake(INFO_HASH, PEER_ID);

/**
 * @param {any} Wire
 * @returns {Encrypting}
 */
function native(Wire) {
  const encryption = 'require';
  const infoHashes = () => INFO_HASH;
  return {
    name: 'native',
    create: () => new Wire({ encryption, infoHashes }),
    begin: shakeHands,
    isEncrypted: (wire) => wire.encrypted === 'rc4',
    discard,
    isEncrypting: true,
  };
}

/**
 * @param {any} Wire
 * @returns {Encrypting}
 */
function bittorrentProtocol(Wire) {
  return {
    name: 'bittorrent-protocol',
    create(role) {
      const wire = new Wire(role === 'initiator' ? 'tcpOutgoing' : 'tcpIncoming', 2);
      wire.once('crypto-infohash', () => wire.setInfoHash(HASH));
      return wire;
    },
    begin(wire) {
      wire.once('crypto-handshake', () => shakeHands(wire));
      wire.startEncryption(HASH);
    },
    isEncrypted: (wire) => wire._encryptionMethod === 2,
    discard,
    isEncrypting: true,
  };
}

/**
 * @param {typeof ENCRYPTING[number]} name
 * @returns {Promise<Encrypting>}
 */
async function loadEncrypting(name) {
  const Wire = await loadWire(name);
  return name === 'native' ? native(Wire) : bittorrentProtocol(Wire);
}

/**
 * Has a wire answer a handshake, and waits for it.
 * @param {any} wire
 * @returns {Promise<void>}
 */
function answer(wire) {
  return new Promise((resolve) => {
    wire.once('handshake', () => {
      shakeHands(wire);
      resolve();
    });
  });
}

/**
 * Two wires, each piped into the other, that have shaken hands.
 * @param {Encrypting} implementation
 */
async function pair({ create, begin, isEncrypted }) {
  const initiator = create('initiator');
  const responder = create('responder');
  initiator.pipe(responder).pipe(initiator);
  const answered = answer(responder);
  const done = new Promise((resolve) => initiator.once('handshake', resolve));
  begin(initiator);
  await Promise.all([answered, done]);
  if (!isEncrypted(initiator) || !isEncrypted(responder)) throw new Error('it is in the clear');
  return { initiator, responder };
}

/**
 * A wire that has shaken hands with a peer of ours, whose ciphers are given. What the wire has sent so far
 * is deciphered, what it sends from then on is read and left alone.
 * @param {Encrypting} implementation
 * @returns {Promise<{ wire: any, ciphers: Ciphers }>}
 */
async function open({ create, isEncrypted }) {
  const wire = create('responder');
  const answered = answer(wire);
  let hear = (/** @type {Uint8Array} */ _bytes) => {};
  wire.on('data', (/** @type {Uint8Array} */ bytes) => hear(bytes));
  /** @type {Promise<Ciphers>} */
  const settled = new Promise((resolve) => {
    const peer = new Initiator((bytes) => wire.write(bytes), resolve);
    hear = (bytes) => peer.read(bytes);
    peer.begin();
  });
  const ciphers = await settled;
  hear = (bytes) => ciphers.open(bytes);
  wire.write(ciphers.seal(HANDSHAKE));
  await answered;
  await turn();
  hear = () => {};
  if (!isEncrypted(wire)) throw new Error('it is in the clear');
  return { wire, ciphers };
}

module.exports = { ENCRYPTING, UNABLE, answer, loadEncrypting, open, pair };
