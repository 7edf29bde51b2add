'use strict';

const { createHash } = require('node:crypto');

/**
 * The content of a block: depends on its place, so that a block delivered to the
 * wrong request, or shifted by a byte, shows.
 * @param {number} length
 * @param {number} [salt]
 */
function pattern(length, salt = 0) {
  const block = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) block[i] = (i * 31 + (i >> 8) + salt * 7 + 1) & 0xff;
  return block;
}

/**
 * Short bytes in full, long ones as length and digest.
 * @param {Uint8Array} bytes
 */
function show(bytes) {
  const kind = Buffer.isBuffer(bytes) ? '' : 'Uint8Array ';
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (buffer.length <= 64) return `${kind}<${buffer.toString('hex')}>`;
  const digest = createHash('sha1').update(buffer).digest('hex').slice(0, 12);
  return `${kind}<${buffer.toString('hex', 0, 24)}.. ${buffer.length} bytes, sha1 ${digest}>`;
}

module.exports = { pattern, show };
