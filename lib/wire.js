'use strict';

const { Duplex } = require('node:stream');
const speedometer = require('speedometer');

const bencoding = require('./bencoding.js');
const Inbound = require('./inbound.js');
const Outbound = require('./outbound.js');
const Pipes = require('./pipes.js');
const { failure, outOfRange } = require('./errors.js');
const { guard } = require('./guards.js');
const { MOST_MILLISECONDS, MOST_PIECES, parseOptions } = require('./options.js');
const records = require('./records.js');
const { traceClosed } = require('./trace.js');
const { defer, isExhausted } = require('./turn.js');
const validate = require('./validate.js');

const { HASH_LENGTH, bytes, callable, integer, uint32, within } = validate;

/** Peers drop a connection that is silent for two minutes (BEP 3). */
const KEEP_ALIVE_INTERVAL = 60_000;

/** Longest chunk delivered without Node's own bookkeeping: what libuv reads at once, in bytes. */
const LONGEST_AT_ONCE = 64 * 1024;

function noop() {}

/**
 * The wire whose `write()` may call its `_write()`. What a handler throws is then the writer's; for a
 * chunk that Node had kept it is nobody's, and out of there it would stop Node's own bookkeeping.
 * @type {Wire | null}
 */
let writing = null;

/**
 * @param {Uint8Array | string} value
 * @param {'infoHash' | 'peerId'} name
 * @param {BufferEncoding} encoding of a string
 * @returns {Uint8Array}
 */
function toHash(value, name, encoding) {
  const hash = typeof value === 'string' ? Buffer.from(value, encoding) : value;
  bytes(hash, name);
  if (hash.length !== HASH_LENGTH) {
    throw outOfRange(
      `${name}.length`,
      'exactly 20: infoHash and peerId MUST have length 20',
      hash.length,
    );
  }
  return hash;
}

/**
 * One connection to a peer, as a Duplex stream: what the peer sends is written to it, what is to be
 * sent to the peer is read from it. The public surface is documented in index.d.ts.
 */
class Wire extends Duplex {
  #outbound;
  #session;
  /** @type {number | null} */
  #pieceCount;
  /** @type {NodeJS.Timeout | null} */
  #keepAlive = null;
  #closed = false;

