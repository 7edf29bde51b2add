'use strict';

const { createHash } = require('node:crypto');
const bencode = require('bencode');

/** Bytes of metadata in one message (BEP 9). */
const METADATA_PIECE = 16 * 1024;

/** @param {Uint8Array} bytes */
const sha1 = (bytes) => createHash('sha1').update(bytes).digest();

/**
 * Bytes that differ from place to place, so that none can be taken for another.
 * @param {number} length
 * @param {number} [salt]
 */
function pattern(length, salt = 0) {
  const bytes = Buffer.alloc(length);
  for (let i = 0; i < length; i++) bytes[i] = (i * 31 + (i >> 8) * 7 + (i >> 16) + salt) & 255;
  return bytes;
}

/**
 * @param {object} info
 * @returns {{ info: Buffer, infoHash: Buffer, torrent: Buffer }} the metadata, its hash, and the
 *   torrent file with nothing else in it
 */
function torrentOf(info) {
  const encoded = bencode.encode(info);
  return { info: encoded, infoHash: sha1(encoded), torrent: bencode.encode({ info }) };
}

/**
 * A torrent whose metadata has this many bytes, with hashes of no pieces at all.
 * @param {number} size
 */
function torrentOfSize(size) {
  const make = (/** @type {number} */ filling) =>
    torrentOf({ name: 'x'.repeat(filling), 'piece length': 16384, pieces: pattern(20 * count) });
  const count = Math.max(Math.floor((size - 200) / 20), 1);
  // The name makes up for what the hashes leave; the digits of its own length count too.
  for (let filling = 1; filling < 300; filling++) {
    const made = make(filling);
    if (made.info.length === size) return made;
  }
  throw new Error(`no metadata of ${size} bytes`);
}

module.exports = { METADATA_PIECE, pattern, sha1, torrentOf, torrentOfSize };
