'use strict';

// Mutants that only use what every wire has, so that they are made of this package
// as well as of the original.

const { EVENTS, METHODS } = require('../names');
const { onCallback, onEmit, onPush, replace } = require('./tools');

function flipLast(bytes) {
  const wrong = Buffer.from(bytes);
  wrong[wrong.length - 1] ^= 1;
  return wrong;
}

/** @type {import('./tools').Mutant[]} */
const surface = [
  ...EVENTS.map((event) => ({
    name: `swallows ${event}`,
    spoil: onEmit(event, () => false),
  })),
  ...METHODS.map((method) => ({
    name: `${method}() does nothing`,
    spoil: (wire) => replace(wire, method, () => () => {}),
  })),
  {
    name: 'emits have twice',
    spoil: onEmit('have', (emit, args) => [emit(...args), emit(...args)]),
  },
  {
    name: 'emits unchoke a tick late',
    spoil: onEmit('unchoke', (emit) => process.nextTick(emit)),
  },
  {
    name: 'have with the next index',
    spoil: onEmit('have', (emit, [index]) => emit(index + 1)),
  },
  {
    name: 'request with offset and length exchanged',
    spoil: onEmit('request', (emit, [piece, offset, length, respond]) =>
      emit(piece, length, offset, respond),
    ),
  },
  {
    name: 'piece with a byte missing',
    spoil: onEmit('piece', (emit, [piece, offset, block]) =>
      emit(piece, offset, block.subarray(0, -1)),
    ),
  },
  {
    name: 'a long piece with one bit wrong',
    spoil: onEmit('piece', (emit, [piece, offset, block]) => {
      const wrong = Buffer.from(block);
      if (wrong.length > 100) wrong[wrong.length - 1] ^= 1;
      return emit(piece, offset, wrong);
    }),
  },
  {
    name: 'extended as Uint8Array instead of Buffer',
    spoil: onEmit('extended', (emit, [id, payload]) => emit(id, Uint8Array.from(payload))),
  },
  {
    name: 'blocks in memory that is used again',
    spoil: onEmit('piece', (emit, [piece, offset, block]) => {
      const reused = Buffer.from(block);
      setImmediate(() => reused.fill(0));
      return emit(piece, offset, reused);
    }),
  },
  {
    name: 'bytes to send in memory that is used again',
    spoil: onPush((bytes) => {
      const reused = Buffer.from(bytes);
      setImmediate(() => setImmediate(() => reused.fill(0)));
      return reused;
    }),
  },
  {
    name: 'writes into the bytes it was given',
    spoil: (wire) =>
      replace(wire, 'piece', (piece) => (index, offset, block) => {
        piece(index, offset, Buffer.from(block));
        block.fill(0);
      }),
  },
  {
    name: 'handshake event without the dht flag',
    spoil: onEmit('handshake', (emit, [hash, id, extensions]) =>
      emit(hash, id, { ...extensions, dht: false }),
    ),
  },
  {
    name: 'unknownmessage without its id',
    spoil: onEmit('unknownmessage', (emit, [body]) => emit(body.subarray(1))),
  },
  {
    name: 'download counted double',
    spoil: onEmit('download', (emit, [length], wire) => {
      wire.downloaded += length;
      return emit(length);
    }),
  },
  {
    name: 'peerPieces one longer after a bitfield',
    spoil: onEmit('bitfield', (emit, args, wire) => {
      wire.peerPieces.push(false);
      return emit(...args);
    }),
  },
  {
    name: 'have as another truth than true',
    spoil: onEmit('have', (emit, [index], wire) => {
      wire.peerPieces[index] = 1;
      return emit(index);
    }),
  },
  {
    name: 'callback with another message',
    spoil: onCallback((callback, [error, block]) =>
      callback(error && Object.assign(new Error(`${error.message}!`), { code: error.code }), block),
    ),
  },
  {
    name: 'callback called twice',
    spoil: onCallback((callback, args) => [callback(...args), callback(...args)]),
  },
  {
    name: 'callback a microtask late',
    spoil: onCallback((callback, args) => queueMicrotask(() => callback(...args))),
  },
  {
    name: 'callback without the block',
    spoil: onCallback((callback, [error]) => callback(error, null)),
  },
  { name: 'a byte sent is missing', spoil: onPush((bytes) => bytes.subarray(1)) },
  { name: 'bytes sent twice', spoil: onPush((bytes) => Buffer.concat([bytes, bytes])) },
  { name: 'a bit sent is wrong', spoil: onPush((bytes) => flipLast(bytes)) },
  {
    name: 'destroy() without end()',
    spoil: (wire) =>
      replace(wire, 'destroy', () => () => {
        wire.emit('close');
      }),
  },
  {
    name: 'speeds that stand still',
    spoil: (wire) => {
      wire.downloadSpeed = () => 0;
      wire.uploadSpeed = () => 0;
    },
  },
  {
    name: 'requests replaced by a copy',
    spoil: onEmit('unchoke', (emit, _args, wire) => {
      wire.requests = [...wire.requests];
      return emit();
    }),
  },
];

/** Nothing is wrong with these: what the mutants are made with must not be noticed by itself. */
const harmless = [
  { name: 'nothing', spoil: () => {} },
  ...METHODS.map((method) => ({
    name: `${method}() called through another function`,
    spoil: (wire) => replace(wire, method, (call) => call),
  })),
  {
    name: 'have emitted through another function',
    spoil: onEmit('have', (emit, args) => emit(...args)),
  },
  { name: 'another callback', spoil: onCallback((callback, args) => callback(...args)) },
  { name: 'copies of the bytes sent', spoil: onPush((bytes) => Buffer.from(bytes)) },
];

module.exports = { harmless, surface };
