'use strict';

// Calls that are wrong in themselves. Each must throw a coded TypeError or
// RangeError before anything changes.

const hash = Buffer.alloc(20);
const bytes = Buffer.alloc(3);

/** @type {[string, unknown[]][]} */
const misuses = [
  ['have', [-1]],
  ['have', [2 ** 32]],
  ['have', [1.5]],
  ['have', [Number.NaN]],
  ['have', ['3']],
  ['have', [null]],
  ['have', []],
  ['request', ['0', 0, 1]],
  ['request', [0, 1.5, 1]],
  ['request', [0, 0]],
  ['request', [0, 0, 1, 'callback']],
  ['cancel', [-1, 0, 1]],
  ['cancel', [0, 2 ** 32, 1]],
  ['cancel', [0, 0, '1']],
  ['piece', [-1, 0, bytes]],
  ['piece', [0, -1, bytes]],
  ['piece', [0, 0, 'block']],
  ['piece', [0, 0, null]],
  ['piece', [0, 0]],
  ['port', [-1]],
  ['port', [65536]],
  ['port', ['6881']],
  ['bitfield', []],
  ['bitfield', [null]],
  ['bitfield', ['110']],
  ['bitfield', [{}]],
  ['extended', [-1, bytes]],
  ['extended', [256, bytes]],
  ['extended', ['0', bytes]],
  ['extended', [0]],
  ['handshake', [hash.subarray(1), hash]],
  ['handshake', [hash, hash.subarray(1)]],
  ['handshake', ['abc', hash]],
  ['handshake', [hash, 'twenty-one characters']],
  ['handshake', [hash]],
  ['handshake', []],
  ['setTimeout', [-1]],
  ['setTimeout', [Number.NaN]],
  ['setTimeout', ['1000']],
  ['setTimeout', [1000, 'listener']],
];

module.exports = { misuses };
