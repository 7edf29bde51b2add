'use strict';

const { plain, safe, safeText } = require('./text.js');

/** Longest text of one value, and of all, in characters. */
const LONGEST_VALUE = 60;
const LONGEST = 400;

/**
 * @param {Buffer} bytes
 * @returns {string} in quotes where it is a text, else a part of its hex
 */
function showBytes(bytes) {
  const text = plain(bytes.subarray(0, 4 * LONGEST_VALUE));
  if (typeof text === 'string') return `"${safeText(bytes, LONGEST_VALUE)}"`;
  const hex = bytes.subarray(0, LONGEST_VALUE / 2).toString('hex');
  return bytes.length > LONGEST_VALUE / 2 ? `<${hex}… ${bytes.length} bytes>` : `<${hex}>`;
}

/**
 * @param {unknown} value that was bencoded
 * @param {{ left: number }} budget of characters
 * @returns {string}
 */
function show(value, budget) {
  if (Buffer.isBuffer(value) || typeof value !== 'object' || value === null) {
    const text = Buffer.isBuffer(value) ? showBytes(value) : safe(String(value));
    budget.left -= text.length;
    return text;
  }
  const isList = Array.isArray(value);
  const parts = [];
  for (const [key, part] of Object.entries(value)) {
    if (budget.left <= 0) {
      parts.push('…');
      break;
    }
    const name = isList ? '' : `${safe(key, LONGEST_VALUE)}: `;
    budget.left -= name.length + 2;
    parts.push(name + show(part, budget));
  }
  return isList ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`;
}

/**
 * @param {unknown} value that was bencoded
 * @returns {string} in one line
 */
function showBencoded(value) {
  return show(value, { left: LONGEST });
}

/**
 * @param {unknown} value that was bencoded
 * @returns {unknown} for JSON
 */
function plainBencoded(value) {
  if (Buffer.isBuffer(value)) return plain(value);
  if (Array.isArray(value)) return value.map(plainBencoded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plainBencoded(part)]));
}

module.exports = { plainBencoded, showBencoded };
