'use strict';

// The torrent that the attacked program serves and downloads. Its content follows from the position,
// so that every side can check what it gets by value.

const PIECES = 64;
const PIECE_LENGTH = 2 ** 18;
const BLOCK = 2 ** 14;

/** Prime, so that no block looks like its neighbour. */
const PERIOD = 65521;
const pattern = Buffer.alloc(PERIOD + PIECE_LENGTH);
for (let i = 0, value = 1; i < PERIOD; i++) {
  value = (value * 48271) % 0x7fffffff;
  pattern[i] = value & 255;
}
for (let i = PERIOD; i < pattern.length; i++) pattern[i] = pattern[i - PERIOD];

/**
 * @param {number} piece
 * @param {number} offset
 * @param {number} length
 * @returns {boolean} whether the torrent has such a block
 */
function exists(piece, offset, length) {
  return piece < PIECES && length > 0 && offset + length <= PIECE_LENGTH;
}

/**
 * @param {number} piece
 * @param {number} offset
 * @param {number} length
 * @returns {Buffer} the bytes, to be left alone
 */
function content(piece, offset, length) {
  const start = (piece * 7919 + offset) % PERIOD;
  return pattern.subarray(start, start + length);
}

module.exports = { BLOCK, PIECES, PIECE_LENGTH, content, exists };
