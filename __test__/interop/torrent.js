'use strict';

const { createCipheriv, createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const bencode = require('bencode');

const BLOCK = 16 * 1024;
const PIECE_LENGTH = 4 * BLOCK; // small, so that the metadata takes more than one message
/** The last piece and its last block are short, and the bitfield's last byte has bits to spare. */
const TOTAL = 64 * 1024 * 1024 - 212_345;
const NAME = 'interop';

/** Odd sizes, so that pieces lie across files; the largest has more pieces than one hash request. */
const SIZES = /** @type {const} */ ([
  ['a note.txt', 1237],
  ['video/one.bin', 40_000_003],
  ['video/extras/cover.jpg', 77_777],
  ['video/two.bin', 20_971_521],
]);

/**
 * @typedef {{ path: string, offset: number, length: number, isPadding: boolean }} File
 * @typedef {object} Layout what an info dictionary says
 * @property {string} name
 * @property {Buffer} info
 * @property {string} infoHash hex, of v1
 * @property {string} infoHashV2 hex, of no use where it is not a hybrid
 * @property {number} pieceLength
 * @property {number} pieceCount
 * @property {number} length
 * @property {File[]} files
 * @property {Buffer} hashes of the pieces, SHA-1
 * @property {{ path: string, length: number, root: Buffer }[]} roots of the v2 trees, if there are
 *
 * @typedef {Layout & { file: string, folder: string, content: Buffer, magnet: string, sums: Record<string, string> }} Torrent
 */

/** @param {Buffer} bytes */
const sha1 = (bytes) => createHash('sha1').update(bytes).digest();

/**
 * The v1 view of an info dictionary, in which a hybrid's padding is files as well.
 * @param {Buffer} info
 * @returns {Layout}
 */
function parseInfo(info) {
  const dictionary = bencode.decode(info);
  let length = 0;
  /** @type {File[]} */
  const files = [];
  for (const entry of dictionary.files) {
    const isPadding = entry.attr?.toString().includes('p') ?? false;
    files.push({ path: entry.path.join('/'), offset: length, length: entry.length, isPadding });
    length += entry.length;
  }
  return {
    name: dictionary.name.toString(),
    info,
    infoHash: sha1(info).toString('hex'),
    infoHashV2: createHash('sha256').update(info).digest('hex'),
    pieceLength: dictionary['piece length'],
    pieceCount: dictionary.pieces.length / 20,
    length,
    files,
    hashes: dictionary.pieces,
    roots: parseTree(dictionary['file tree'] ?? {}, []),
  };
}

/**
 * @param {Record<string, any>} tree
 * @param {string[]} names down to it
 * @returns {{ path: string, length: number, root: Buffer }[]}
 */
function parseTree(tree, names) {
  return Object.entries(tree).flatMap(([name, entry]) =>
    name === ''
      ? [{ path: names.join('/'), length: entry.length, root: entry['pieces root'] }]
      : parseTree(entry, [...names, name]),
  );
}

/**
 * @param {Layout} layout
 * @param {number} index of a piece
 */
function pieceRange({ pieceLength, length }, index) {
  const start = index * pieceLength;
  return { start, end: Math.min(start + pieceLength, length) };
}

/**
 * @param {Layout} layout
 * @param {number} index
 * @param {Buffer} bytes
 */
function isPiece({ hashes }, index, bytes) {
  return sha1(bytes).equals(hashes.subarray(20 * index, 20 * index + 20));
}

/**
 * SHA-1 of every file, by path.
 * @param {Layout} layout
 * @param {(file: File) => Buffer} read
 */
function sumFiles({ files }, read) {
  const real = files.filter(({ isPadding }) => !isPadding);
  return Object.fromEntries(real.map((file) => [file.path, sha1(read(file)).toString('hex')]));
}

/**
 * @param {Layout} layout
 * @param {Buffer} content all pieces
 */
function sumContent(layout, content) {
  return sumFiles(layout, ({ offset, length }) => content.subarray(offset, offset + length));
}

/**
 * @param {Layout} layout
 * @param {string} folder that has the torrent's own in it
 */
function sumFolder(layout, folder) {
  return sumFiles(layout, (file) => fs.readFileSync(path.join(folder, layout.name, file.path)));
}

/**
 * The same bytes for everybody, that no two blocks have in common.
 * @param {string} folder in which the torrent's own is made
 */
function writeContent(folder) {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, 'interop'), Buffer.alloc(16));
  const last = TOTAL - SIZES.reduce((sum, [, size]) => sum + size, 0);
  for (const [name, size] of [...SIZES, /** @type {const} */ (['z/last.bin', last])]) {
    const file = path.join(folder, NAME, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, cipher.update(Buffer.alloc(size)));
  }
}

/**
 * A v1 torrent of what `writeContent` has written, its files in an order of their own.
 * @param {string} folder
 */
function makeV1(folder) {
  const root = path.join(folder, NAME);
  const paths = fs
    .readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => fs.statSync(path.join(root, name)).isFile())
    .sort();
  const files = paths.map((name) => fs.readFileSync(path.join(root, name)));
  const content = Buffer.concat(files);
  const pieces = [];
  for (let start = 0; start < content.length; start += PIECE_LENGTH) {
    pieces.push(sha1(content.subarray(start, start + PIECE_LENGTH)));
  }
  const info = {
    files: paths.map((name, index) => ({
      length: files[index].length,
      path: name.split(path.sep),
    })),
    name: NAME,
    'piece length': PIECE_LENGTH,
    pieces: Buffer.concat(pieces),
  };
  return bencode.encode({ info });
}

/**
 * @param {string} file a .torrent
 * @returns {Buffer} its info dictionary
 */
function readInfo(file) {
  return bencode.encode(bencode.decode(fs.readFileSync(file)).info);
}

/** @param {Layout} layout */
function toMagnet({ infoHash, infoHashV2, name, roots }) {
  const isHybrid = roots.length > 0;
  const topics = [`urn:btih:${infoHash}`, ...(isHybrid ? [`urn:btmh:1220${infoHashV2}`] : [])];
  return `magnet:?${topics.map((topic) => `xt=${topic}`).join('&')}&dn=${name}`;
}

/**
 * @param {string} file a .torrent
 * @param {string} folder with the content
 * @returns {Torrent}
 */
function openTorrent(file, folder) {
  const layout = parseInfo(readInfo(file));
  const content = Buffer.alloc(layout.length); // padding is zeros
  for (const { path: name, offset, isPadding } of layout.files) {
    if (!isPadding) fs.readFileSync(path.join(folder, layout.name, name)).copy(content, offset);
  }
  for (let index = 0; index < layout.pieceCount; index++) {
    const { start, end } = pieceRange(layout, index);
    if (!isPiece(layout, index, content.subarray(start, end))) {
      throw new Error(`piece ${index} of ${file} is not what ${folder} has`);
    }
  }
  const sums = sumContent(layout, content);
  return { ...layout, file, folder, content, sums, magnet: toMagnet(layout) };
}

module.exports = {
  BLOCK,
  NAME,
  PIECE_LENGTH,
  isPiece,
  makeV1,
  openTorrent,
  parseInfo,
  pieceRange,
  readInfo,
  sumContent,
  sumFolder,
  writeContent,
};
