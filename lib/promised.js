'use strict';

const { aborted, invalidType } = require('./errors.js');

/** @typedef {import('./wire.js')} Wire */
/** @typedef {InstanceType<typeof import('./requests.js').Request>} Request */

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
      if (onAbort !== null) signal?.removeEventListener('abort', onAbort);
      if (error) reject(error);
      else resolve(bytes);
    });
    if (signal === undefined || isSettled) return;
    const request = /** @type {Request} */ (wire.requests.at(-1));
    onAbort = () => withdraw(request, aborted(signal));
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

module.exports = { requestBlock };
