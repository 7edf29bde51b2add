'use strict';

const { createCipheriv, createHash } = require('node:crypto');
const fs = require('node:fs/promises');
const path = require('node:path');
const bencode = require('bencode');

const NAME = 'pseudo-random.bin';
const KEY = Buffer.alloc(16, 'peer-wire-native'); // any fixed key: the same bytes on every machine
const PIECES = 1024; // aimed at, as torrents have it; so many hashes take two blocks of BEP 9
const MIN_PIECE_LENGTH = 128 * 1024;
const MAX_PIECE_LENGTH = 16 * 1024 * 1024;

/**
 * A power of two, so that pieces are whole numbers of 16 KiB blocks.
 * @param {number} length
 */
function pieceLengthFor(length) {
  const wanted = 2 ** Math.ceil(Math.log2(length / PIECES));
  return Math.min(Math.max(wanted, MIN_PIECE_LENGTH), MAX_PIECE_LENGTH);
}

/**
 * @typedef {object} Source
 * @property {string} file
 * @property {string} name
 * @property {number} length
 * @property {number} pieceLength
 * @property {string} sha1 of the file
 * @property {string} infoHash
 * @property {Buffer} metadata the bencoded info dictionary (BEP 3)
 * @property {Buffer} torrent a whole .torrent file
 */

/**
 * Writes a file of deterministic pseudo-random bytes and makes the torrent of it.
 * @param {string} folder
 * @param {number} length
 * @param {{ name?: string, pieceLength?: number }} [options]
 * @returns {Promise<Source>}
 */
async function createSource(folder, length, options = {}) {
  const { name = NAME, pieceLength = pieceLengthFor(length) } = options;
  const file = path.join(folder, name);
  const whole = createHash('sha1');
  const pieces = [];
  // The key stream of AES in counter mode, to be had by encrypting zeros.
  const stream = createCipheriv('aes-128-ctr', KEY, Buffer.alloc(16));
  const zeros = Buffer.alloc(pieceLength);
  await fs.mkdir(folder, { recursive: true });
  const handle = await fs.open(file, 'wx');
  try {
    for (let offset = 0; offset < length; offset += pieceLength) {
      const piece = stream.update(zeros.subarray(0, Math.min(pieceLength, length - offset)));
      whole.update(piece);
      pieces.push(createHash('sha1').update(piece).digest());
      await handle.write(piece);
    }
  } finally {
    await handle.close();
  }
  const info = { length, name, 'piece length': pieceLength, pieces: Buffer.concat(pieces) };
  const metadata = Buffer.from(bencode.encode(info));
  return {
    file,
    name,
    length,
    pieceLength,
    sha1: whole.digest('hex'),
    infoHash: createHash('sha1').update(metadata).digest('hex'),
    metadata,
    torrent: Buffer.from(bencode.encode({ info })),
  };
}

module.exports = { createSource };
