'use strict';

const { pull } = require('./requests.js');
const validate = require('./validate.js');

/** @typedef {import('./wire.js')} Wire */
/** @typedef {import('./outbound.js')} Outbound */
/** @typedef {import('./options.js').Options} Options */
/** @typedef {(error?: Error | null, block?: Uint8Array) => void} Respond */

/** A request of the peer that waits for our answer. */
class PeerRequest {
  /**
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   * @param {Respond} callback
   */
  constructor(piece, offset, length, callback) {
    this.piece = piece;
    this.offset = offset;
    this.length = length;
    this.callback = callback;
  }
}

/**
 * The blocks the peer asked for.
 *
 * While more than the high water mark lies unread, requests are kept but not announced: a peer that
 * asks and does not read makes us hold its requests, never the blocks.
 */
class Uploads {
  #wire;
  #outbound;
  #limit;
  #highWaterMark;
  /** Kept but not announced, oldest first. @type {Set<PeerRequest> | null} */
  #unannounced = null;
  #scheduled = false;

  /**
   * @param {Wire} wire whose `peerRequests` these are
   * @param {Outbound} outbound what it sends
   * @param {Options} options
   */
  constructor(wire, outbound, { maxPeerRequests, uploadHighWaterMark }) {
    this.#wire = wire;
    this.#outbound = outbound;
    this.#limit = maxPeerRequests;
    this.#highWaterMark = uploadHighWaterMark;
  }

  /** Whether so much lies unread that no request is taken up. */
  get #congested() {
    return this.#wire.readableLength + this.#outbound.pending > this.#highWaterMark;
  }

  /**
   * The peer asks for a block.
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   */
  add(piece, offset, length) {
    const wire = this.#wire;
    if (wire.peerRequests.length >= this.#limit) return;
    const request = new PeerRequest(piece, offset, length, (error, block) =>
      this.#answer(request, error, block),
    );
    wire.peerRequests.push(request);
    if (this.#unannounced === null && !this.#congested) {
      wire.emit('request', piece, offset, length, request.callback);
      return;
    }
    this.#unannounced ??= new Set();
    this.#unannounced.add(request);
    this.resume();
  }

  /**
   * The peer no longer wants a block.
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   */
  cancel(piece, offset, length) {
    const request = pull(this.#wire.peerRequests, piece, offset, length);
    if (request !== null) this.#unannounced?.delete(request);
  }

  /** Forgets every request. */
  clear() {
    const { peerRequests } = this.#wire;
    if (peerRequests.length > 0) peerRequests.length = 0;
    this.#unannounced = null;
  }

  /** Announces what was held back, once the output has been read, in a moment of its own. */
  resume() {
    if (this.#unannounced === null || this.#scheduled || this.#congested) return;
    this.#scheduled = true;
    process.nextTick(Uploads.#announce, this);
  }

  /** @param {Uploads} uploads */
  static #announce(uploads) {
    uploads.#scheduled = false;
    const wire = uploads.#wire;
    try {
      for (const request of uploads.#unannounced ?? []) {
        // A handler may choke, which forgets them all, or answer, which fills the output.
        if (uploads.#unannounced === null || uploads.#congested) break;
        uploads.#unannounced.delete(request);
        const { piece, offset, length, callback } = request;
        wire.emit('request', piece, offset, length, callback);
      }
    } finally {
      if (uploads.#unannounced?.size === 0) uploads.#unannounced = null;
      else uploads.resume();
    }
  }

  /**
   * @param {PeerRequest} request
   * @param {Error | null | undefined} error
   * @param {Uint8Array | undefined} block
   */
  #answer(request, error, block) {
    const { piece, offset, length } = request;
    // A caller's mistake must leave the request as it was, to be answered after all.
    if (!error && !validate.isPayload(block) && this.#wire.peerRequests.includes(request)) {
      validate.payload(block, 'block');
    }
    // Cancelled, choked or answered already. As in 0.7.1, of several equal requests the oldest must
    // be answered first.
    if (request !== pull(this.#wire.peerRequests, piece, offset, length)) return;
    this.#unannounced?.delete(request);
    if (error) return;
    this.#wire.piece(piece, offset, /** @type {Uint8Array} */ (block));
  }
}

module.exports = Uploads;
