'use strict';

// The protocol once more, with nothing but simplicity: what all bytes so far say, from BEP 3, 5 and
// 10 and the README's table of reasons to close.

const NAME = Buffer.from('\x13BitTorrent protocol', 'latin1');
const BARE = ['choke', 'unchoke', 'interested', 'uninterested'];

/** Exact body length of a message of fixed length, id included. */
const FIXED = { 0: 1, 1: 1, 2: 1, 3: 1, 4: 5, 6: 13, 8: 13, 9: 3 };
/** Least body length of a message with a payload, id included. */
const LEAST = { 5: 1, 7: 9, 20: 2 };

/** Longest block that may be asked for: `maxBlockSize`. */
const LONGEST_BLOCK = 2 ** 17;

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
  /** @type {string | null} */
  failure = null;

  /**
   * @param {{ maxMessageSize: number, maxPieces: number, pieceCount: number | null }} limits
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
    if (length !== (FIXED[id] ?? length) || length < (LEAST[id] ?? 0)) {
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
        if (id === 6 && (block[2] === 0 || block[2] > LONGEST_BLOCK)) return this.#pass(size);
        return this.#take(size, id === 6 ? 'request' : 'cancel', ...block);
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
        return this.#take(size, 'extended', body[0], body.subarray(1));
      default:
        if (id < 4) return this.#take(size, BARE[id]);
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
    const extensions = { dht: (rest[27] & 1) !== 0, extended: (rest[25] & 0x10) !== 0 };
    return this.#take(68, 'handshake', rest.subarray(28, 48), rest.subarray(48, 68), extensions);
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
