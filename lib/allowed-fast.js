'use strict';

const native = require('./addon.js');
const { invalidType, outOfRange } = require('./errors.js');
const { toHash } = require('./handshake.js');
const { MOST_PIECES } = require('./options.js');
const { integer } = require('./validate.js');

/** How many pieces BEP 6 suggests, and the most that make sense. */
const USUAL = 10;
const MOST = 1000;

/**
 * The pieces that a peer may ask for while it is choked: the canonical set of BEP 6.
 * @param {Uint8Array | string} infoHash
 * @param {string} address of the peer, without its port
 * @param {number} pieceCount
 * @param {number} [count] how many pieces
 * @returns {number[]} none for IPv6, for which BEP 6 has no set
 */
function allowedFastSet(infoHash, address, pieceCount, count = USUAL) {
  const hash = toHash(infoHash, 'infoHash', 'hex');
  if (typeof address !== 'string') throw invalidType('address', 'a string', address);
  integer(pieceCount, 'pieceCount', 1, MOST_PIECES);
  integer(count, 'count', 0, MOST);
  const set = native.allowedFastSet(Buffer.from(hash), address, pieceCount, count);
  if (set === null) throw outOfRange('address', 'an IPv4 or IPv6 address', address);
  return set;
}

module.exports = { allowedFastSet };
