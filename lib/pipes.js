'use strict';

/**
 * The streams a wire is piped into. A head and its block reach them one by one; corked meanwhile, a
 * socket writes both in one call.
 */
class Pipes {
  /** @type {any[]} */
  #destinations = [];
  /** Those that gather what they get, until the end of the tick. @type {any[] | null} */
  #gathering = null;

  /** @param {NodeJS.WritableStream} destination */
  add(destination) {
    this.#destinations.push(destination);
  }

  /** @param {NodeJS.WritableStream | undefined} destination one pipe to it, or nothing for all */
  remove(destination) {
    const at = destination === undefined ? -1 : this.#destinations.indexOf(destination);
    if (destination === undefined) this.#destinations = [];
    else if (at !== -1) this.#destinations.splice(at, 1);
  }

  /** Has them write together what they get in this tick. */
  gather() {
    if (this.#gathering !== null || this.#destinations.length === 0) return;
    this.#gathering = [...this.#destinations];
    for (const destination of this.#gathering) destination.cork?.();
    process.nextTick(Pipes.#release, this);
  }

  /** @param {Pipes} pipes */
  static #release(pipes) {
    const gathering = pipes.#gathering ?? [];
    pipes.#gathering = null;
    for (const destination of gathering) destination.uncork?.();
  }
}

module.exports = Pipes;
