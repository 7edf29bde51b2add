'use strict';

const { outOfRange } = require('./errors.js');
const { bytes, uint32 } = require('./validate.js');

/** Length of a hash in a file's tree, in bytes: SHA-256 (BEP 52). */
const TREE_HASH_LENGTH = 32;

/** Length of root and numbers at the front of an incoming payload, see src/codec/records. */
const RANGE_LENGTH = TREE_HASH_LENGTH + 16;

/**
 * The words of an outgoing record: the kind, the four numbers, what `hashes` there are, the root.
 * @param {number} kind
 * @param {Uint8Array} root of the file's tree
 * @param {number[]} numbers base layer, index, length and proof layers
 * @param {number} [hashesLength] in bytes, of a message that carries some
 */
function recordOf(kind, root, numbers, hashesLength) {
  const [baseLayer, index, length, proofLayers] = numbers;
  bytes(root, 'piecesRoot');
  if (root.length !== TREE_HASH_LENGTH) {
    throw outOfRange('piecesRoot.length', 'exactly 32', root.length);
  }
  uint32(baseLayer, 'baseLayer');
  uint32(index, 'index');
  uint32(length, 'length');
  uint32(proofLayers, 'proofLayers');
  const record = [kind, ...numbers];
  if (hashesLength !== undefined) record.push(hashesLength);
  const view = new DataView(root.buffer, root.byteOffset, root.length);
  for (let at = 0; at < TREE_HASH_LENGTH; at += 4) record.push(view.getUint32(at));
  return record;
}

/**
 * How many hashes answer a request: those of the base layer, and an uncle for each proof layer that
 * they do not make up themselves (BEP 52).
 * @param {number} length
 * @param {number} proofLayers
 */
function hashCount(length, proofLayers) {
  const height = 32 - Math.clz32(length - 1);
  return length + Math.max(0, proofLayers - (height - 1));
}

/**
 * Throws unless these are the hashes that the numbers ask for: the peer would close the connection.
 * @param {unknown} hashes
 * @param {number} length
 * @param {number} proofLayers
 */
function checkHashes(hashes, length, proofLayers) {
  bytes(hashes, 'hashes');
  uint32(length, 'length');
  uint32(proofLayers, 'proofLayers');
  if (length === 0) throw outOfRange('length', 'an integer >= 1', length);
  const expected = TREE_HASH_LENGTH * hashCount(length, proofLayers);
  const found = /** @type {Uint8Array} */ (hashes).length;
  if (found !== expected) throw outOfRange('hashes.length', `exactly ${expected}`, found);
}

module.exports = { RANGE_LENGTH, TREE_HASH_LENGTH, checkHashes, recordOf };
