'use strict';

const assert = require('node:assert/strict');
const native = require('../../lib/addon.js');
const pwp = require('../../index.js');
const { isCloseReason, isDocumented } = require('./errors.js');
const { Ledger } = require('./ledger.js');
const { Patience } = require('./patience.js');

/** A turn of the event loop. */
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What all cases of a run have in common, and what is looked at after them. */
class World {
  ledger = new Ledger();
  /** Thrown where nobody could catch it, since the last look. @type {unknown[]} */
  uncaught = [];
  /** Which case is under way, for messages. */
  name = '';
  #openAtStart = native.openCount();
  #patience = new Patience();

  /** Collects what is thrown on ticks of their own: handlers' mistakes, or findings. */
  watch() {
    const collect = (/** @type {unknown} */ error) => this.uncaught.push(error);
    process.on('uncaughtException', collect);
    process.on('unhandledRejection', collect);
    this.#patience.watch();
  }

  collectGarbage() {
    /** @type {any} */ (globalThis).gc();
  }

  /**
   * Does what a careless program does.
   * @param {() => void} work may throw what is documented
   * @returns {boolean} whether it did not
   */
  attempt(work) {
    try {
      work();
      return true;
    } catch (error) {
      if (!isDocumented(error)) throw error;
      return false;
    }
  }

  /**
   * Keeps a payload that nobody is going to change.
   * @param {Uint8Array} payload
   * @param {boolean} mayVanish whether its memory may be transferred
   */
  keep(payload, mayVanish) {
    this.ledger.keep(payload, this.name, mayVanish);
  }

  /** Nothing was thrown that is not documented. */
  checkUncaught() {
    for (const error of this.uncaught.splice(0)) if (!isDocumented(error)) throw error;
  }

  /**
   * Waits until a wire has nothing more to say.
   * @param {() => boolean} done
   */
  async settle(done = () => true) {
    for (let turns = 0; turns < 200; turns++) {
      await turn();
      if (done()) break;
    }
    await turn();
  }

  /**
   * Counts what must come once, and sees that the wire closes for a documented reason.
   * @param {any} wire
   */
  follow(wire) {
    const counts = { close: 0, finish: 0, end: 0 };
    for (const name of /** @type {const} */ (['close', 'finish', 'end'])) {
      wire.on(name, () => counts[name]++);
    }
    return (isOver) => {
      const { closeReason } = wire;
      if (!isCloseReason(closeReason)) throw closeReason;
      for (const [name, count] of Object.entries(counts)) {
        assert.ok(count <= 1, `'${name}' came ${count} times`);
        if (isOver) assert.equal(count, 1, `'${name}' never came`);
      }
    };
  }

  /** After many cases: all payloads are as they were, and the decoders of dropped wires are gone. */
  async takeStock() {
    this.ledger.verify();
    this.#patience.runOut((work) => this.attempt(work));
    for (let round = 0; round < 100 && native.openCount() > this.#openAtStart; round++) {
      this.collectGarbage();
      await turn();
    }
    const left = native.openCount() - this.#openAtStart;
    assert.equal(left, 0, `${left} decoders are left of wires that nobody has any more`);
    this.checkUncaught();
  }
}

module.exports = { World, pwp, turn };