  /** @param {object} [options] see index.d.ts */
  constructor(options) {
    const parsed = parseOptions(options);
    super();

    this.amChoking = true;
    this.amInterested = false;
    this.peerChoking = true;
    this.peerInterested = false;
    /** @type {boolean[]} */
    this.peerPieces = [];
    /** @type {{ dht?: boolean, extended?: boolean }} */
    this.peerExtensions = {};
    /** @type {string | null} */
    this.peerAddress = null;

    this.uploaded = 0;
    this.downloaded = 0;
    this.uploadSpeed = speedometer(parsed.speed);
    this.downloadSpeed = speedometer(parsed.speed);

    /** @type {any[]} */
    this.requests = [];
    /** @type {any[]} */
    this.peerRequests = [];

    /** @type {(Error & { code?: string }) | null} */
    this.closeReason = null;

    this.#pieceCount = parsed.pieceCount;
    this.#outbound = new Outbound(this, parsed);
    this.#session = new Inbound(this, this.#outbound);

    this.on('finish', this.#onFinish);
    if (parsed.handshakeTimeout > 0 || parsed.idleTimeout > 0) guard(this, this.#session, parsed);
  }

  get pieceCount() {
    return this.#pieceCount;
  }

  set pieceCount(count) {
    if (count !== null) integer(count, 'pieceCount', 1, MOST_PIECES);
    this.#pieceCount = count;
    if (!this.writableFinished) this.#session.pieceCount = count;
  }

  // Messages to the peer.

  /**
   * @param {Uint8Array | string} infoHash
   * @param {Uint8Array | string} peerId
   * @param {{ dht?: boolean }} [extensions]
   */
  handshake(infoHash, peerId, extensions) {
    const hashes = [toHash(infoHash, 'infoHash', 'hex'), toHash(peerId, 'peerId', 'utf8')];
    const flags = records.FLAG_EXTENDED | (extensions?.dht ? records.FLAG_DHT : 0);
    // Copied before anything is sent: what only claims to be bytes throws here.
    const payload = Buffer.concat(hashes);
    this.#outbound.one(records.HANDSHAKE, flags);
    this.#outbound.payload(payload);
  }

  choke() {
    if (this.amChoking) return;
    this.amChoking = true;
    this.#session.clearUploads();
    this.#outbound.bare(records.CHOKE);
  }

  unchoke() {
    if (!this.amChoking) return;
    this.amChoking = false;
    this.#outbound.bare(records.UNCHOKE);
  }

  interested() {
    if (this.amInterested) return;
    this.amInterested = true;
    this.#outbound.bare(records.INTERESTED);
  }

  uninterested() {
    if (!this.amInterested) return;
    this.amInterested = false;
    this.#outbound.bare(records.NOT_INTERESTED);
  }

  /** @param {number} index */
  have(index) {
    uint32(index, 'index');
    this.#outbound.one(records.HAVE, index);
  }

  /** @param {Uint8Array | { buffer: Uint8Array }} bitfield */
  bitfield(bitfield) {
    // A Buffer has a `.buffer` too, its whole memory: only other objects are asked for theirs.
    const bits = bitfield instanceof Uint8Array ? bitfield : bitfield?.buffer;
    validate.payload(bits, 'bitfield');
    const payload = Buffer.from(bits);
    this.#outbound.one(records.BITFIELD, payload.length);
    this.#outbound.payload(payload);
  }

  /**
   * @param {number} index
   * @param {number} offset in bytes
   * @param {number} length in bytes
   * @param {import('./downloads.js').Callback} [callback]
   */
  request(index, offset, length, callback) {
    callback ??= noop;
    callable(callback, 'callback');
    if (this.writableFinished) return callback(failure('ERR_PWP_WIRE_CLOSED'));
    if (this.peerChoking) return callback(failure('ERR_PWP_PEER_CHOKING'));
    uint32(index, 'index');
    uint32(offset, 'offset');
    uint32(length, 'length');
    this.#session.downloads.add(index, offset, length, callback);
    this.#outbound.three(records.REQUEST, index, offset, length);
  }

  /**
   * @param {number} index
   * @param {number} offset in bytes
   * @param {Uint8Array} block
   * @returns {boolean} whether to go on: the peer reads what it is sent
   */
  piece(index, offset, block) {
    uint32(index, 'index');
    uint32(offset, 'offset');
    validate.payload(block, 'block');
    this.uploaded += block.length;
    this.uploadSpeed(block.length);
    this.emit('upload', block.length);
    this.#outbound.three(records.PIECE, index, offset, block.length);
    this.#outbound.payload(block);
    return !this.#outbound.uploads.congested;
  }

  /**
   * @param {number} index
   * @param {number} offset in bytes
   * @param {number} length in bytes
   */
  cancel(index, offset, length) {
    uint32(index, 'index');
    uint32(offset, 'offset');
    uint32(length, 'length');
    this.#session.downloads.cancel(index, offset, length);
    this.#outbound.three(records.CANCEL, index, offset, length);
  }

  /**
   * @param {number} id
   * @param {unknown} message bytes, or a value to bencode
   */
  extended(id, message) {
    integer(id, 'id', 0, 255);
    const encoded = message instanceof Uint8Array ? message : bencoding.encode(message);
    validate.payload(encoded, 'message');
    const payload = encoded === message ? Buffer.from(encoded) : encoded;
    this.#outbound.two(records.EXTENDED, id, payload.length);
    this.#outbound.payload(payload);
  }

  /** @param {number} port */
  port(port) {
    integer(port, 'port', 0, 65535);
    this.#outbound.one(records.PORT, port);
  }

  // Timers.

  /** @param {boolean} [enabled] */
  setKeepAlive(enabled) {
    this.#stopKeepAlive();
    if (enabled === false || this.writableFinished) return;
    const ping = () => this.#outbound.bare(records.KEEP_ALIVE);
    this.#keepAlive = setInterval(ping, KEEP_ALIVE_INTERVAL);
  }

  #stopKeepAlive() {
    if (this.#keepAlive !== null) clearInterval(this.#keepAlive);
    this.#keepAlive = null;
  }

  /**
   * @param {number} milliseconds
   * @param {() => void} [listener]
   */
  setTimeout(milliseconds, listener) {
    within(milliseconds, 'milliseconds', 0, MOST_MILLISECONDS);
    if (listener !== undefined && listener !== null) callable(listener, 'listener');
    this.#session.downloads.setTimeout(milliseconds);
    if (listener) this.on('timeout', listener);
  }

  // The stream.

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
    if (error) this.closeReason = error;
    traceClosed(this);
    try {
      if (error && this.listenerCount('error') > 0) this.emit('error', error);
      this.emit('close');
    } finally {
      this.end();
      if (this.writableFinished) process.nextTick(Wire.#drain, this);
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
    this.#outbound.flush();
    if (size !== 0 && this.readableLength > 0 && this.readableFlowing)
      this.#outbound.pipes?.gather();
    const chunk = super.read(size);
    this.#outbound.resumeUploads();
    return chunk;
  }

  /**
   * @template {NodeJS.WritableStream} T
   * @param {T} destination
   * @param {{ end?: boolean }} [options]
   * @returns {T}
   */
  pipe(destination, options) {
    this.#outbound.pipes ??= new Pipes();
    this.#outbound.pipes.add(destination);
    return super.pipe(destination, options);
  }

  /** @param {NodeJS.WritableStream} [destination] */
  unpipe(destination) {
    this.#outbound.pipes?.remove(destination);
    super.unpipe(destination);
    // The last reader has gone after the peer did: `end` must come all the same.
    if (this.writableFinished && this.#unread) process.nextTick(Wire.#drain, this);
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
    this.#outbound.close();
    this.push(null);
    this.#stopKeepAlive();
    try {
      this.#session.close();
    } finally {
      if (this.#closed || this.#unread) process.nextTick(Wire.#drain, this);
    }
  }

  /** Whether nobody reads: no pipe, no listener. */
  get #unread() {
    return this.listenerCount('data') === 0 && this.listenerCount('readable') === 0;
  }

  /**
   * Reads what is left, so that `end` comes even where nobody reads, or no longer.
   * @param {Wire} wire
   */
  static #drain(wire) {
    while (wire.read() !== null);
  }
}

module.exports = Wire;
