'use strict';

/** @typedef {{ piece: number, offset: number, length: number }} Block what identifies a block */

/** Requests up to this many are looked through one by one; more get an index. */
const FEW = 128;

/**
 * @param {Block} request
 * @param {number} piece
 * @param {number} offset in bytes
 * @param {number} length in bytes
 */
function isFor(request, piece, offset, length) {
  return request.piece === piece && request.offset === offset && request.length === length;
}

/**
 * Takes the oldest request for this very block out of `requests`.
 * @template {Block} T
 * @param {T[]} requests
 * @param {number} piece
 * @param {number} offset in bytes
 * @param {number} length in bytes
 * @returns {T | null}
 */
function pull(requests, piece, offset, length) {
  const count = requests.length;
  for (let i = 0; i < count; i++) {
    const request = requests[i];
    if (request.piece === piece && request.offset === offset && request.length === length) {
      if (i === 0) requests.shift();
      else remove(requests, i);
      return request;
    }
  }
  return null;
}

/**
 * @param {unknown[]} list
 * @param {number} at
 */
function remove(list, at) {
  if (at === 0) list.shift();
  else if (at === list.length - 1) list.pop();
  else list.splice(at, 1);
}

/** A request of ours that waits for its block. */
class Request {
  /** Counts up as requests are made, so that one is found in the array by bisection. */
  order = 0;
  /** The next request with the same key in the index. @type {Request} */
  younger = this;

  /**
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   * @param {import('./downloads.js').Callback} callback
   */
  constructor(piece, offset, length, callback) {
    this.piece = piece;
    this.offset = offset;
    this.length = length;
    this.callback = callback;
  }
}

/**
 * @param {Block} block
 * @returns {number} a key: the same for the same block, seldom for others
 */
function keyOf({ piece, offset }) {
  return Math.imul(piece, 0x9e3779b1) ^ offset;
}

/**
 * The requests of one wire: an array that callers read, oldest first, and once there are many an
 * index beside it. The array is the truth: an index that a caller has made wrong by changing the
 * array is thrown away.
 */
class RequestList {
  #requests;
  #made = 0;
  /**
   * The youngest request of each key. Those of one key are a ring: each knows the next younger one,
   * the youngest the oldest.
   * @type {Map<number, Request> | null}
   */
  #index = null;

  /** @param {Request[]} requests */
  constructor(requests) {
    this.#requests = requests;
  }

  /** @param {Request} request */
  push(request) {
    request.order = this.#made++;
    this.#requests.push(request);
    if (this.#index !== null) this.#enter(this.#index, request);
    else if (this.#requests.length > FEW) this.#build();
  }

  /** @returns {Request | null} the oldest request, taken out */
  shift() {
    const request = this.#requests.shift() ?? null;
    if (request !== null && this.#index !== null) this.#leave(this.#index, request);
    return request;
  }

  /**
   * Takes out the oldest request for this very block.
   * @param {number} piece
   * @param {number} offset in bytes
   * @param {number} length in bytes
   * @returns {Request | null}
   */
  take(piece, offset, length) {
    const index = this.#index;
    if (index === null) return pull(this.#requests, piece, offset, length);
    const youngest = index.get(keyOf({ piece, offset, length }));
    if (youngest === undefined) return null;
    let request = youngest.younger;
    while (!isFor(request, piece, offset, length)) {
      if (request === youngest) return null;
      request = request.younger;
    }
    const at = this.#find(request);
    if (at === -1) {
      this.#index = null;
      return pull(this.#requests, piece, offset, length);
    }
    remove(this.#requests, at);
    this.#leave(index, request);
    return request;
  }

  /**
   * Takes out this one.
   * @param {Request} request
   * @returns {boolean} whether it was there
   */
  remove(request) {
    let at = this.#find(request);
    if (at === -1) at = this.#requests.indexOf(request);
    if (at === -1) return false;
    remove(this.#requests, at);
    if (this.#index !== null) this.#leave(this.#index, request);
    return true;
  }

  /**
   * Takes out many at once.
   * @param {Set<Request>} gone
   */
  removeAll(gone) {
    const kept = this.#requests.filter((request) => !gone.has(request));
    this.#requests.length = 0;
    for (const request of kept) this.#requests.push(request);
    this.#index = null;
  }

  #build() {
    const index = new Map();
    for (const request of this.#requests) this.#enter(index, request);
    this.#index = index;
  }

  /**
   * @param {Map<number, Request>} index
   * @param {Request} request the youngest of all
   */
  #enter(index, request) {
    const key = keyOf(request);
    const youngest = index.get(key);
    // It may still be in a ring of an index that was thrown away.
    request.younger = youngest === undefined ? request : youngest.younger;
    if (youngest !== undefined) youngest.younger = request;
    index.set(key, request);
  }

  /**
   * @param {Map<number, Request>} index
   * @param {Request} request
   */
  #leave(index, request) {
    if (this.#requests.length === 0) this.#index = null;
    const key = keyOf(request);
    const youngest = index.get(key);
    if (youngest === undefined) return;
    let before = youngest;
    while (before.younger !== request) {
      before = before.younger;
      if (before === youngest) return;
    }
    if (before === request) index.delete(key);
    else if (request === youngest) index.set(key, before);
    before.younger = request.younger;
    request.younger = request;
  }

  /**
   * @param {Request} request
   * @returns {number} where it stands in the array, or -1
   */
  #find(request) {
    const requests = this.#requests;
    const { order } = request;
    if (requests[0] === request) return 0;
    if (requests.length === 0) return -1;
    let low = 0;
    let high = requests.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (requests[middle].order < order) low = middle + 1;
      else high = middle;
    }
    return requests[low] === request ? low : -1;
  }
}

module.exports = { Request, RequestList, pull };
