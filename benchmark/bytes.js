'use strict';

// What a peer sends, laid down by hand (BEP 3, 5 and 10): none of the wires under test makes the
// bytes that they are tested with.

const { createCipheriv } = require('node:crypto');

const CHOKE = 0;
const UNCHOKE = 1;
const INTERESTED = 2;
const NOT_INTERESTED = 3;
const HAVE = 4;
const BITFIELD = 5;
const REQUEST = 6;
const PIECE = 7;
const CANCEL = 8;
const PORT = 9;
const EXTENDED = 20;

/** The usual block, in bytes. */
const BLOCK_LENGTH = 16 * 1024;
/** A `piece` message with such a block, in bytes. */
const PIECE_MESSAGE_LENGTH = 13 + BLOCK_LENGTH;
/** Blocks of the pieces in these streams. */
const BLOCKS_PER_PIECE = 16;

const INFO_HASH = Buffer.alloc(20, 0xab);
const PEER_ID = Buffer.from('-XX0001-abcdefghijkl');

/** Without the bit of BEP 10: one of the wires answers that with a message of its own. */
const HANDSHAKE = Buffer.concat([
  Buffer.from('\x13BitTorrent protocol', 'latin1'),
  Buffer.alloc(8),
  INFO_HASH,
  PEER_ID,
]);

const KEEP_ALIVE = Buffer.alloc(4);

/**
 * @param {number} id
 * @param {number[]} [numbers]
 * @param {Uint8Array} [payload]
 */
function message(id, numbers = [], payload = new Uint8Array()) {
  const bytes = Buffer.alloc(5 + 4 * numbers.length + payload.length);
  bytes.writeUInt32BE(bytes.length - 4, 0);
  bytes[4] = id;
  numbers.forEach((number, i) => {
    bytes.writeUInt32BE(number, 5 + 4 * i);
  });
  bytes.set(payload, 5 + 4 * numbers.length);
  return bytes;
}

/**
 * The same pseudo-random bytes on every machine.
 * @param {number} length
 */
function noise(length) {
  return createCipheriv('aes-128-ctr', Buffer.alloc(16, 1), Buffer.alloc(16)).update(
    Buffer.alloc(length),
  );
}

/**
 * Piece index and offset of the n-th block of a torrent.
 * @param {number} n
 * @returns {[piece: number, offset: number]}
 */
function blockAt(n) {
  return [Math.floor(n / BLOCKS_PER_PIECE), (n % BLOCKS_PER_PIECE) * BLOCK_LENGTH];
}

/**
 * The first `count` blocks of a torrent as `piece` messages, each with other bytes.
 * @param {number} count
 * @param {number} [length] of each, in bytes
 * @returns {Buffer[]}
 */
function pieceMessages(count, length = BLOCK_LENGTH) {
  const data = noise(length + count);
  return Array.from({ length: count }, (_, n) =>
    message(PIECE, blockAt(n), data.subarray(n, n + length)),
  );
}

module.exports = {
  BITFIELD,
  BLOCK_LENGTH,
  CANCEL,
  CHOKE,
  EXTENDED,
  HANDSHAKE,
  HAVE,
  INFO_HASH,
  INTERESTED,
  KEEP_ALIVE,
  NOT_INTERESTED,
  PEER_ID,
  PIECE,
  PIECE_MESSAGE_LENGTH,
  PORT,
  REQUEST,
  UNCHOKE,
  blockAt,
  message,
  noise,
  pieceMessages,
};
