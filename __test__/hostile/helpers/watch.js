'use strict';

const { ENDS, HEARD } = require('./names.js');

/**
 * Writes down what a wire emits. `error` is not among it: listening for it changes what happens.
 * @param {import('../../../index.js')} wire
 */
function watch(wire) {
  /** @type {any[][]} messages of the peer, without callbacks */
  const messages = [];
  /** @type {string[]} how the wire ended, in order */
  const ends = [];
  for (const name of HEARD) {
    wire.on(name, (...args) => {
      messages.push([name, ...args.filter((arg) => typeof arg !== 'function')]);
    });
  }
  for (const name of ENDS) wire.on(name, () => ends.push(name));
  return { messages, ends };
}

/**
 * Asks for blocks and writes down how each request ends.
 * @param {import('../../../index.js')} wire
 * @param {number} count
 * @returns {any[][]} the arguments of every call of a callback, as they come
 */
function ask(wire, count) {
  /** @type {any[][]} */
  const outcomes = [];
  for (let i = 0; i < count; i++) {
    wire.request(i, 0, 16384, (/** @type {any} */ error, /** @type {any} */ block) => {
      outcomes.push([i, error?.code, error?.message, block]);
    });
  }
  return outcomes;
}

module.exports = { ask, watch };
