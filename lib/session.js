'use strict';

const { setPieces } = require('./pieces.js');
const { FLAG_DHT, FLAG_EXTENDED } = require('./records.js');

/** @typedef {import('./wire.js')} Wire */
/** @typedef {import('./downloads.js')} Downloads */
/** @typedef {import('./uploads.js')} Uploads */

/** Length of an info hash and of a peer id, in bytes. */
const HASH_LENGTH = 20;

/**
 * What each message of the peer means: first the state changes, then the event, so that a handler
 * sees the wire as of this message.
 */
class Session {
  #wire;
  #downloads;
  #uploads;

  /**
   * @param {Wire} wire
   * @param {Downloads} downloads
   * @param {Uploads} uploads
   */
  constructor(wire, downloads, uploads) {
    this.#wire = wire;
    this.#downloads = downloads;
    this.#uploads = uploads;
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
    this.#downloads.failAll('ERR_PWP_PEER_CHOKING');
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
    if (!this.#wire.amChoking) this.#uploads.add(piece, offset, length);
  }

  /**
   * @param {number} piece
   * @param {number} offset
   * @param {Buffer} block
   */
  onPiece(piece, offset, block) {
    const wire = this.#wire;
    this.#downloads.deliver(piece, offset, block);
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
    this.#uploads.cancel(piece, offset, length);
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

  /** @param {Error} reason what the peer did wrong */
  onViolation(reason) {
    this.#wire.destroy(reason);
  }
}

module.exports = Session;
