'use strict';

const speedometer = require('speedometer');

const bencoding = require('./bencoding.js');
const Inbound = require('./inbound.js');
const Outbound = require('./outbound.js');
const WireStream = require('./stream.js');
const { defineAgreed } = require('./agreed.js');
const { failure, missing } = require('./errors.js');
const { guard } = require('./guards.js');
const { handshakeOf, toHash } = require('./handshake.js');
const { checkHashes, recordOf } = require('./hashes.js');
const { MOST_MILLISECONDS, MOST_PIECES, parseOptions } = require('./options.js');
const { requestBlock } = require('./promised.js');
const records = require('./records.js');
const validate = require('./validate.js');

const { callable, integer, uint32, within } = validate;

function noop() {}

/** @param {Inbound} session */
function needFast(session) {
  if (!session.hasFast) throw missing('ERR_PWP_FAST_DISABLED');
}

/** @param {Inbound} session */
function needV2(session) {
  if (!session.hasV2) throw missing('ERR_PWP_V2_DISABLED');
}

/** A wire that is written to and read from. */
const PIPED = { Inbound, Outbound };

/**
 * One connection to a peer, as a Duplex stream: what the peer sends is written to it, what is to be
 * sent to the peer is read from it. The public surface is documented in index.d.ts.
 */
class Wire extends WireStream {
  #outbound;
  #session;
  /** @type {number | null} */
  #pieceCount;

