'use strict';

const { outOfRange } = require('./errors.js');
const { FLAG_DHT, FLAG_EXTENDED, FLAG_FAST, FLAG_V2 } = require('./records.js');
const { HASH_LENGTH, bytes } = require('./validate.js');

/** Length of an info hash of version 2, in bytes: SHA-256 (BEP 52). */
const V2_HASH_LENGTH = 32;

/**
 * @param {Uint8Array | string} value
 * @param {string} name
 * @param {BufferEncoding} encoding of a string
 * @param {boolean} [isV2] whether a hash of version 2 is taken too
 * @returns {Uint8Array}
 */
function toHash(value, name, encoding, isV2 = false) {
  const hash = typeof value === 'string' ? Buffer.from(value, encoding) : value;
  bytes(hash, name);
  // The handshake has room for 20 bytes of it (BEP 52).
  if (isV2 && hash.length === V2_HASH_LENGTH) return hash.subarray(0, HASH_LENGTH);
  if (hash.length !== HASH_LENGTH) {
    throw outOfRange(
      `${name}.length`,
      'exactly 20: infoHash and peerId MUST have length 20',
      hash.length,
    );
  }
  return hash;
}

/**
 * What a handshake consists of.
 * @param {Uint8Array | string} infoHash
 * @param {Uint8Array | string} peerId
 * @param {{ dht?: boolean, fast?: boolean, v2?: boolean }} [extensions]
 * @returns {{ flags: number, payload: Buffer, isV2: boolean }} what is announced, both hashes, and
 *   whether the info hash is known to be one of version 2
 */
function handshakeOf(infoHash, peerId, extensions) {
  const { dht, fast, v2 } = extensions ?? {};
  const hashes = [
    toHash(infoHash, 'infoHash', 'hex', Boolean(v2)),
    toHash(peerId, 'peerId', 'utf8'),
  ];
  const flags = FLAG_EXTENDED | (dht ? FLAG_DHT : 0) | (fast ? FLAG_FAST : 0) | (v2 ? FLAG_V2 : 0);
  // Copied before anything is sent: what only claims to be bytes throws here.
  const isV2 =
    Boolean(v2) && infoHash.length !== HASH_LENGTH && infoHash.length !== 2 * HASH_LENGTH;
  return { flags, payload: Buffer.concat(hashes), isV2 };
}

/**
 * What a handshake announces, as it is told. What 0.7.1 did not know is there only when it is announced.
 * @param {number} flags
 */
function extensionsOf(flags) {
  /** @type {{ dht: boolean, extended: boolean, fast?: true, v2?: true }} */
  const extensions = {
    dht: (flags & FLAG_DHT) !== 0,
    extended: (flags & FLAG_EXTENDED) !== 0,
  };
  if (flags & FLAG_FAST) extensions.fast = true;
  if (flags & FLAG_V2) extensions.v2 = true;
  return extensions;
}

module.exports = { handshakeOf, extensionsOf, toHash };
