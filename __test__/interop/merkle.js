'use strict';

const { createHash } = require('node:crypto');
const { BLOCK } = require('./torrent.js');

const HASH = 32;

/** @param {Buffer[]} parts */
function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** The tree of SHA-256 over the blocks of one file (BEP 52), filled up with zeros. */
class MerkleTree {
  /** From the blocks up to the root. @type {Buffer[][]} */
  #layers;

  /** @param {Buffer} content of the file */
  constructor(content) {
    const leaves = [];
    for (let start = 0; start < content.length; start += BLOCK) {
      leaves.push(sha256(content.subarray(start, start + BLOCK)));
    }
    while ((leaves.length & (leaves.length - 1)) !== 0) leaves.push(Buffer.alloc(HASH));
    this.#layers = [leaves];
    for (let below = leaves; below.length > 1; ) {
      const above = [];
      for (let i = 0; i < below.length; i += 2) above.push(sha256(below[i], below[i + 1]));
      this.#layers.push(above);
      below = above;
    }
  }

  get root() {
    return this.#layers[this.#layers.length - 1][0];
  }

  /** @param {number} layer */
  widthOf(layer) {
    return this.#layers[layer]?.length ?? 0;
  }

  /**
   * What answers a hash request: the hashes, and the uncles up to the layer below the root that the
   * asker cannot work out from them.
   * @param {number} base layer
   * @param {number} index
   * @param {number} length a power of two
   * @param {number} proofLayers
   * @returns {Buffer | null} null where the tree has no such hashes
   */
  hashes(base, index, length, proofLayers) {
    const layer = this.#layers[base];
    const isPower = length >= 1 && (length & (length - 1)) === 0;
    if (!layer || !isPower || index % length !== 0 || index + length > layer.length) return null;
    const known = Math.log2(length);
    const uncles = Math.max(0, proofLayers - Math.max(0, known - 1));
    const proof = [];
    for (let i = 0; i < uncles; i++) {
      const uncle = this.#layers[base + known + i]?.[(index >> (known + i)) ^ 1];
      if (uncle) proof.push(uncle);
    }
    return Buffer.concat([...layer.slice(index, index + length), ...proof]);
  }
}

/**
 * The trees of a hybrid's files by their roots, in hex.
 * @param {import('./torrent.js').Torrent} torrent
 */
function makeTrees({ roots, files, content }) {
  /** @type {Map<string, MerkleTree>} */
  const trees = new Map();
  for (const { path, root } of roots) {
    const file = files.find((candidate) => candidate.path === path);
    if (!file) throw new Error(`${path} is only in the file tree`);
    const tree = new MerkleTree(content.subarray(file.offset, file.offset + file.length));
    if (!tree.root.equals(root)) throw new Error(`${path} has another root in the file tree`);
    trees.set(root.toString('hex'), tree);
  }
  return trees;
}

module.exports = { makeTrees };
