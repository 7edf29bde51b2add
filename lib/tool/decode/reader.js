'use strict';

const { dictionaryLength } = require('../../addon.js');
const { decodeDictionary } = require('../../bencoding.js');
const { decodeExtendedHandshake, updateMapping } = require('../../extended-handshake.js');
const Framing = require('./framing.js');
const Messages = require('./messages.js');

/** What a handshake begins with (BEP 3). */
const BEGINNING = Buffer.from('\x13BitTorrent protocol', 'latin1');

/**
 * What is told of a direction.
 * @typedef {object} Listener
 * @property {(message: import('./messages.js').Message, extra: Extra | null) => void} onMessage
 * @property {(code: string, message: string) => void} onViolation
 * @property {(bytes: number, isInBlock: boolean) => void} onGap bytes that were not captured
 */

/**
 * What is in an extended message.
 * @typedef {{ name: string | null, value: Record<string, any> | null, rest: number }} Extra the value is
 *   the dictionary at its front, and `rest` how many bytes are behind it
 */

/** What one side of a connection says, from its first byte on. */
class Reader {
  /** @type {Messages | null} */
  #messages = null;
  /** @type {Buffer} */
  #beginning = Buffer.alloc(0);
  #framing = new Framing();
  #isOver = false;
  #listener;

  /** What the other side says, where that is known. @type {Reader | null} */
  other = null;
  bytes = 0;
  messages = 0;
  /** What it has announced. @type {import('./messages.js').Extensions | null} */
  announced = null;
  /** Ids by the names of its extensions. @type {Record<string, number>} */
  mapping = {};
  /** Whether it begins with a handshake; null while that is not known. @type {boolean | null} */
  isBitTorrent = null;

  /** @param {Listener} listener */
  constructor(listener) {
    this.#listener = listener;
  }

  /** Whether it ends in the middle of a message. */
  get isCut() {
    return this.isBitTorrent === true && !this.#isOver && !this.#framing.isBetween;
  }

  /** @param {Buffer} bytes that come next */
  async push(bytes) {
    this.bytes += bytes.length;
    if (this.#isOver) return;
    const all = this.#messages === null ? Buffer.concat([this.#beginning, bytes]) : bytes;
    if (this.#messages === null && !this.#begin(all)) return;
    await this.#read(all);
  }

  /** @param {number} count of bytes that were not captured */
  async gap(count) {
    if (this.#isOver) return;
    const isInBlock = count <= this.#framing.blockLeft;
    this.#listener.onGap(count, isInBlock);
    if (isInBlock) {
      // In their place anything does: a block is only measured.
      await this.#read(Buffer.alloc(count));
    } else this.#isOver = true;
  }

  /**
   * @param {Buffer} all that has come
   * @returns {boolean} whether there is something to be read
   */
  #begin(all) {
    const known = Math.min(all.length, BEGINNING.length);
    if (!all.subarray(0, known).equals(BEGINNING.subarray(0, known))) {
      this.isBitTorrent = false;
      this.#isOver = true;
      this.#beginning = Buffer.alloc(0);
      return false;
    }
    if (known < BEGINNING.length) {
      this.#beginning = all;
      return false;
    }
    this.isBitTorrent = true;
    this.#messages = new Messages(
      (message) => this.#onMessage(message),
      () => this.other?.announced ?? null,
    );
    return true;
  }

  /** @param {Buffer} bytes */
  async #read(bytes) {
    const messages = /** @type {Messages} */ (this.#messages);
    this.#framing.push(bytes);
    await messages.write(bytes);
    const { violation } = messages;
    if (violation === null) return;
    this.#isOver = true;
    this.#listener.onViolation(violation.code ?? 'no code', violation.message);
  }

  /** @param {import('./messages.js').Message} message */
  #onMessage(message) {
    this.messages++;
    if (message.type === 'handshake') this.announced = /** @type {any} */ (message.numbers);
    const isExtended = message.type === 'extended' && message.payload !== null;
    this.#listener.onMessage(message, isExtended ? this.#extraOf(message) : null);
  }

  /**
   * @param {import('./messages.js').Message} message
   * @returns {Extra}
   */
  #extraOf({ numbers, payload }) {
    const { id } = numbers;
    const bytes = /** @type {Buffer} */ (payload);
    // Read, and held by nobody else: a view is enough.
    const value = decodeDictionary(bytes);
    if (id === 0) {
      const m = decodeExtendedHandshake(bytes)?.m;
      if (m !== undefined) updateMapping(this.mapping, m);
    }
    return {
      name: id === 0 ? 'handshake' : (this.other?.nameOf(id) ?? null),
      value,
      rest: bytes.length - (value === null ? 0 : dictionaryLength(bytes)),
    };
  }

  /**
   * @param {unknown} id
   * @returns {string | undefined} of its extensions, what has this id: those it is sent have it
   */
  nameOf(id) {
    return Object.keys(this.mapping).find((name) => this.mapping[name] === id);
  }

  close() {
    this.#messages?.close();
  }
}

module.exports = Reader;
