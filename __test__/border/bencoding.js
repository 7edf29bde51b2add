'use strict';

// Bencoding once more (BEP 3), as simply as it can be said, and what a wire makes of an extension
// handshake (BEP 10): what SECURITY.md and the types promise.

/**
 * Longest dictionary that is read, the most values in it and the deepest nesting, and the most digits of
 * a number and of a length.
 */
const LONGEST = 65_536;
const MOST_VALUES = 8192;
const DEEPEST = 16;
const DIGITS = { number: 20, length: 10 };

class Malformed extends Error {}

/** @param {Buffer} bytes @param {{ at: number }} place @param {string} end @param {number} most */
function until(bytes, place, end, most) {
  const stop = bytes.indexOf(end, place.at, 'latin1');
  if (stop === -1 || stop - place.at > most) throw new Malformed();
  const digits = bytes.toString('latin1', place.at, stop);
  place.at = stop + 1;
  return digits;
}

/** @param {string} digits @returns {number} as a decoder adds it up, digit by digit */
function toNumber(digits) {
  if (!/^\d+$/.test(digits)) throw new Malformed();
  return [...digits].reduce((sum, digit) => 10 * sum + Number(digit), 0);
}

/** @param {Buffer} bytes @param {{ at: number }} place */
function readString(bytes, place) {
  const length = toNumber(until(bytes, place, ':', DIGITS.length));
  if (place.at + length > bytes.length) throw new Malformed();
  place.at += length;
  return bytes.subarray(place.at - length, place.at);
}

/** @param {Buffer} bytes @param {{ at: number, values: number }} place @param {number} room */
function readValue(bytes, place, room) {
  if (++place.values > MOST_VALUES) throw new Malformed();
  const first = String.fromCharCode(bytes[place.at] ?? 0);
  if (first === 'i') {
    place.at++;
    const digits = until(bytes, place, 'e', DIGITS.number);
    return digits.startsWith('-') ? -toNumber(digits.slice(1)) : toNumber(digits);
  }
  if (first !== 'l' && first !== 'd') return Buffer.from(readString(bytes, place));
  if (room === 0) throw new Malformed();
  place.at++;
  const list = [];
  const entries = [];
  while (bytes[place.at] !== 0x65) {
    if (first === 'l') {
      list.push(readValue(bytes, place, room - 1));
    } else {
      const key = readString(bytes, place).toString();
      entries.push([key, readValue(bytes, place, room - 1)]);
    }
  }
  place.at++;
  // What would be a prototype is left out.
  return first === 'l' ? list : Object.fromEntries(entries.filter(([key]) => key !== '__proto__'));
}

const isCount = (value) => Number.isSafeInteger(value) && value >= 0;
const isLong = (value, ...lengths) => Buffer.isBuffer(value) && lengths.includes(value.length);

/** What an entry that is known has to be. */
const KNOWN = {
  m: (value) => typeof value === 'object' && !Array.isArray(value) && !Buffer.isBuffer(value),
  metadata_size: isCount,
  p: (value) => isCount(value) && value < 65_536,
  reqq: isCount,
  upload_only: isCount,
  v: (value) => Buffer.isBuffer(value),
  yourip: (value) => isLong(value, 4, 16),
  ipv4: (value) => isLong(value, 4),
  ipv6: (value) => isLong(value, 16),
};

/**
 * @param {Buffer} payload of an extension handshake
 * @returns {Record<string, any> | null} what it says, or null when that cannot be read
 */
function readHandshake(payload) {
  if (payload.length > LONGEST || payload[0] !== 0x64) return null;
  try {
    const said = readValue(payload, { at: 0, values: 0 }, DEEPEST);
    for (const [key, fits] of Object.entries(KNOWN)) {
      if (Object.hasOwn(said, key) && !fits(said[key])) delete said[key];
    }
    return said;
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

module.exports = { readHandshake };