  static {
    defineAgreed(Wire.prototype, (wire) => wire.#session);
  }

  /**
   * @param {object} [options] see index.d.ts
   * @param {typeof PIPED} [ends] where its bytes come from and go to
   */
  constructor(options, ends = PIPED) {
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

    this.#pieceCount = parsed.pieceCount;
    this.#outbound = new ends.Outbound(this, parsed);
    this.#session = new ends.Inbound(this, this.#outbound);

    WireStream.attach(this, this.#session);
    if (parsed.handshakeTimeout > 0 || parsed.idleTimeout > 0) guard(this, this.#session, parsed);
  }

  get pieceCount() {
    return this.#pieceCount;
  }

  set pieceCount(count) {
    if (count !== null) integer(count, 'pieceCount', 1, MOST_PIECES);
    this.#pieceCount = count;
    if (this.writableFinished) return;
    this.#session.pieceCount = count;
    if (count !== null) this.#session.completePieces(count);
  }

  /** @param {any} Extension a class whose prototype has a name */
  use(Extension) {
    this.#session.use(Extension);
  }

  // Messages to the peer.

  /**
   * @param {Uint8Array | string} infoHash
   * @param {Uint8Array | string} peerId
   * @param {{ dht?: boolean, fast?: boolean, v2?: boolean }} [extensions]
   */
  handshake(infoHash, peerId, extensions) {
    const { flags, payload, isV2 } = handshakeOf(infoHash, peerId, extensions);
    this.#outbound.encryption?.begin(payload.subarray(0, validate.HASH_LENGTH));
    this.#outbound.one(records.HANDSHAKE, flags);
    this.#outbound.payload(payload);
    this.#session.announce(flags, payload, isV2);
  }

  /**
   * Begins the encryption without a handshake, as in bittorrent-protocol.
   * @param {Uint8Array | string} infoHash
   */
  startEncryption(infoHash) {
    const hash = toHash(infoHash, 'infoHash', 'hex', true);
    if (this.writableFinished) return;
    this.#outbound.encryption?.begin(hash);
    this.#outbound.push();
  }

  /**
   * Tells which torrent it is, in a handler of `crypto-infohash`, as in bittorrent-protocol.
   * @param {Uint8Array | string} infoHash
   */
  setInfoHash(infoHash) {
    const hash = toHash(infoHash, 'infoHash', 'hex', true);
    this.#outbound.encryption?.answer(hash);
  }

  choke() {
    if (this.amChoking) return;
    this.amChoking = true;
    this.#outbound.bare(records.CHOKE);
    this.#session.choke();
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
    const bits = validate.isBytes(bitfield) ? bitfield : bitfield?.buffer;
    validate.payload(bits, 'bitfield');
    const payload = Buffer.from(bits);
    this.#outbound.one(records.BITFIELD, payload.length);
    this.#outbound.answer(payload);
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
    if (this.peerChoking && !this.#session.isAllowedFast(index)) {
      return callback(failure('ERR_PWP_PEER_CHOKING'));
    }
    uint32(index, 'index');
    uint32(offset, 'offset');
    uint32(length, 'length');
    this.#session.downloads.add(index, offset, length, callback);
  }

  /**
   * @param {number} index
   * @param {number} offset in bytes
   * @param {number} length in bytes
   * @param {{ signal?: AbortSignal } | null} [options]
   * @returns {Promise<Buffer>}
   */
  requestBlock(index, offset, length, options) {
    const withdraw = this.#session.downloads.withdraw.bind(this.#session.downloads);
    return requestBlock(this, withdraw, [index, offset, length], options);
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
    return !this.#outbound.congested;
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
  }

  haveAll() {
    needFast(this.#session);
    this.#outbound.bare(records.HAVE_ALL);
  }

  haveNone() {
    needFast(this.#session);
    this.#outbound.bare(records.HAVE_NONE);
  }

  /** @param {number} index */
  suggest(index) {
    needFast(this.#session);
    uint32(index, 'index');
    this.#outbound.one(records.SUGGEST, index);
  }

  /**
   * @param {number} index
   * @param {number} offset in bytes
   * @param {number} length in bytes
   */
  reject(index, offset, length) {
    needFast(this.#session);
    uint32(index, 'index');
    uint32(offset, 'offset');
    uint32(length, 'length');
    this.#outbound.uploads.forget(index, offset, length);
    this.#outbound.three(records.REJECT, index, offset, length);
  }

  /** @param {number} index */
  allowedFast(index) {
    needFast(this.#session);
    uint32(index, 'index');
    this.#session.fast.allow(index);
    this.#outbound.one(records.ALLOWED_FAST, index);
  }

  /**
   * @param {Uint8Array} piecesRoot
   * @param {number} baseLayer
   * @param {number} index
   * @param {number} length
   * @param {number} proofLayers
   */
  hashRequest(piecesRoot, baseLayer, index, length, proofLayers) {
    needV2(this.#session);
    const numbers = [baseLayer, index, length, proofLayers];
    this.#outbound.record(recordOf(records.HASH_REQUEST, piecesRoot, numbers));
  }

  /**
   * @param {Uint8Array} piecesRoot
   * @param {number} baseLayer
   * @param {number} index
   * @param {number} length
   * @param {number} proofLayers
   * @param {Uint8Array} hashes
   */
  hashes(piecesRoot, baseLayer, index, length, proofLayers, hashes) {
    needV2(this.#session);
    checkHashes(hashes, length, proofLayers);
    const numbers = [baseLayer, index, length, proofLayers];
    const payload = Buffer.from(hashes);
    this.#outbound.record(recordOf(records.HASHES, piecesRoot, numbers, payload.length));
    this.#outbound.answer(payload);
  }

  /**
   * @param {Uint8Array} piecesRoot
   * @param {number} baseLayer
   * @param {number} index
   * @param {number} length
   * @param {number} proofLayers
   */
  hashReject(piecesRoot, baseLayer, index, length, proofLayers) {
    needV2(this.#session);
    const numbers = [baseLayer, index, length, proofLayers];
    this.#outbound.record(recordOf(records.HASH_REJECT, piecesRoot, numbers));
  }

  /**
   * @param {number | string} extension its id at the peer, or its name
   * @param {unknown} message bytes, or a value to bencode
   */
  extended(extension, message) {
    const id = typeof extension === 'string' ? this.#session.idOf(extension) : extension;
    if (typeof extension === 'string' && id === null) return;
    integer(id, 'id', 0, 255);
    const encoded = validate.isBytes(message) ? message : bencoding.encode(message);
    validate.payload(encoded, 'message');
    const payload = encoded === message ? Buffer.from(encoded) : encoded;
    this.#outbound.two(records.EXTENDED, /** @type {number} */ (id), payload.length);
    this.#outbound.answer(payload);
  }

  /** @param {number} port */
  port(port) {
    integer(port, 'port', 0, 65535);
    this.#outbound.one(records.PORT, port);
  }

  // Timers.

  /** @param {boolean} [enabled] */
  setKeepAlive(enabled) {
    this.#session.setKeepAlive(enabled !== false && !this.writableFinished);
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

  /**
   * Tells the end of a request that was taken out of `requests`: lt_donthave does, in
   * bittorrent-protocol's way.
   * @param {any} request
   * @param {Error | null} error
   * @param {any} block
   */
  _callback(request, error, block) {
    try {
      this.#session.downloads.settle(request, error, block);
    } catch (thrown) {
      // Of the request's own callback: no fault of the extension, which would be blamed for it.
      process.nextTick(() => {
        throw thrown;
      });
    }
  }
}

module.exports = Wire;
