'use strict';

const { failure } = require('./errors.js');
const Pacing = require('./pacing.js');
const { CANCEL, REQUEST } = require('./records.js');
const { Request, RequestList } = require('./requests.js');
const TakenBack = require('./taken-back.js');

/** @typedef {import('./wire.js')} Wire */
/** @typedef {InstanceType<typeof Request>} Request */
/** @typedef {import('./outbound.js')} Outbound */
/** @typedef {(error: Error | null, block?: Buffer | null) => void} Callback */

/**
 * The blocks we asked for: who gets which, and when we stop waiting.
 *
 * Only the oldest request, the head, is timed, from the moment it became the head. One timer does
 * for all of them: it is not touched when the head changes, but looks at the time when it fires.
 */
class Downloads {
  #wire;
  #outbound;
  #requests;
  /** Holds requests back, if the caller wishes. @type {Pacing | null} */
  #pacing = null;
  /** What the peer still answers for, with Fast. @type {TakenBack | null} */
  #takenBack = null;
  /** Milliseconds the head may take, 0 for no limit. */
  #patience = 0;
  /** The request being timed. @type {Request | null} */
  #timed = null;
  /** When `#timed` is given up, on the clock of `performance.now()`. */
  #deadline = Number.POSITIVE_INFINITY;
  /** @type {NodeJS.Timeout | null} */
  #timer = null;
  #closed = false;

  /**
   * @param {Wire} wire whose `requests` these are
   * @param {Outbound} outbound what it sends
   */
  constructor(wire, outbound) {
    this.#wire = wire;
    this.#outbound = outbound;
    this.#requests = new RequestList(wire.requests);
    if (outbound.options.respectReqq) {
      this.#pacing = new Pacing(wire.requests, (request) => this.#send(request));
    }
  }

