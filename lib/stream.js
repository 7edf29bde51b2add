'use strict';

const { Duplex } = require('node:stream');

const Pipes = require('./pipes.js');
const { traceClosed } = require('./trace.js');
const { defer, isExhausted } = require('./turn.js');

/** @typedef {import('./inbound.js')} Inbound */

/** Longest chunk delivered without Node's own bookkeeping: what libuv reads at once, in bytes. */
const LONGEST_AT_ONCE = 64 * 1024;

function noop() {}

/**
 * The wire whose `write()` may call its `_write()`. What a handler throws is then the writer's; for a
 * chunk that Node had kept it is nobody's, and out of there it would stop Node's own bookkeeping.
 * @type {WireStream | null}
 */
let writing = null;

/**
 * What of a wire is a stream: how chunks come in, how bytes are read, how it ends. What is said over
 * it is the subclass's.
 */
class WireStream extends Duplex {
  #session = /** @type {Inbound} */ (/** @type {unknown} */ (null));
  #closed = false;

  /** @type {(Error & { code?: string }) | null} */
  closeReason = null;

  /**
   * Joins a stream with the conversation it carries. That knows the wire, so it is made after it.
   * @param {WireStream} stream
   * @param {Inbound} session
   */
  static attach(stream, session) {
    stream.#session = session;
    stream.on('finish', stream.#onFinish);
  }

  /**
   * @param {WireStream} stream
   * @returns {Inbound} the conversation it carries
   */
  static sessionOf(stream) {
    return stream.#session;
  }

  /**
   * Closes a wire for what its peer does, and reads nothing more of it.
   * @param {WireStream} stream
   * @param {Error} reason
   */
  static refuse(stream, reason) {
    stream.#session.refuse(reason);
  }

  /**
   * Ends both sides. Unlike other streams' it lets what was sent before go out: `close` is emitted
   * at once, then come `finish` and `end`.
   * @param {Error | null} [error] why
   */
  destroy(error) {
    if (this.#closed) {
      // From inside a `close` handler: the end must not wait for the other handlers.
      this.end();
      return this;
    }
    this.#closed = true;
    this.closeReason = error ?? this.closeReason ?? this.#session.unanswered;
    traceClosed(this);
    try {
      if (error && this.listenerCount('error') > 0) this.emit('error', error);
      this.emit('close');
    } finally {
      this.end();
      if (this.writableFinished) process.nextTick(WireStream.#drain, this);
    }
    return this;
  }

  // What Node's own stream functions ask, such as `finished`, once `close` has been emitted.
  // @ts-expect-error Node has accessors here too, which its types call properties.
  get destroyed() {
    return this.#closed;
  }

  // @ts-expect-error as above
  get closed() {
    return this.#closed;
  }

  // @ts-expect-error as above
  get errored() {
    return this.closeReason;
  }

  /**
   * @param {number} [size]
   * @returns {any}
   */
  read(size) {
    this.#session.outbound.flush();
    if (size !== 0 && this.readableLength > 0 && this.readableFlowing)
      this.#session.outbound.pipes?.gather();
    const chunk = super.read(size);
    this.#session.outbound.resumeUploads();
    return chunk;
  }

  /**
   * @template {NodeJS.WritableStream} T
   * @param {T} destination
   * @param {{ end?: boolean }} [options]
   * @returns {T}
   */
  pipe(destination, options) {
    this.#session.outbound.pipes ??= new Pipes();
    this.#session.outbound.pipes.add(destination);
    return super.pipe(destination, options);
  }

  /** @param {NodeJS.WritableStream} [destination] */
  unpipe(destination) {
    this.#session.outbound.pipes?.remove(destination);
    super.unpipe(destination);
    // The last reader has gone after the peer did: `end` must come all the same.
    if (this.writableFinished && this.#unread) process.nextTick(WireStream.#drain, this);
    return this;
  }

  /**
   * A chunk is decoded, and its messages delivered, before this returns: there is nothing to wait
   * for and no queue to keep, so the stream's own bookkeeping is left out where it would only say so.
   * @param {any} chunk
   * @param {any} [encoding]
   * @param {any} [callback]
   * @returns {boolean}
   */
  write(chunk, encoding, callback) {
    if (
      encoding !== undefined ||
      callback !== undefined ||
      !(chunk instanceof Uint8Array) ||
      chunk.length > LONGEST_AT_ONCE ||
      this.writableLength > 0 ||
      this.writableCorked > 0 ||
      this.writableEnded ||
      this.#session.busy ||
      isExhausted()
    ) {
      // Node forgets to finish a stream that ends inside a corked write nobody waits for.
      const awaited = callback !== undefined || typeof encoding === 'function';
      const outer = writing;
      writing = this;
      try {
        return super.write(chunk, encoding, awaited ? callback : noop);
      } finally {
        writing = outer;
      }
    }
    this.#session.write(chunk, null);
    return true;
  }

  /**
   * @param {any} [chunk]
   * @param {any} [encoding]
   * @param {any} [callback]
   * @returns {this}
   */
  end(chunk, encoding, callback) {
    if (chunk === undefined || chunk === null || typeof chunk === 'function') {
      return super.end(chunk, encoding, callback);
    }
    // With a callback of ours, as in write(): Node forgets to finish a stream that ends inside it.
    this.write(chunk, typeof encoding === 'function' ? undefined : encoding);
    return super.end(typeof encoding === 'function' ? encoding : callback);
  }

  /**
   * @param {Uint8Array} chunk
   * @param {BufferEncoding} _encoding
   * @param {() => void} callback
   */
  _write(chunk, _encoding, callback) {
    const isWritten = writing === this;
    writing = null;
    if (isExhausted()) {
      defer(() => this.#session.write(chunk, callback));
      return;
    }
    try {
      this.#session.write(chunk, callback);
    } catch (error) {
      if (isWritten) throw error;
      process.nextTick(() => {
        throw error;
      });
    }
  }

  _read() {
    // Messages are pushed as they are sent.
  }

  #onFinish() {
    // A wire cannot be half open.
    this.closeReason ??= this.#session.unanswered;
    this.#session.outbound.close();
    this.push(null);
    try {
      this.#session.close();
    } finally {
      if (this.#closed || this.#unread) process.nextTick(WireStream.#drain, this);
    }
  }

  /** Whether nobody reads: no pipe, no listener. */
  get #unread() {
    return this.listenerCount('data') === 0 && this.listenerCount('readable') === 0;
  }

  /**
   * Reads what is left, so that `end` comes even where nobody reads, or no longer.
   * @param {WireStream} wire
   */
  static #drain(wire) {
    while (wire.read() !== null);
  }
}

module.exports = WireStream;
