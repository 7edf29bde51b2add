'use strict';

// Words that the tables of attacks are written in.

const { GONE, KEPT_OPEN } = require('../helpers/play.js');

/** @typedef {import('../helpers/peer.js').Peer} Peer */
/** @typedef {import('../helpers/play.js').Attack} Attack */

const CODES = {
  NOT_BITTORRENT: 'ERR_PWP_NOT_BITTORRENT',
  MESSAGE_TOO_LONG: 'ERR_PWP_MESSAGE_TOO_LONG',
  MESSAGE_LENGTH: 'ERR_PWP_MESSAGE_LENGTH',
  UNKNOWN_MESSAGE: 'ERR_PWP_UNKNOWN_MESSAGE',
  PIECE_INDEX: 'ERR_PWP_PIECE_INDEX',
  BLOCK_RANGE: 'ERR_PWP_BLOCK_RANGE',
  BITFIELD_LENGTH: 'ERR_PWP_BITFIELD_LENGTH',
  BITFIELD_SPARE_BITS: 'ERR_PWP_BITFIELD_SPARE_BITS',
  BACKLOG: 'ERR_PWP_BACKLOG',
  HANDSHAKE_TIMEOUT: 'ERR_PWP_HANDSHAKE_TIMEOUT',
  IDLE_TIMEOUT: 'ERR_PWP_IDLE_TIMEOUT',
  FAST_NOT_NEGOTIATED: 'ERR_PWP_FAST_NOT_NEGOTIATED',
  HAVE_REPEATED: 'ERR_PWP_HAVE_REPEATED',
  EXTENSION: 'ERR_PWP_EXTENSION',
  CONNECTION_RESET: 'ERR_PWP_CONNECTION_RESET',
  ENCRYPTION_UNSUPPORTED: 'ERR_PWP_ENCRYPTION_UNSUPPORTED',
  ENCRYPTION_REQUIRED: 'ERR_PWP_ENCRYPTION_REQUIRED',
  ENCRYPTION_TORRENT: 'ERR_PWP_ENCRYPTION_TORRENT',
  ENCRYPTION_METHOD: 'ERR_PWP_ENCRYPTION_METHOD',
  ENCRYPTION_KEY: 'ERR_PWP_ENCRYPTION_KEY',
  ENCRYPTION_PADDING: 'ERR_PWP_ENCRYPTION_PADDING',
  ENCRYPTION_GARBLED: 'ERR_PWP_ENCRYPTION_GARBLED',
  ENCRYPTION_BOTH_BEGAN: 'ERR_PWP_ENCRYPTION_BOTH_BEGAN',
};

/**
 * The same bytes over and over.
 * @param {Uint8Array} message
 * @param {number} count
 */
function repeat(message, count) {
  return Buffer.alloc(message.length * count, message);
}

/**
 * A script that shakes hands and sends these.
 * @param {...Uint8Array} parts
 */
function opens(...parts) {
  return (/** @type {Peer} */ peer) => peer.open(...parts);
}

/**
 * A script that sends these in the place of a handshake.
 * @param {...Uint8Array} parts
 */
function sends(...parts) {
  return (/** @type {Peer} */ peer) => peer.send(...parts);
}

/**
 * The same for many wires: one script each, connected a few at a time.
 * @param {number} count of wires
 * @param {(peer: Peer, i: number) => unknown} script
 */
function many(count, script) {
  return async (/** @type {Peer} */ first) => {
    let next = 1;
    const line = async () => {
      while (next < count) {
        const i = next++;
        await script(await first.another({ reads: !first.socket.isPaused() }), i);
      }
    };
    await Promise.all([script(first, 0), ...Array.from({ length: 16 }, line)]);
  };
}

/**
 * The same with all of them connected at once, before any says anything.
 * @param {number} count of wires
 * @param {(peer: Peer, i: number) => unknown} script
 */
function together(count, script) {
  return async (/** @type {Peer} */ first) => {
    const how = { reads: !first.socket.isPaused() };
    const others = await Promise.all(Array.from({ length: count - 1 }, () => first.another(how)));
    await Promise.all([first, ...others].map(script));
  };
}

module.exports = { CODES, GONE, KEPT_OPEN, many, opens, repeat, sends, together };
