'use strict';

// The protocol once more, with nothing but simplicity: what all bytes so far say, from BEP 3, 5, 6,
// 10 and 52 and the README's table of reasons to close.

const { INFO_HASH } = require('../hostile/helpers/bytes.js');
const { readHandshake } = require('./bencoding.js');

const NAME = Buffer.from('\x13BitTorrent protocol', 'latin1');
const BARE = ['choke', 'unchoke', 'interested', 'uninterested'];

/** Exact body length of a message of fixed length, id included. */
const FIXED = { 0: 1, 1: 1, 2: 1, 3: 1, 4: 5, 6: 13, 8: 13, 9: 3 };
/** Least body length of a message with a payload, id included. */
const LEAST = { 5: 1, 7: 9, 20: 2 };

/** The same of the Fast extension (BEP 6), and of version 2 (BEP 52). */
const FIXED_FAST = { 13: 5, 14: 1, 15: 1, 16: 13, 17: 5 };
const FIXED_V2 = { 21: 49, 23: 49 };

/** Events of messages that name a piece, a block, or hashes. */
const NAMES = {
  13: 'suggest',
  14: 'have-all',
  15: 'have-none',
  16: 'reject',
  17: 'allowed-fast',
  21: 'hash-request',
  22: 'hashes',
  23: 'hash-reject',
};

/** Longest block that may be asked for: `maxBlockSize`, and most requests that are kept. */
const LONGEST_BLOCK = 2 ** 17;
const MOST_REQUESTS = 2000;

/** How often a peer may say that it has all pieces, or none. */
const MOST_FILLS = 8;

/**
 * How many hashes there have to be (BEP 52): the base layer's, and an uncle for each layer of the
 * proof that they do not make up.
 * @param {number} length
 * @param {number} proofLayers
 */
function hashCount(length, proofLayers) {
  let height = 0;
  while (2 ** height < length) height++;
  return length + Math.max(0, proofLayers - (height - 1));
}

/**
 * @typedef {object} Limits
 * @property {number} maxMessageSize
 * @property {number} maxPieces
 * @property {number | null} pieceCount
 * @property {import('./speaking.js').Announced} [announces] what the reader has, before it read
 * @property {string[] | null} [uses] names of the extensions the reader has in use
 * @property {number} [mostFills]
 */

class Naive {
  #limits;
  #stream;
  #onMessage;
  /** Bytes that are messages already, and bytes that have come. */
  #at = 0;
  #end = 0;
  #shaken = false;
  /** Whether the bitfield or block under way was found to fit when its head had come. */
  #judged = false;
  /** What the peer has announced besides, and what of that the reader has too. */
  #hasFast = false;
  #hasV2 = false;
  #fills = 0;
  /** Requests that wait for an answer. @type {number[][]} */
  #requests = [];
  /** Names of the peer's extensions. @type {Set<string>} */
  #names = new Set();

  /** Blocks whose requests are refused: by a peer that speaks Fast, and only unanswered ones. */
  rejects = /** @type {number[][]} */ ([]);
  /** What extensions are told: name and hook. */
  told = /** @type {string[]} */ ([]);
  /** Whether the extension handshake is sent to the peer. */
  introduces = false;
  /** @type {string | null} */
  failure = null;

  /**
   * @param {Limits} limits
   * @param {Buffer} stream all that is going to come
   * @param {(name: string, ...args: any[]) => void} onMessage
   */
  constructor(limits, stream, onMessage) {
    this.#limits = { ...limits };
    this.#stream = stream;
    this.#onMessage = onMessage;
  }

  set pieceCount(count) {
    this.#limits.pieceCount = count;
  }

