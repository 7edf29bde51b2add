'use strict';

// Which torrent a peer asks for that begins encrypted: it sends a hash of the info hash, which only
// who knows that can tell.

const native = require('./addon.js');
const { invalidType } = require('./errors.js');
const { toHash } = require('./handshake.js');

/**
 * @typedef {Map<string, Buffer> | ((request: Buffer) => Uint8Array | string | null | undefined) | null}
 *   Torrents info hashes by the hex of their request hashes; or the caller's own way; or none given
 */

/** Most torrents remembered. */
const MOST = 4096;

/** Those that wires of this process have shaken hands about, the oldest first. @type {Map<string, Buffer>} */
const shaken = new Map();

/**
 * What a peer that begins encrypted asks for a torrent by.
 * @param {Uint8Array | string} infoHash
 * @returns {Buffer} 20 bytes
 */
function requestHash(infoHash) {
  return native.requestHash(Buffer.from(toHash(infoHash, 'infoHash', 'hex', true)));
}

/**
 * @param {unknown} given the option `infoHashes`
 * @returns {Torrents}
 */
function parseTorrents(given) {
  if (given === null || typeof given === 'function') return /** @type {Torrents} */ (given);
  if (typeof given !== 'object' || !(Symbol.iterator in given)) {
    throw invalidType('options.infoHashes', 'a list of info hashes or a function', given);
  }
  const torrents = new Map();
  for (const infoHash of /** @type {Iterable<any>} */ (given)) {
    const hash = Buffer.from(toHash(infoHash, 'options.infoHashes', 'hex', true));
    torrents.set(requestHash(hash).toString('hex'), hash);
  }
  return torrents;
}

/**
 * Keeps the info hash of a wire that begins: a peer may come about the same torrent.
 * @param {Uint8Array} infoHash
 */
function remember(infoHash) {
  const request = requestHash(infoHash).toString('hex');
  if (shaken.has(request)) return;
  shaken.set(request, Buffer.from(infoHash));
  for (const oldest of shaken.keys()) {
    if (shaken.size <= MOST) break;
    shaken.delete(oldest);
  }
}

/**
 * @param {Torrents} torrents
 * @param {Buffer} request
 * @returns {Buffer | null} the info hash, null for a torrent that is not known
 */
function find(torrents, request) {
  if (typeof torrents === 'function') {
    const found = torrents(request) ?? null;
    return found === null ? null : Buffer.from(toHash(found, 'infoHash', 'hex', true));
  }
  return (torrents ?? shaken).get(request.toString('hex')) ?? null;
}

module.exports = { find, parseTorrents, remember, requestHash };
