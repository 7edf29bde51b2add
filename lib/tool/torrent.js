'use strict';

/** Which torrent is meant, on the command line. */

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * @param {string} text 32 digits of base 32
 * @returns {Buffer} 20 bytes
 */
function fromBase32(text) {
  let value = 0n;
  for (const digit of text.toUpperCase()) value = (value << 5n) | BigInt(BASE32.indexOf(digit));
  return Buffer.from(value.toString(16).padStart(40, '0'), 'hex');
}

/**
 * @param {string} topic of a magnet link (BEP 9, 52)
 * @returns {Buffer | null}
 */
function fromTopic(topic) {
  const hex = /^urn:btih:([0-9a-f]{40})$/i.exec(topic);
  if (hex !== null) return Buffer.from(hex[1], 'hex');
  const base32 = /^urn:btih:([a-z2-7]{32})$/i.exec(topic);
  if (base32 !== null) return fromBase32(base32[1]);
  // A multihash: 0x12 is SHA-256, 0x20 its length.
  const multihash = /^urn:btmh:1220([0-9a-f]{64})$/i.exec(topic);
  return multihash === null ? null : Buffer.from(multihash[1], 'hex');
}

/**
 * @param {string} text hexadecimal, or a magnet link
 * @returns {Buffer | null} the info hash: 20 bytes, or the 32 of version 2. Of a magnet link that has
 *   both it is version 1's, by which more peers know it
 */
function parseInfoHash(text) {
  if (/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)) return Buffer.from(text, 'hex');
  if (!/^magnet:\?/i.test(text)) return null;
  const topics = [];
  for (const [key, value] of new URLSearchParams(text.slice(text.indexOf('?') + 1))) {
    if (/^xt(\.\d+)?$/.test(key)) topics.push(fromTopic(value));
  }
  const found = topics.filter((topic) => topic !== null);
  return found.find((hash) => hash.length === 20) ?? found[0] ?? null;
}

module.exports = { parseInfoHash };
