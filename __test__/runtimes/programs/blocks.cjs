'use strict';

// A torrent that nobody has to keep: every block is made when it is asked for.

const { createHash } = require('node:crypto');

const INFO_HASH = Buffer.from('0123456789abcdef0123456789abcdef01234567', 'hex');
const PEER_ID = '-XX0001-abcdefghijkl';
const BLOCK = 16_384;

/** @param {number} index @returns {Buffer} */
function blockOf(index) {
  const block = Buffer.alloc(BLOCK, `block ${index} `);
  block.writeUInt32BE(index, BLOCK - 4);
  return block;
}

/** Answers whatever is asked. @param {any} wire of a server or a swarm */
function seed(wire) {
  wire.on('request', (piece, _offset, _length, respond) => respond(null, blockOf(piece)));
}

/** @param {number} count of blocks @returns {string} SHA-1 of them all */
function digestOf(count) {
  const hash = createHash('sha1');
  for (let index = 0; index < count; index++) hash.update(blockOf(index));
  return hash.digest('hex');
}

/**
 * Asks for blocks, a few at a time.
 * @param {any} wire that may ask
 * @param {number} count
 * @param {(index: number, block: Buffer) => void} [each] told of them in order
 * @returns {Promise<string>} SHA-1 of what came
 */
async function download(wire, count, each = () => {}) {
  const hash = createHash('sha1');
  const waiting = [];
  for (let next = 0, taken = 0; taken < count; taken++) {
    while (next < count && next < taken + 32) waiting.push(wire.requestBlock(next++, 0, BLOCK));
    const block = await waiting.shift();
    hash.update(block);
    each(taken, block);
  }
  return hash.digest('hex');
}

module.exports = { BLOCK, INFO_HASH, PEER_ID, blockOf, digestOf, download, seed };