  /** @param {number} limit how many requests the peer queues */
  set limit(limit) {
    if (this.#pacing !== null) this.#pacing.limit = limit;
  }

  /**
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   * @param {Callback} callback
   */
  add(piece, offset, length, callback) {
    const request = new Request(piece, offset, length, callback);
    this.#requests.push(request);
    this.#timeHead();
    if (this.#pacing === null || this.#pacing.admit(request)) this.#send(request);
  }

  /** @param {Request} request */
  #send({ piece, offset, length }) {
    this.#outbound.three(REQUEST, piece, offset, length);
  }

  /**
   * A block has come.
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {Buffer} block
   */
  deliver(piece, offset, block) {
    this.#takenBack?.forget(piece, offset, block.length);
    this.#settle(this.#requests.take(piece, offset, block.length), null, block);
  }

  /**
   * We no longer want a block. The peer is told even if it was never asked for it.
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   */
  cancel(piece, offset, length) {
    const request = this.#requests.take(piece, offset, length);
    if (this.#pacing !== null) {
      // Before another is asked for in its place. One that waits the peer was never asked for.
      const isUnsent = request !== null && this.#pacing.drop(request);
      if (isUnsent) {
        this.#settle(request, failure('ERR_PWP_REQUEST_CANCELLED'), null);
        return;
      }
      this.#outbound.three(CANCEL, piece, offset, length);
    }
    if (request !== null) this.#owe(piece, offset, length);
    this.#settle(request, failure('ERR_PWP_REQUEST_CANCELLED'), null);
    if (this.#pacing === null) this.#outbound.three(CANCEL, piece, offset, length);
  }

  /**
   * A request is taken back that the peer was asked for.
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   */
  #owe(piece, offset, length) {
    if (!this.#outbound.hasFast) return;
    this.#takenBack ??= new TakenBack();
    this.#takenBack.add(piece, offset, length);
  }

  /**
   * The same for this one, of several equal ones.
   * @param {Request} request
   * @param {Error} error what its callback gets
   */
  withdraw(request, error) {
    if (!this.#requests.remove(request)) return;
    const { piece, offset, length } = request;
    if (!this.#pacing?.drop(request)) {
      this.#outbound.three(CANCEL, piece, offset, length);
      this.#owe(piece, offset, length);
    }
    this.#settle(request, error, null);
  }

  /**
   * The peer will not send a block.
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   */
  reject(piece, offset, length) {
    if (this.#takenBack?.answer(piece, offset, length)) return;
    const request = this.#requests.take(piece, offset, length);
    this.#settle(request, failure('ERR_PWP_REQUEST_REJECTED'), null);
  }

  /**
   * Tells the end of a request that a caller has taken out of the list.
   * @param {Request | null} request
   * @param {Error | null} error
   * @param {Buffer | null} block
   */
  settle(request, error, block) {
    this.#settle(request, error, block);
  }

  /**
   * The peer chokes us, with Fast: gives up on those it was not asked for yet. Those it was asked for it
   * will answer (BEP 6).
   * @param {number[]} allowed pieces it sends all the same
   */
  choke(allowed) {
    // What it has not answered for by now it has forgotten, as it does all it was asked for.
    this.#takenBack = null;
    if (this.#pacing === null) return;
    const failed = this.#pacing.waiting.filter(({ piece }) => !allowed.includes(piece));
    if (failed.length === 0) return;
    for (const request of failed) this.#pacing.drop(request);
    this.#requests.removeAll(new Set(failed));
    this.#failEach(failed);
  }

  /** @param {Request[]} requests that were taken out, the peer not having been asked for them */
  #failEach(requests) {
    let next = 0;
    try {
      while (next < requests.length) {
        this.#settle(requests[next++], failure('ERR_PWP_PEER_CHOKING'), null);
      }
    } finally {
      // A callback threw: those after it still have to know.
      const rest = requests.slice(next);
      if (rest.length > 0) process.nextTick(() => this.#failEach(rest));
    }
  }

  /**
   * Gives up on all requests, oldest first.
   * @param {'ERR_PWP_PEER_CHOKING' | 'ERR_PWP_WIRE_CLOSED'} code why
   */
  failAll(code) {
    const { requests } = this.#wire;
    this.#pacing?.clear();
    try {
      while (requests.length > 0) this.#settle(this.#requests.shift(), failure(code), null);
    } finally {
      // A callback threw: those after it still have to know, before the next message is delivered.
      if (requests.length > 0) process.nextTick(Downloads.#failRest, this, code);
    }
  }

  /**
   * @param {Downloads} downloads
   * @param {'ERR_PWP_PEER_CHOKING' | 'ERR_PWP_WIRE_CLOSED'} code
   */
  static #failRest(downloads, code) {
    downloads.failAll(code);
  }

  /** Gives up on all requests, and times none from now on. */
  close() {
    this.#closed = true;
    this.#stopTimer();
    this.failAll('ERR_PWP_WIRE_CLOSED');
  }

  /**
   * @param {number} patience milliseconds the head may take, 0 for no limit
   */
  setTimeout(patience) {
    // As in 0.7.1, a head that is being timed is not timed anew: its time starts over with the
    // next head.
    this.#deadline = Number.POSITIVE_INFINITY;
    this.#patience = patience;
    this.#stopTimer();
    this.#timeHead();
  }

  /**
   * @param {Request | null} request
   * @param {Error | null} error
   * @param {Buffer | null} block
   */
  #settle(request, error, block) {
    if (request === null) return;
    if (request === this.#timed) this.#untime();
    if (this.#isAnswered && !this.#closed) this.#timeHead();
    if (this.#pacing !== null) {
      this.#pacing.drop(request);
      this.#pacing.release();
    }
    request.callback(error, block);
  }

  /** Whether the peer answers what it was asked for: it does even while it chokes, with Fast. */
  get #isAnswered() {
    return !this.#wire.peerChoking || this.#outbound.hasFast;
  }

  #timeHead() {
    const head = this.#wire.requests[0];
    if (this.#patience === 0 || head === undefined || head === this.#timed) return;
    this.#timed = head;
    this.#deadline = performance.now() + this.#patience;
    if (this.#timer === null) this.#startTimer(this.#patience);
    else this.#timer.ref();
  }

  #untime() {
    this.#timed = null;
    this.#deadline = Number.POSITIVE_INFINITY;
    // The timer may run on, but must not keep the process waiting for nothing.
    if (this.#timer !== null && this.#wire.requests.length === 0) this.#timer.unref();
  }

  /** @param {number} milliseconds */
  #startTimer(milliseconds) {
    this.#timer = setTimeout(Downloads.#onTimer, milliseconds, this);
  }

  #stopTimer() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** @param {Downloads} downloads */
  static #onTimer(downloads) {
    downloads.#timer = null;
    const left = downloads.#deadline - performance.now();
    if (left === Number.POSITIVE_INFINITY) return;
    // Timers count whole milliseconds of another clock, so they may fire just before the deadline.
    if (left > 1) downloads.#startTimer(left);
    else downloads.#giveUp();
  }

  #giveUp() {
    const request = this.#requests.shift();
    this.#settle(request, failure('ERR_PWP_REQUEST_TIMEOUT'), null);
    this.#wire.emit('timeout');
  }
}

module.exports = Downloads;
