'use strict';

const { aborted, invalidType } = require('./errors.js');

/** @typedef {import('./wire.js')} Wire */
/** @typedef {InstanceType<typeof import('./requests.js').Request>} Request */

/** Requests that a signal takes back: one listener for all of them, or Node warns of a leak. */
class Aborts {
  /** @type {WeakMap<AbortSignal, Aborts>} */
  static #ofSignals = new WeakMap();

  #signal;
  /** @type {Set<() => void>} */
  #handlers = new Set();

  /** @param {AbortSignal} signal */
  static of(signal) {
    const known = Aborts.#ofSignals.get(signal);
    if (known !== undefined) return known;
    const made = new Aborts(signal);
    Aborts.#ofSignals.set(signal, made);
    return made;
  }

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal;
  }

  #onAbort = () => {
    for (const handler of [...this.#handlers]) handler();
  };

  /** @param {() => void} handler */
  add(handler) {
    if (this.#handlers.size === 0) this.#signal.addEventListener('abort', this.#onAbort);
    this.#handlers.add(handler);
  }

  /** @param {() => void} handler */
  remove(handler) {
    this.#handlers.delete(handler);
    if (this.#handlers.size === 0) this.#signal.removeEventListener('abort', this.#onAbort);
  }
}

/**
 * A request as a promise.
 * @param {Wire} wire
 * @param {(request: Request, error: Error) => void} withdraw gives up on a request
 * @param {[index: number, offset: number, length: number]} block
 * @param {{ signal?: AbortSignal } | null} [options]
 * @returns {Promise<Buffer>}
 */
async function requestBlock(wire, withdraw, block, options) {
  const signal = options?.signal;
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw invalidType('options.signal', 'an AbortSignal', signal);
  }
  if (signal?.aborted) throw aborted(signal);
  return new Promise((resolve, reject) => {
    /** @type {(() => void) | null} */
    let onAbort = null;
    let isSettled = false;
    wire.request(...block, (/** @type {Error | null} */ error, /** @type {any} */ bytes) => {
      isSettled = true;
      if (onAbort !== null && signal !== undefined) Aborts.of(signal).remove(onAbort);
      if (error) reject(error);
      else resolve(bytes);
    });
    if (signal === undefined || isSettled) return;
    const request = /** @type {Request} */ (wire.requests.at(-1));
    onAbort = () => withdraw(request, aborted(signal));
    Aborts.of(signal).add(onAbort);
  });
}

module.exports = { requestBlock };
