'use strict';

const { FastBuffer } = require('./memory.js');
const Uploads = require('./uploads.js');

/** @typedef {import('./wire.js')} Wire */
/** @typedef {import('./options.js').Options} Options */

/** All memory that messages are encoded into: what lies elsewhere is somebody's payload. */
const messageMemory = new WeakSet();

/**
 * @param {Uint8Array[]} pieces
 * @returns {number} how many bytes of them are messages, and not somebody's payload
 */
function messageBytes(pieces) {
  let bytes = 0;
  for (const piece of pieces) if (messageMemory.has(piece.buffer)) bytes += piece.length;
  return bytes;
}

/**
 * How what one wire sends leaves it: bytes that are encoded go to the reader, encrypted where the wire
 * is, and what lies unread holds back the blocks that are asked for.
 */
class Outlet {
  wire;
  options;

  /** Bytes of payload not yet pushed. */
  pending = 0;
  /**
   * Encoded but not yet pushed: a list of pieces, when there are several; else one of somebody's
   * bytes or a part of the messages' memory that is still being added to.
   */
  #ready = /** @type {Uint8Array[] | null} */ (null);
  #whole = /** @type {Uint8Array | null} */ (null);
  #memory = /** @type {ArrayBufferLike | null} */ (null);
  #start = 0;
  #end = 0;
  #pushing = false;

  /** Told when pending bytes have been pushed, and when they wait. @type {Uploads | null} */
  #uploads = null;

  /** What hides all that is sent, on a wire that may be encrypted. @type {import('./encryption.js') | null} */
  encryption = null;

  /** What the wire is piped into, once it was. @type {import('./pipes.js') | null} */
  pipes = null;

  /**
   * @param {Wire} wire whose readable side the bytes go to
   * @param {Options} options
   */
  constructor(wire, options) {
    this.wire = wire;
    this.options = options;
  }

  /** For what has to be pushed later: see Outbound. */
  schedule() {}

  /** The blocks the peer asked for: kept track of from the first on. */
  get uploads() {
    // The cast: an outlet is always one of messages too.
    this.#uploads ??= new Uploads(this.wire, /** @type {any} */ (this), this.options);
    return this.#uploads;
  }

  /** Forgets the peer's requests, those too that a caller has taken out of the list. */
  clearUploads() {
    if (this.#uploads !== null || this.wire.peerRequests.length > 0) this.uploads.clear();
  }

  /** The peer's requests can wait no longer, or need not. */
  resumeUploads() {
    if (this.#uploads !== null) this.#uploads.resume();
  }

  /** Bytes pushed that nobody has taken. */
  get unread() {
    return this.wire.readableLength;
  }

  /** Whether more lies unread than the high water mark. */
  get congested() {
    const held = this.encryption === null ? 0 : this.encryption.held;
    return this.unread + this.pending + held > this.options.uploadHighWaterMark;
  }

  /** @param {Uint8Array} bytes */
  takeWhole(bytes) {
    if (this.#whole !== null || this.#memory !== null) this.#cut();
    if (this.#ready === null) this.#whole = bytes;
    else this.#ready.push(bytes);
  }

  /**
   * @param {ArrayBufferLike} memory which messages are being encoded into
   * @param {number} start where this wire's lie in it
   * @param {number} end
   */
  takePart(memory, start, end) {
    if (this.#end !== start || this.#memory !== memory) {
      if (this.#memory !== null || this.#whole !== null) this.#cut();
      this.#memory = memory;
      this.#start = start;
    }
    this.#end = end;
  }

  /** Puts what is not in the list of pieces there. */
  #cut() {
    this.#ready ??= [];
    if (this.#whole !== null) this.#ready.push(this.#whole);
    this.#whole = null;
    if (this.#memory === null) return;
    this.#ready.push(new FastBuffer(this.#memory, this.#start, this.#end - this.#start));
    this.#memory = null;
  }

  /**
   * Takes what is encoded, to be sent some other way than by pushing it.
   * @returns {Uint8Array[]}
   */
  collect() {
    this.#cut();
    const pieces = /** @type {Uint8Array[]} */ (this.#ready);
    this.#ready = null;
    this.pending = 0;
    return pieces;
  }

  /** Pushes what is encoded. */
  push() {
    // A `data` handler may send more, and even flush: the push under way goes first.
    if (this.#pushing) return;
    this.#pushing = true;
    try {
      if (this.encryption?.isSending) {
        this.#pushSealed(this.encryption);
      } else if (this.#ready !== null) {
        this.#pushAll();
      } else {
        let bytes = this.#whole;
        this.#whole = null;
        if (this.#memory !== null) {
          bytes = new FastBuffer(this.#memory, this.#start, this.#end - this.#start);
          this.#memory = null;
        }
        this.pending = 0;
        if (bytes !== null) this.#hand(bytes);
      }
    } finally {
      this.#pushing = false;
      this.resumeUploads();
    }
  }

  #pushAll() {
    this.#cut();
    const ready = /** @type {Uint8Array[]} */ (this.#ready);
    if (ready.length > 1 && this.pipes !== null) this.pipes.gather();
    let next = 0;
    try {
      while (next < ready.length) {
        const bytes = ready[next++];
        // Heads count too, which were not added: it only has to come to nothing in the end.
        this.pending -= Math.min(this.pending, bytes.length);
        this.#hand(bytes);
      }
    } finally {
      if (next === ready.length) {
        this.#ready = null;
      } else {
        ready.splice(0, next);
        this.schedule();
      }
    }
  }

  /**
   * Has what is encoded encrypted, and pushes what may leave.
   * @param {import('./encryption.js')} encryption
   */
  #pushSealed(encryption) {
    const pieces = this.collect();
    const messages = messageBytes(pieces);
    encryption.take(pieces);
    const { outgoing } = encryption;
    try {
      for (let bytes = outgoing.shift(); bytes !== undefined; bytes = outgoing.shift()) {
        this.#hand(bytes);
      }
    } finally {
      if (outgoing.length > 0) this.schedule();
    }
    if (messages > 0 && this.wire.readableLength > this.options.uploadHighWaterMark) {
      this.uploads.wait(messages);
    }
  }

  /**
   * Hands bytes to the reader: to a flowing stream's listeners at once, as `push` would after its
   * bookkeeping, which costs more than all the rest of a small message.
   * @param {Uint8Array} bytes
   */
  #hand(bytes) {
    const wire = this.wire;
    if (
      wire.readableFlowing === true &&
      wire.readableDidRead &&
      wire.readableLength === 0 &&
      wire.readableEncoding === null
    ) {
      wire.emit('data', bytes);
    } else {
      wire.push(bytes);
      if (
        wire.readableLength > this.options.uploadHighWaterMark &&
        messageMemory.has(bytes.buffer)
      ) {
        this.uploads.wait(bytes.length);
      }
    }
  }
}

module.exports = { Outlet, messageBytes, messageMemory };
