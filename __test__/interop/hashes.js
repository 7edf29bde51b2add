'use strict';

const { BLOCK } = require('./torrent.js');

const MOST_AT_ONCE = 512;
const TIMEOUT = 10_000;

/**
 * Asks the seed of a hybrid for the hashes of all pieces, with proofs (BEP 52), and compares them
 * with those of the content.
 * @param {import('./peer.js').Peer['wire']} wire
 * @param {import('./torrent.js').Layout} layout
 * @param {Map<string, any>} trees by root
 */
async function checkHashes(wire, { roots, pieceLength }, trees) {
  const base = Math.log2(pieceLength / BLOCK);
  for (const { root } of roots) {
    const tree = trees.get(root.toString('hex'));
    const width = tree.widthOf(base);
    const length = Math.min(width, MOST_AT_ONCE);
    const proofs = Math.max(0, Math.log2(width) - 1);
    // The hash of a file of one piece is its root, which everybody has.
    for (let index = 0; width > 1 && index < width; index += length) {
      const hashes = await ask(wire, [root, base, index, length, proofs]);
      if (!hashes.equals(tree.hashes(base, index, length, proofs))) {
        throw new Error(`the hashes it sends of ${root.toString('hex')} from ${index} are wrong`);
      }
    }
  }
}

/**
 * @param {import('./peer.js').Peer['wire']} wire
 * @param {[Buffer, number, number, number, number]} question
 * @returns {Promise<Buffer>}
 */
function ask(wire, question) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => settle(new Error('it does not answer a hash request')), TIMEOUT);
    const onHashes = (/** @type {any[]} */ ...args) => settle(null, args[5]);
    const onReject = () => settle(new Error('it rejects a hash request'));
    wire.once('hashes', onHashes);
    wire.once('hash-reject', onReject);
    wire.hashRequest(...question);

    /** @param {Error | null} error @param {Buffer} [hashes] */
    function settle(error, hashes) {
      clearTimeout(timer);
      wire.off('hashes', onHashes);
      wire.off('hash-reject', onReject);
      if (hashes) resolve(hashes);
      else reject(error);
    }
  });
}

module.exports = { checkHashes };
