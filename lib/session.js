'use strict';

const Downloads = require('./downloads.js');
const { setPieces } = require('./pieces.js');
const { FLAG_DHT, FLAG_EXTENDED } = require('./records.js');
const { traceReceived } = require('./trace.js');
const { HASH_LENGTH } = require('./validate.js');

/** @typedef {import('./wire.js')} Wire */
/** @typedef {import('./outbound.js')} Outbound */

/**
 * What each message of the peer means: first the state changes, then the event, so that a handler
 * sees the wire as of this message.
 *
 * Most wires of a swarm sit idle, so what they ask for and are asked for is kept track of from the
 * first request on.
 */
class Session {
  #wire;
  #outbound;
  /** @type {Downloads | null} */
  #downloads = null;

  /**
   * @param {Wire} wire
   * @param {Outbound} outbound what it sends
   */
  constructor(wire, outbound) {
    this.#wire = wire;
    this.#outbound = outbound;
  }

  /** The blocks we asked for. */
  get downloads() {
    this.#downloads ??= new Downloads(this.#wire);
    return this.#downloads;
  }

  /** Forgets the peer's requests. */
  clearUploads() {
    this.#outbound.clearUploads();
  }

  /** Nothing is asked for any more, by either side. */
  close() {
    this.clearUploads();
    this.downloads.close();
  }

  /**
   * @param {number} flags
   * @param {Buffer} hashes info hash and peer id
   */
  onHandshake(flags, hashes) {
    const extensions = {
      dht: (flags & FLAG_DHT) !== 0,
      extended: (flags & FLAG_EXTENDED) !== 0,
    };
    this.#wire.peerExtensions = extensions;
    const infoHash = hashes.subarray(0, HASH_LENGTH);
    const peerId = hashes.subarray(HASH_LENGTH);
    this.#wire.emit('handshake', infoHash, peerId, extensions);
  }

  onChoke() {
    this.#wire.peerChoking = true;
    this.#wire.emit('choke');
    if (this.#wire.requests.length > 0) this.downloads.failAll('ERR_PWP_PEER_CHOKING');
  }

  onUnchoke() {
    this.#wire.peerChoking = false;
    this.#wire.emit('unchoke');
  }

  onInterested() {
    this.#wire.peerInterested = true;
    this.#wire.emit('interested');
  }

  onUninterested() {
    this.#wire.peerInterested = false;
    this.#wire.emit('uninterested');
  }

  /** @param {number} index */
  onHave(index) {
    this.#wire.peerPieces[index] = true;
    this.#wire.emit('have', index);
  }

  /** @param {Buffer} bits the highest bit of the first byte for piece 0 */
  onBitfield(bits) {
    const { peerPieces, pieceCount } = this.#wire;
    const most = 8 * bits.length;
    setPieces(peerPieces, bits, pieceCount === null ? most : Math.min(pieceCount, most));
    this.#wire.emit('bitfield', bits);
  }

  /**
   * @param {number} piece
   * @param {number} offset
   * @param {number} length
   */
  onRequest(piece, offset, length) {
    // Other clients refuse such a request, by a message that came later (BEP 6), or pass it over.
    if (length === 0 || length > this.#outbound.options.maxBlockSize) return;
    if (!this.#wire.amChoking) this.#outbound.uploads.add(piece, offset, length);
  }

  /**
   * @param {number} piece
   * @param {number} offset
   * @param {Buffer} block
   */
  onPiece(piece, offset, block) {
    const wire = this.#wire;
    if (wire.requests.length > 0) this.downloads.deliver(piece, offset, block);
    wire.downloaded += block.length;
    wire.downloadSpeed(block.length);
    wire.emit('download', block.length);
    wire.emit('piece', piece, offset, block);
  }

  /**
   * @param {number} piece
   * @param {number} offset
   * @param {number} length
   */
  onCancel(piece, offset, length) {
    if (this.#wire.peerRequests.length > 0) this.#outbound.uploads.cancel(piece, offset, length);
    this.#wire.emit('cancel', piece, offset, length);
  }

  /** @param {number} port */
  onPort(port) {
    this.#wire.emit('port', port);
  }

  /**
   * @param {number} id
   * @param {Buffer} payload
   */
  onExtended(id, payload) {
    this.#wire.emit('extended', id, payload);
  }

  onKeepAlive() {
    this.#wire.emit('keep-alive');
  }

  /** @param {Buffer} body of a message whose id is not known, id included */
  onUnknown(body) {
    this.#wire.emit('unknownmessage', body);
  }

  /**
   * Tells those who trace what is about to be delivered.
   * @param {Uint32Array} words of records
   * @param {number} end
   */
  trace(words, end) {
    traceReceived(this.#wire, words, end);
  }

  /** @param {Error} reason what the peer did wrong */
  onViolation(reason) {
    this.#wire.destroy(reason);
  }
}

module.exports = Session;
