'use strict';

const { violation } = require('./errors.js');
const { REJECT } = require('./records.js');
const { pull } = require('./requests.js');
const WireStream = require('./stream.js');
const validate = require('./validate.js');

/** @typedef {import('./wire.js')} Wire */
/** @typedef {import('./outbound.js')} Outbound */
/** @typedef {import('./options.js').Options} Options */
/** @typedef {(error?: Error | null, block?: Uint8Array) => void} Respond */

/** A request of the peer that waits for our answer. */
class PeerRequest {
  /** Whether `request` was emitted for it. */
  announced = false;

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
 * While more than the high water mark lies unread, or is announced and not yet answered, requests are
 * kept but not announced: a peer that asks and does not read makes us hold its requests, not the
 * blocks, even if those come late from a disk. A bound of its own is on all the other messages that
 * such a peer can provoke.
 */
class Uploads {
  #wire;
  #outbound;
  #options;
  /** Requests announced and not yet answered, and the bytes of their blocks. */
  #asked = 0;
  #announced = 0;
  /** Bytes of other messages sent since more than the high water mark lies unread. */
  #backlog = 0;
  /** Kept but not announced, oldest first. @type {Set<PeerRequest> | null} */
  #unannounced = null;
  #scheduled = false;

  /**
   * @param {Wire} wire whose `peerRequests` these are
   * @param {Outbound} outbound what it sends
   * @param {Options} options
   */
  constructor(wire, outbound, options) {
    this.#wire = wire;
    this.#outbound = outbound;
    this.#options = options;
  }

  /** Whether no request is to be announced now. */
  get #full() {
    const { peerRequests } = this.#wire;
    const { unread, pending } = this.#outbound;
    const room = this.#options.uploadHighWaterMark - unread - pending;
    if (this.#announced <= room) return false;
    // A caller may have taken requests out of the list.
    if (peerRequests.length !== this.#asked + (this.#unannounced?.size ?? 0)) this.#count();
    return this.#announced > room;
  }

  #count() {
    this.#asked = 0;
    this.#announced = 0;
    for (const { announced, length } of this.#wire.peerRequests) {
      if (!announced) continue;
      this.#asked++;
      this.#announced += length;
    }
  }

  /**
   * A message other than a block was sent and not read at once.
   * @param {number} length in bytes
   */
  wait(length) {
    this.#backlog += length;
    const { maxBacklog } = this.#options;
    if (this.#backlog <= maxBacklog) return;
    this.#backlog = 0;
    const message = `over ${maxBacklog} bytes of messages wait for a peer that does not read`;
    // What else is in the chunk would be answered, too.
    WireStream.refuse(this.#wire, violation('ERR_PWP_BACKLOG', message));
  }

  /**
   * The peer asks for a block.
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   */
  add(piece, offset, length) {
    const wire = this.#wire;
    if (wire.peerRequests.length >= this.#options.maxPeerRequests) {
      this.refuse(piece, offset, length);
      return;
    }
    const request = new PeerRequest(piece, offset, length, (error, block) =>
      this.#answer(request, error, block),
    );
    wire.peerRequests.push(request);
    if (this.#unannounced === null && !this.#full) {
      this.#announce(request);
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
    if (this.forget(piece, offset, length)) this.refuse(piece, offset, length);
  }

  /**
   * A block will not be sent. With Fast the peer is told, so that every request has one answer (BEP 6).
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   */
  refuse(piece, offset, length) {
    if (this.#outbound.hasFast) this.#outbound.three(REJECT, piece, offset, length);
  }

  /**
   * Forgets the oldest request for a block.
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   * @returns {boolean} whether there was one
   */
  forget(piece, offset, length) {
    const request = pull(this.#wire.peerRequests, piece, offset, length);
    if (request !== null) this.#forget(request);
    return request !== null;
  }

  /**
   * We choke a peer that speaks Fast: what it asked for is refused, but for the pieces that it may ask
   * for all the same.
   * @param {number[]} allowed
   */
  choke(allowed) {
    const { peerRequests } = this.#wire;
    const isAllowed = (/** @type {{ piece: number }} */ { piece }) => allowed.includes(piece);
    const refused = peerRequests.filter((request) => !isAllowed(request));
    const kept = peerRequests.filter(isAllowed);
    peerRequests.length = 0;
    for (const request of kept) peerRequests.push(request);
    for (const request of refused) this.#unannounced?.delete(request);
    this.#count();
    for (const { piece, offset, length } of refused) this.refuse(piece, offset, length);
    if (this.#unannounced !== null) this.resume();
  }

  /** @param {PeerRequest} request */
  #announce(request) {
    request.announced = true;
    this.#asked++;
    this.#announced += request.length;
    const { piece, offset, length, callback } = request;
    this.#wire.emit('request', piece, offset, length, callback);
  }

  /** @param {PeerRequest} request that was taken out of the list */
  #forget(request) {
    if (request.announced) {
      this.#asked--;
      this.#announced -= request.length;
    } else {
      this.#unannounced?.delete(request);
    }
    if (this.#unannounced !== null) this.resume();
  }

  /** Forgets every request. */
  clear() {
    const { peerRequests } = this.#wire;
    if (peerRequests.length > 0) peerRequests.length = 0;
    this.#unannounced = null;
    this.#asked = 0;
    this.#announced = 0;
  }

  /** The output may have been read: announces what was held back, in a moment of its own. */
  resume() {
    if (this.#backlog > 0 && !this.#outbound.congested) this.#backlog = 0;
    if (this.#unannounced === null || this.#scheduled || this.#full) return;
    this.#scheduled = true;
    process.nextTick(Uploads.#announceWaiting, this);
  }

  /** @param {Uploads} uploads */
  static #announceWaiting(uploads) {
    uploads.#scheduled = false;
    try {
      for (const request of uploads.#unannounced ?? []) {
        // A handler may choke, which forgets them all, or answer, which fills the output.
        if (uploads.#unannounced === null || uploads.#full) break;
        uploads.#unannounced.delete(request);
        uploads.#announce(request);
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
    const oldest = pull(this.#wire.peerRequests, piece, offset, length);
    if (oldest !== null) this.#forget(oldest);
    // With Fast every request has an answer, whichever of several equal ones this is.
    if (oldest === null || (request !== oldest && !this.#outbound.hasFast)) return;
    if (error) this.refuse(piece, offset, length);
    else this.#wire.piece(piece, offset, /** @type {Uint8Array} */ (block));
  }
}

module.exports = Uploads;
