'use strict';

// Wires that are wrong in one thing. The fuzz has to notice each, or its silence says nothing.

const native = require('../../lib/addon.js');
const pwp = require('../../index.js');

/**
 * Changes what a wire emits.
 * @param {(emit: Function, wire: any, name: string, args: any[]) => unknown} change
 */
function onEmit(change) {
  const { emit } = pwp.prototype;
  pwp.prototype.emit = function (name, ...args) {
    return change(emit.bind(this), this, name, args);
  };
}

let count = 0;
/** Seldom enough to have to be looked for. @param {string} name @param {string} wanted */
const now = (name, wanted) => name === wanted && ++count % 100 === 0;

/** @type {Record<string, () => void>} */
module.exports = {
  'loses a message': () =>
    onEmit((emit, _wire, name, args) => now(name, 'have') || emit(name, ...args)),
  'refuses a request twice': () =>
    onEmit((emit, wire, name, args) => {
      if (wire.hasFast && now(name, 'cancel')) wire.reject(...args);
      return emit(name, ...args);
    }),
  'mishears an extension': () =>
    onEmit((emit, _wire, name, args) => {
      if (args[0] === 'handshake' && now(name, 'extended')) args[1].x = 'y';
      return emit(name, ...args);
    }),
  'writes over a block handed out': () =>
    onEmit((emit, _wire, name, args) => {
      if (now(name, 'piece')) setImmediate(() => args[2].length > 0 && args[2].fill(0));
      return emit(name, ...args);
    }),
  'keeps a decoder': () =>
    onEmit((emit, _wire, name, args) => {
      if (now(name, 'handshake')) native.open(2 ** 20, 100, null, false);
      return emit(name, ...args);
    }),
  'throws what nobody knows': () =>
    onEmit((emit, _wire, name, args) => {
      if (now(name, 'have')) throw new TypeError('no such record');
      return emit(name, ...args);
    }),
  'closes twice': () =>
    onEmit((emit, _wire, name, args) => {
      if (now(name, 'close')) emit(name);
      return emit(name, ...args);
    }),
  'ends the process': () =>
    onEmit((emit, _wire, name, args) =>
      now(name, 'have') ? process.abort() : emit(name, ...args),
    ),
  'never returns': () =>
    onEmit((emit, _wire, name, args) => {
      while (now(name, 'have')) count--;
      return emit(name, ...args);
    }),
};
