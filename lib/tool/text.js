'use strict';

/** What others say, made fit for a terminal, and numbers for people. */

/**
 * What does something to a terminal instead of being shown: control and format characters, what turns
 * the direction of writing, halves of pairs, what has no meaning yet.
 */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/gu;

/** Longest text of a peer that is shown, in characters. */
const LONGEST = 120;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** @param {string} character */
function escapeOne(character) {
  const code = /** @type {number} */ (character.codePointAt(0));
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/**
 * @param {string} text
 * @param {number} [longest] in characters
 * @returns {string} the text in one line that does nothing to a terminal
 */
function safe(text, longest = LONGEST) {
  // Cut first: a peer may send megabytes.
  const isLong = text.length > longest;
  const shown = (isLong ? text.slice(0, longest) : text).replace(UNSAFE, escapeOne);
  return isLong ? `${shown}…` : shown;
}

/**
 * @param {Uint8Array} bytes
 * @returns {string | null} the text they are in UTF-8, or null
 */
function textOf(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * @param {unknown} value a text or its bytes, from a peer
 * @param {number} [longest]
 * @returns {string} for the terminal: bytes that are no text one by one
 */
function safeText(value, longest = LONGEST) {
  if (!(value instanceof Uint8Array)) return safe(String(value), longest);
  const part = value.length > 4 * longest ? value.subarray(0, 4 * longest) : value;
  return safe(textOf(part) ?? Buffer.from(part).toString('latin1'), longest);
}

/**
 * Bytes as `JSON` has them: a text where they are one, else their hex.
 * @param {Uint8Array} bytes
 * @returns {string | { hex: string }}
 */
function plain(bytes) {
  const text = textOf(bytes);
  return text === null || text.search(UNSAFE) !== -1
    ? { hex: Buffer.from(bytes).toString('hex') }
    : text;
}

/**
 * @param {unknown} value
 * @returns {string} one line of JSON, in which what a terminal would obey is escaped
 */
function jsonLine(value) {
  return JSON.stringify(value).replace(UNSAFE, (character) =>
    [...Array(character.length).keys()]
      .map((i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`)
      .join(''),
  );
}

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** @param {number} count of bytes */
function size(count) {
  let unit = 0;
  let value = count;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** @param {number} milliseconds */
function duration(milliseconds) {
  if (milliseconds < 10) return `${milliseconds.toFixed(1)} ms`;
  return milliseconds < 1000
    ? `${Math.round(milliseconds)} ms`
    : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** @param {number} milliseconds */
function round(milliseconds) {
  return Math.round(10 * milliseconds) / 10;
}

/**
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
function counted(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

module.exports = { counted, duration, jsonLine, plain, round, safe, safeText, size };
