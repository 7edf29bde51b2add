'use strict';

// What a program does besides for a connection that may be encrypted. This package's wires need only
// be told by options; those of bittorrent-protocol want more said.

const { createHash } = require('node:crypto');
const { INFO_HASH, PEER_ID } = require('./bytes.js');

const HEX = INFO_HASH.toString('hex');
const REQUEST = createHash('sha1').update('req2').update(INFO_HASH).digest('hex');

/** Its `peEnabled`. */
const MODES = { prefer: 1, require: 2 };

/**
 * A wire of bittorrent-protocol, with what webtorrent does when it is asked for a torrent.
 * @param {any} Wire
 * @param {import('./client.js').Program} program
 */
function createEncrypting(Wire, { encrypts, begins }) {
  const mode = MODES[/** @type {keyof typeof MODES} */ (encrypts)];
  const wire = new Wire(begins ? 'tcpOutgoing' : 'tcpIncoming', mode);
  wire.on('crypto-infohash', (/** @type {string} */ request) => {
    if (request === REQUEST) wire.setInfoHash(HEX);
    else wire.destroy();
  });
  return wire;
}

/**
 * The program speaks first.
 * @param {any} wire
 */
function begin(wire) {
  if (wire._peEnabled) {
    // It has the handshake wait for the caller.
    wire.once('crypto-handshake', () => wire.handshake(INFO_HASH, PEER_ID));
    wire.startEncryption(HEX);
  } else {
    wire.handshake(INFO_HASH, PEER_ID);
  }
}

module.exports = { begin, createEncrypting };
