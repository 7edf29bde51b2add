'use strict';

/** What a torrent's info dictionary (BEP 3, 52) says of its size, without making objects of all its files. */

/** Deepest nesting that is followed: a folder of version 2 is a dictionary in its parent's. */
const DEEPEST = 100;

const DICTIONARY = 0x64; // d
const INTEGER = 0x69; // i
const LIST = 0x6c; // l
const END = 0x65; // e

/** Walks bencoding that may be anything: what is wrong throws. */
class Walk {
  #bytes;
  at = 0;

  /** @param {Buffer} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
  }

  get kind() {
    return this.#bytes[this.at];
  }

  /** Whether the list or dictionary ends here: then it is gone past. */
  ends() {
    const ends = this.kind === END;
    if (ends) this.at++;
    return ends;
  }

  /** @param {string} end */
  #digits(end) {
    const stop = this.#bytes.indexOf(end, this.at);
    const text =
      stop === -1 ? '' : this.#bytes.toString('latin1', this.at, Math.min(stop, this.at + 24));
    if (!/^-?\d{1,20}$/.test(text)) throw new Error('no number');
    this.at = stop + 1;
    return Number(text);
  }

  /** @returns {number} 0 for what is none, or less */
  length() {
    if (this.kind !== INTEGER) {
      this.skip(DEEPEST);
      return 0;
    }
    this.at++;
    return Math.max(0, this.#digits('e'));
  }

  /** @returns {Buffer} */
  string() {
    const length = this.#digits(':');
    const start = this.at;
    this.at += length;
    if (length < 0 || this.at > this.#bytes.length) throw new Error('no string');
    return this.#bytes.subarray(start, this.at);
  }

  /**
   * Each entry of a dictionary: `visit` has to go past its value.
   * @param {(key: string) => void} visit
   */
  dictionary(visit) {
    if (this.kind !== DICTIONARY) throw new Error('no dictionary');
    this.at++;
    while (!this.ends()) visit(this.string().toString('latin1'));
  }

  /** @param {number} depth that is left */
  skip(depth) {
    if (depth === 0) throw new Error('nested too deep');
    if (this.kind === INTEGER) this.length();
    else if (this.kind === LIST) {
      this.at++;
      while (!this.ends()) this.skip(depth - 1);
    } else if (this.kind === DICTIONARY) this.dictionary(() => this.skip(depth - 1));
    else this.string();
  }
}

/**
 * The files of a list (BEP 3).
 * @param {Walk} walk
 * @param {(length: number) => void} onFile
 */
function filesOf(walk, onFile) {
  walk.at++;
  while (!walk.ends()) {
    walk.dictionary((key) => {
      if (key === 'length') onFile(walk.length());
      else walk.skip(DEEPEST);
    });
  }
}

/**
 * The files of a tree (BEP 52): what is under an empty name is a file.
 * @param {Walk} walk
 * @param {(length: number) => void} onFile
 * @param {number} depth that is left
 */
function treeOf(walk, onFile, depth) {
  if (depth === 0) throw new Error('nested too deep');
  walk.dictionary((name) => {
    if (name !== '') return treeOf(walk, onFile, depth - 1);
    walk.dictionary((key) => {
      if (key === 'length') onFile(walk.length());
      else walk.skip(DEEPEST);
    });
  });
}

/**
 * @typedef {object} Info
 * @property {Buffer} name
 * @property {number} pieceLength in bytes
 * @property {number} pieceCount
 * @property {number} files
 * @property {number} size in bytes
 * @property {boolean} isEven whether all pieces but the last are of one length: those of version 1 are
 */

/**
 * @param {Buffer} bytes an info dictionary
 * @returns {Info | null} null when it is none
 */
function readInfo(bytes) {
  /** @type {Info} */
  const info = {
    name: Buffer.alloc(0),
    pieceLength: 0,
    pieceCount: 0,
    files: 0,
    size: 0,
    isEven: false,
  };
  const walk = new Walk(bytes);
  /** @type {number[]} */
  const lengths = [];
  const tree = /** @type {number[]} */ ([]);
  let hashes = 0;
  try {
    walk.dictionary((key) => {
      if (key === 'name') info.name = walk.string();
      else if (key === 'piece length') info.pieceLength = walk.length();
      else if (key === 'pieces') hashes = walk.string().length;
      else if (key === 'length') lengths.push(walk.length());
      else if (key === 'files' && walk.kind === LIST)
        filesOf(walk, (length) => lengths.push(length));
      else if (key === 'file tree') treeOf(walk, (length) => tree.push(length), DEEPEST);
      else walk.skip(DEEPEST);
    });
  } catch {
    return null;
  }
  const { pieceLength } = info;
  if (pieceLength === 0) return null;
  const files = lengths.length > 0 ? lengths : tree;
  info.files = files.length;
  for (const length of files) info.size += length;
  info.pieceCount = hashes / 20;
  info.isEven = hashes > 0;
  // Without hashes of version 1, each file begins with a piece of its own.
  if (hashes === 0) for (const length of tree) info.pieceCount += Math.ceil(length / pieceLength);
  const isRight = Number.isSafeInteger(info.pieceCount) && Number.isSafeInteger(info.size);
  return isRight && info.pieceCount > 0 && info.pieceCount < 2 ** 31 ? info : null;
}

module.exports = { readInfo };
