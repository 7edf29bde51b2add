'use strict';

/** @typedef {InstanceType<typeof import('./requests.js').Request>} Request */

/** How many requests a peer queues that does not say (BEP 10: libtorrent's default). */
const USUAL = 250;

/**
 * Holds back requests beyond what the peer says it queues, `reqq` (BEP 10): it may drop those without
 * a word, and whoever made them waits for ever. They go out, oldest first, as others are answered.
 */
class Pacing {
  #limit = USUAL;
  #requests;
  #send;
  /** Not sent yet, oldest first. @type {Set<Request>} */
  #waiting = new Set();

  /**
   * @param {Request[]} requests all of them, sent or not
   * @param {(request: Request) => void} send
   */
  constructor(requests, send) {
    this.#requests = requests;
    this.#send = send;
  }

  /** @param {number} limit what the peer says */
  set limit(limit) {
    // Transmission 3.00 takes one less than it says. A peer that queues nothing could never be asked.
    this.#limit = Math.max(limit - 1, 1);
    this.release();
  }

  /**
   * @param {Request} request the newest of the list
   * @returns {boolean} whether it is to be sent now
   */
  admit(request) {
    if (this.#requests.length - this.#waiting.size <= this.#limit) return true;
    this.#waiting.add(request);
    return false;
  }

  /**
   * A request is not to be sent any more.
   * @param {Request} request
   * @returns {boolean} whether it was still to be
   */
  drop(request) {
    return this.#waiting.delete(request);
  }

  /** None is to be sent any more. */
  clear() {
    this.#waiting.clear();
  }

  /** Those not sent yet, oldest first. */
  get waiting() {
    return [...this.#waiting];
  }

  /** Sends what there is room for. */
  release() {
    for (const request of this.#waiting) {
      if (this.#requests.length - this.#waiting.size >= this.#limit) return;
      this.#waiting.delete(request);
      // A caller may have taken it out of the list.
      if (this.#requests.includes(request)) this.#send(request);
    }
  }
}

module.exports = Pacing;
