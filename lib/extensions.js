'use strict';

const bencoding = require('./bencoding.js');
const { invalidType, messageOf, outOfRange, unknownExtension, violation } = require('./errors.js');
const { updateMapping } = require('./extended-handshake.js');
const { addLookup, removeLookup } = require('./pieces.js');
const { isFit } = require('./published.js');
const { callable } = require('./validate.js');

/** @typedef {import('./wire.js')} Wire */

/**
 * What a class given to `use()` makes, the same as for bittorrent-protocol.
 * @typedef {object} Handler
 * @property {(infoHash: string, peerId: string, extensions: object) => void} [onHandshake]
 * @property {(handshake: object) => void} [onExtendedHandshake]
 * @property {(payload: Buffer) => void} [onMessage]
 */

/** Ids of extended messages are a byte, of which 0 is the extension handshake's (BEP 10). */
const MOST_EXTENSIONS = 255;

/**
 * The extension protocol of one wire (BEP 10): which extensions each side has, by which number, and
 * who is told. Nothing is sent, and nothing of what comes is looked at, until one is in use.
 */
class Extensions {
  #wire;
  #hasPiece;
  #refuse;
  /** Ours, by name. @type {Map<string, Handler>} */
  #handlers = new Map();
  /** Names of ours that the peer had once. @type {Set<string>} */
  #takenAway = new Set();
  #nextId = 1;
  #isScheduled = false;

  /** Names of our extensions by their ids. @type {Record<number, string>} */
  mapping = {};
  /** Ids of the peer's extensions by their names. @type {Record<string, number>} */
  peerMapping = {};
  /** What we send besides `m`. @type {Record<string, any>} */
  handshake = {};
  /** What the peer sent last. @type {Record<string, any>} */
  peerHandshake = {};

  /**
   * @param {Wire} wire
   * @param {(index: number) => boolean | undefined} hasPiece
   * @param {(reason: Error) => void} refuse closes the wire for what its peer sent
   */
  constructor(wire, hasPiece, refuse) {
    this.#wire = wire;
    this.#hasPiece = hasPiece;
    this.#refuse = refuse;
  }

  get isUsed() {
    return this.#handlers.size > 0;
  }

  /**
   * @param {any} Extension a class whose prototype has a name
   */
  use(Extension) {
    callable(Extension, 'Extension');
    const name = Extension.prototype?.name;
    if (typeof name !== 'string' || name === '') {
      throw invalidType('Extension.prototype.name', 'a name', name);
    }
    const isNew = !this.#handlers.has(name);
    if (isNew && name in this.#wire) {
      throw outOfRange('Extension.prototype.name', 'a name that means nothing to a wire', name);
    }
    if (isNew && this.#nextId > MOST_EXTENSIONS) {
      throw outOfRange('Extension', `one of ${MOST_EXTENSIONS} at most`, name);
    }
    const handler = this.#make(Extension);
    if (isNew) this.mapping[this.#nextId++] = name;
    this.#handlers.set(name, handler);
    /** @type {any} */ (this.#wire)[name] = handler;
  }

  /**
   * @param {any} Extension whose constructor may look at what the peer has
   * @returns {Handler}
   */
  #make(Extension) {
    const { peerPieces } = this.#wire;
    if (!this.isUsed) addLookup(peerPieces, this.#hasPiece);
    try {
      return new Extension(this.#wire);
    } catch (error) {
      if (!this.isUsed) removeLookup(peerPieces);
      throw error;
    }
  }

  /**
   * @param {string} name
   * @returns {number | null} the id by which the peer knows it; null for one of ours that the peer has
   *   taken away: an extension that is in the middle of something must not throw for that
   */
  idOf(name) {
    if (Object.hasOwn(this.peerMapping, name)) return this.peerMapping[name];
    if (this.#takenAway.has(name)) return null;
    throw unknownExtension(name);
  }

  /** Sends the extension handshake. */
  send() {
    this.#isScheduled = false;
    /** @type {Record<string, number>} */
    const m = {};
    for (const [id, name] of Object.entries(this.mapping)) m[name] = Number(id);
    /** @type {Record<string, any>} */
    const handshake = { ...this.handshake, m };
    // bittorrent-protocol takes `upload_only: true`.
    for (const [key, value] of Object.entries(handshake)) {
      if (typeof value === 'boolean') handshake[key] = Number(value);
    }
    this.#wire.extended(0, bencoding.encode(handshake));
  }

  /** Sends it at the end of the tick: for extensions put to use after it was due. */
  sendSoon() {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    process.nextTick(() => {
      if (this.#isScheduled) this.send();
    });
  }

  /**
   * The peer's handshake has come.
   * @param {Buffer} infoHash
   * @param {Buffer} peerId
   * @param {object} extensions
   * @returns {boolean} whether all went well
   */
  onHandshake(infoHash, peerId, extensions) {
    const hashes = [infoHash.toString('hex'), peerId.toString('hex')];
    const names = [...this.#handlers.keys()];
    return names.every((name) => this.#tell(name, 'onHandshake', ...hashes, extensions));
  }

  /**
   * @param {number} id of ours
   * @param {Buffer} payload
   */
  onMessage(id, payload) {
    const name = this.mapping[id];
    const isTold = name !== undefined && isFit(name, payload);
    if (isTold && !this.#tell(name, 'onMessage', payload)) return;
    this.#wire.emit('extended', name ?? id, payload);
  }

  /** @param {Record<string, any>} handshake of the peer */
  onExtendedHandshake(handshake) {
    this.peerHandshake = handshake;
    if (handshake.m !== undefined) this.#updateMapping(handshake.m);
    for (const name of this.#handlers.keys()) {
      if (!Object.hasOwn(this.peerMapping, name)) continue;
      if (!this.#tell(name, 'onExtendedHandshake', handshake)) return;
    }
    this.#wire.emit('extended', 'handshake', handshake);
  }

  /** @param {Record<string, unknown>} changes */
  #updateMapping(changes) {
    const had = [...this.#handlers.keys()].filter((name) => Object.hasOwn(this.peerMapping, name));
    updateMapping(this.peerMapping, changes);
    for (const name of had) this.#takenAway.add(name);
  }

  /**
   * Calls an extension. What it throws is most often the peer's doing, a message it does not expect:
   * that must cost the connection, not the process.
   * @param {string} name
   * @param {'onHandshake' | 'onExtendedHandshake' | 'onMessage'} hook
   * @param {any[]} args
   * @returns {boolean} whether it went well
   */
  #tell(name, hook, ...args) {
    const handler = /** @type {any} */ (this.#handlers.get(name));
    if (typeof handler?.[hook] !== 'function') return true;
    try {
      handler[hook](...args);
      return true;
    } catch (error) {
      const message = `extension ${name} threw: ${messageOf(error)}`;
      this.#refuse(violation('ERR_PWP_EXTENSION', message, { cause: error }));
      return false;
    }
  }
}

module.exports = Extensions;