  /** @param {number} length bytes that have come, after those before */
  advance(length) {
    this.#end += length;
    while (this.failure === null && this.#next());
  }

  /** Takes one message, if there is one. @returns {boolean} */
  #next() {
    const rest = this.#stream.subarray(this.#at, this.#end);
    if (!this.#shaken) return this.#handshake(rest);
    if (rest.length < 4) return false;
    const length = rest.readUInt32BE(0);
    if (length > this.#limits.maxMessageSize) return this.#fail('ERR_PWP_MESSAGE_TOO_LONG');
    if (length === 0) return this.#take(4, 'keep-alive');
    if (rest.length < 5) return false;
    const id = rest[4];
    if (id in FIXED_FAST && this.#limits.announces?.fast && !this.#hasFast) {
      return this.#fail('ERR_PWP_FAST_NOT_NEGOTIATED');
    }
    const fixed = {
      ...FIXED,
      ...(this.#hasFast ? FIXED_FAST : {}),
      ...(this.#hasV2 ? FIXED_V2 : {}),
    };
    const isHashes = this.#hasV2 && id === 22;
    if (
      length !== (fixed[id] ?? length) ||
      length < (LEAST[id] ?? 0) ||
      (isHashes && (length < 81 || (length - 49) % 32 !== 0))
    ) {
      return this.#fail('ERR_PWP_MESSAGE_LENGTH');
    }
    const isWhole = rest.length >= 4 + length;
    const body = rest.subarray(5, 4 + length);
    const count = this.#limits.pieceCount;
    if (id === 5) {
      const full = Math.ceil((count ?? this.#limits.maxPieces) / 8);
      const fits = count === null ? length - 1 <= full : length - 1 === full;
      if (!fits && (isWhole || !this.#judged)) return this.#fail('ERR_PWP_BITFIELD_LENGTH');
      this.#judged = true;
    }
    if (id === 7 && rest.length >= 13 && !this.#judged) {
      if (this.#refuses(body.readUInt32BE(0), body.readUInt32BE(4), length - 9)) return false;
      this.#judged = true;
    }
    if (!isWhole) return false;
    this.#judged = false;
    const size = 4 + length;
    switch (id) {
      case 4:
        if (body.readUInt32BE(0) >= (count ?? this.#limits.maxPieces)) {
          return this.#fail('ERR_PWP_PIECE_INDEX');
        }
        return this.#take(size, 'have', body.readUInt32BE(0));
      case 5:
        if (count !== null && count % 8 !== 0 && body.at(-1) & (0xff >> (count % 8))) {
          return this.#fail('ERR_PWP_BITFIELD_SPARE_BITS');
        }
        return this.#take(size, 'bitfield', body);
      case 6:
      case 8: {
        const block = [0, 4, 8].map((at) => body.readUInt32BE(at));
        if (this.#refuses(block[0], block[1], block[2])) return false;
        if (id === 8) {
          const same = this.#requests.findIndex((one) => one.join() === block.join());
          if (same !== -1) this.rejects.push(...this.#requests.splice(same, 1));
          return this.#take(size, 'cancel', ...block);
        }
        if (block[2] === 0 || block[2] > LONGEST_BLOCK || this.#requests.length === MOST_REQUESTS) {
          this.rejects.push(block);
          return this.#pass(size);
        }
        this.#requests.push(block);
        return this.#take(size, 'request', ...block);
      }
      case 7:
        return this.#take(
          size,
          'piece',
          body.readUInt32BE(0),
          body.readUInt32BE(4),
          body.subarray(8),
        );
      case 9:
        return this.#take(size, 'port', body.readUInt16BE(0));
      case 20:
        return this.#extended(size, body[0], body.subarray(1));
      default:
        if (id < 4) return this.#take(size, BARE[id]);
        if (this.#hasFast && id in FIXED_FAST) return this.#fast(size, id, body);
        if (this.#hasV2 && id >= 21 && id <= 23) return this.#hashes(size, id, body);
        return this.#take(size, 'unknownmessage', rest.subarray(4, size));
    }
  }

  /** @param {Buffer} rest */
  #handshake(rest) {
    if (!NAME.subarray(0, rest.length).equals(rest.subarray(0, 20))) {
      return this.#fail('ERR_PWP_NOT_BITTORRENT');
    }
    if (rest.length < 68) return false;
    this.#shaken = true;
    const { announces, uses } = this.#limits;
    const [fast, v2] = [(rest[27] & 4) !== 0, (rest[27] & 0x10) !== 0];
    this.#hasFast = fast && announces?.fast === true;
    // By its hash, or because the peer has answered with another than it was given.
    const isOther = !rest.subarray(28, 48).equals(INFO_HASH);
    this.#hasV2 = announces?.v2 === true && (announces.isHashV2 || isOther);
    const extensions = {
      dht: (rest[27] & 1) !== 0,
      extended: (rest[25] & 0x10) !== 0,
      ...(fast && { fast }),
      ...(v2 && { v2 }),
    };
    this.introduces = Boolean(uses) && extensions.extended;
    for (const name of uses ?? []) this.told.push(`${name} onHandshake`);
    return this.#take(68, 'handshake', rest.subarray(28, 48), rest.subarray(48, 68), extensions);
  }

  /** @param {number} size @param {number} id @param {Buffer} payload */
  #extended(size, id, payload) {
    const { uses } = this.#limits;
    if (!uses) return this.#take(size, 'extended', id, payload);
    if (id !== 0) {
      const name = uses[id - 1];
      if (name !== undefined) this.told.push(`${name} onMessage`);
      return this.#take(size, 'extended', name ?? id, payload);
    }
    const said = readHandshake(payload);
    if (said === null) return this.#pass(size);
    for (const [name, number] of Object.entries(said.m ?? {})) {
      if (number === 0) this.#names.delete(name);
      else if (Number.isSafeInteger(number) && number > 0 && number < 256) this.#names.add(name);
    }
    for (const name of uses) {
      if (this.#names.has(name)) this.told.push(`${name} onExtendedHandshake`);
    }
    return this.#take(size, 'extended', 'handshake', said);
  }

  /** @param {number} size @param {number} id @param {Buffer} body */
  #fast(size, id, body) {
    const numbers = Array.from({ length: body.length / 4 }, (_, i) => body.readUInt32BE(4 * i));
    if (numbers.length > 0 && this.#refuses(numbers[0], numbers[1] ?? 0, numbers[2] ?? 0)) {
      return false;
    }
    if (numbers.length === 0 && ++this.#fills > (this.#limits.mostFills ?? MOST_FILLS)) {
      return this.#fail('ERR_PWP_HAVE_REPEATED');
    }
    return this.#take(size, NAMES[id], ...numbers);
  }

  /** @param {number} size @param {number} id @param {Buffer} body */
  #hashes(size, id, body) {
    const numbers = [32, 36, 40, 44].map((at) => body.readUInt32BE(at));
    const hashes = body.subarray(48);
    const isMatching = numbers[2] > 0 && hashes.length / 32 === hashCount(numbers[2], numbers[3]);
    if (id === 22 && !isMatching) return this.#fail('ERR_PWP_MESSAGE_LENGTH');
    const args = [body.subarray(0, 32), ...numbers, ...(id === 22 ? [hashes] : [])];
    return this.#take(size, NAMES[id], ...args);
  }

  /** @param {number} piece @param {number} offset @param {number} length */
  #refuses(piece, offset, length) {
    const { pieceCount } = this.#limits;
    if (pieceCount !== null && piece >= pieceCount) this.#fail('ERR_PWP_PIECE_INDEX');
    else if (offset + length > 2 ** 32) this.#fail('ERR_PWP_BLOCK_RANGE');
    return this.failure !== null;
  }

  /** @param {number} size of a message that nobody is told of */
  #pass(size) {
    this.#at += size;
    return true;
  }

  /** @param {number} size @param {string} name @param {...any} args */
  #take(size, name, ...args) {
    this.#at += size;
    this.#onMessage(name, ...args);
    return true;
  }

  /** @param {string} code */
  #fail(code) {
    this.failure = code;
    return false;
  }
}

module.exports = { Naive };
