'use strict';

// What the mutants are made with.

/** @typedef {{ name: string, spoil: (wire: any) => void }} Mutant */

/**
 * @param {any} Wire
 * @param {Mutant} mutant
 */
function mutate(Wire, { spoil }) {
  return function MutantWire(options) {
    const wire = new Wire(options);
    spoil(wire);
    return wire;
  };
}

/** Replaces a method by one that is given the true one. */
function replace(wire, name, make) {
  const original = wire[name];
  wire[name] = make((...args) => original.apply(wire, args));
}

/** Changes what an event is emitted with, or when. */
const onEmit = (event, change) => (wire) =>
  replace(wire, 'emit', (emit) => (name, ...args) => {
    if (name !== event) return emit(name, ...args);
    return change((...changed) => emit(name, ...changed), args, wire);
  });

/** Changes the arguments of a request's callback. */
const onCallback = (change) => (wire) =>
  replace(wire, 'request', (request) => (piece, offset, length, callback) => {
    const changed = callback && ((...args) => change(callback, args, wire));
    if (changed) changed.tag = callback.tag;
    return request(piece, offset, length, changed);
  });

/** Every so often, changes the bytes sent. */
const onPush = (change) => (wire) => {
  let count = 0;
  replace(
    wire,
    'push',
    (push) => (bytes) => push(bytes && ++count % 3 === 0 ? change(bytes) : bytes),
  );
};

module.exports = { mutate, onCallback, onEmit, onPush, replace };
