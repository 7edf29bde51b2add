'use strict';

const { subscribe } = require('node:diagnostics_channel');
const pwp = require('../../../index.js');

/**
 * A message: what it is called in the events, its numbers, and its bytes where it has some.
 * @typedef {{ type: string, numbers: Record<string, number | boolean>, payload: Buffer | null,
 *   handshake: { infoHash: Buffer, peerId: Buffer } | null }} Message
 */

/** @typedef {import('../../../index.js').PeerExtensions} Extensions */

/** Read at once: each message takes an object, and the shortest has four bytes. */
const MOST_AT_ONCE = 16 * 1024;

/** More than a stream can hold: nobody reads what a wire answers, so it is never too much. */
const NO_BOUND = 2 ** 50;

/** @type {WeakMap<object, Messages>} */
const readers = new WeakMap();
let isSubscribed = false;

function listenToAll() {
  if (isSubscribed) return;
  isSubscribed = true;
  subscribe('peer-wire-protocol:received', (traced) => {
    const { wire, message } = /** @type {any} */ (traced);
    readers.get(wire)?.onTraced(message);
  });
}

/**
 * What one side of a connection has sent, read by a wire as its peer's. The messages and their numbers
 * come as the wire publishes them, before it judges what they mean; what is in them by its events.
 */
class Messages {
  /** @type {Message[]} */
  #queue = [];
  /** Those before it have their bytes: they come in order. */
  #filled = 0;
  #onMessage;
  #theirs;

  /**
   * @param {(message: Message) => void} onMessage
   * @param {() => Extensions | null} theirs what the other side has announced, if that is known: else it
   *   is taken to have announced the same
   */
  constructor(onMessage, theirs) {
    listenToAll();
    this.#onMessage = onMessage;
    this.#theirs = theirs;
    const wire = pwp({ encryption: 'off', maxBacklog: NO_BOUND });
    this.wire = wire;
    readers.set(wire, this);
    wire.resume();
    wire.on('handshake', (infoHash, peerId, extensions) => {
      const found = this.#take('handshake');
      if (found) found.handshake = { infoHash, peerId };
      this.#answer(infoHash, /** @type {Extensions} */ (extensions));
    });
    for (const type of /** @type {const} */ (['bitfield', 'unknownmessage'])) {
      wire.on(type, (bytes) => this.#fill(type, bytes));
    }
    wire.on('piece', (_piece, _offset, block) => this.#fill('piece', block));
    wire.on('extended', (_id, payload) => this.#fill('extended', payload));
    for (const type of /** @type {const} */ (['hash-request', 'hash-reject'])) {
      wire.on(type, (root) => this.#fill(type, root));
    }
    wire.on('hashes', (root, _base, _index, _length, _proof, hashes) =>
      this.#fill('hashes', Buffer.concat([root, hashes])),
    );
  }

  /** Why nothing more can be read, if the peer is to blame. */
  get violation() {
    return this.wire.closeReason;
  }

  /** @param {Record<string, any>} message */
  onTraced({ type, ...numbers }) {
    this.#queue.push({ type, numbers, payload: null, handshake: null });
  }

  /**
   * @param {string} type
   * @returns {Message | undefined} the message that an event is about
   */
  #take(type) {
    while (this.#filled < this.#queue.length) {
      const message = this.#queue[this.#filled++];
      if (message.type === type) return message;
    }
  }

  /**
   * @param {string} type
   * @param {Buffer} bytes
   */
  #fill(type, bytes) {
    const found = this.#take(type);
    if (found !== undefined) found.payload = bytes;
  }

  /**
   * Announces to the peer what the other side has announced: it decides what its messages mean.
   * @param {Buffer} infoHash
   * @param {Extensions} announced
   */
  #answer(infoHash, announced) {
    const { fast, v2 } = this.#theirs() ?? announced;
    // The wire is of version 2 where its info hash is known to be, which nobody can tell from 20 bytes.
    const hash = v2 && announced.v2 ? Buffer.concat([infoHash, Buffer.alloc(12)]) : infoHash;
    this.wire.handshake(hash, Buffer.alloc(20), { fast: fast === true, v2: v2 === true });
  }

  /** @param {Buffer} bytes that come next */
  async write(bytes) {
    for (let at = 0; at < bytes.length; at += MOST_AT_ONCE) {
      const part = bytes.subarray(at, at + MOST_AT_ONCE);
      if (this.wire.closeReason !== null) return;
      await new Promise((resolve) => this.wire.write(part, resolve));
      const queue = this.#queue;
      this.#queue = [];
      this.#filled = 0;
      for (const message of queue) this.#onMessage(message);
    }
  }

  close() {
    this.wire.destroy();
  }
}

module.exports = Messages;
