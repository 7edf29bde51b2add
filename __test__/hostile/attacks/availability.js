'use strict';

// Bitfields and `have` (BEP 3).

const bytes = require('../helpers/bytes.js');
const { CODES, KEPT_OPEN, opens, repeat } = require('./scripts.js');

const { bitfield, have } = bytes;
const LONGEST = bitfield(Buffer.alloc(2 ** 18, 255));

/** @type {import('./scripts.js').Attack[]} */
const attacks = [
  {
    name: 'a bitfield a byte too long for `pieceCount`',
    script: opens(bitfield(Buffer.alloc(9))),
    options: { pieceCount: 64 },
    outcome: CODES.BITFIELD_LENGTH,
    source: 'BEP 3; libtorrent, Transmission: exact',
  },
  {
    name: 'a bitfield a byte too short for `pieceCount`',
    script: opens(bitfield(Buffer.alloc(7))),
    options: { pieceCount: 64 },
    outcome: CODES.BITFIELD_LENGTH,
    source: 'BEP 3; libtorrent, Transmission: exact',
  },
  {
    name: 'a bitfield of no bytes, with `pieceCount`',
    script: opens(bitfield(Buffer.alloc(0))),
    options: { pieceCount: 64 },
    outcome: CODES.BITFIELD_LENGTH,
    source: 'BEP 3',
  },
  {
    name: 'a bitfield of no bytes, without `pieceCount`',
    script: opens(bitfield(Buffer.alloc(0)), have(0)),
    outcome: KEPT_OPEN,
    events: { bitfield: 1, have: 1 },
    pieces: 1,
    source: 'BEP 3',
  },
  {
    name: 'a bitfield with spare bits set',
    script: opens(bitfield(Buffer.from([0, 1]))),
    options: { pieceCount: 15 },
    outcome: CODES.BITFIELD_SPARE_BITS,
    source: 'BEP 3: spare bits are zero',
  },
  {
    name: 'a bitfield of 1 MiB: eight million pieces',
    script: opens(bitfield(Buffer.alloc(2 ** 20 - 1, 255))),
    outcome: CODES.BITFIELD_LENGTH,
    source: 'libtorrent: no more than 2^21 pieces',
  },
  {
    name: 'a bitfield of 16 MiB',
    script: opens(bitfield(Buffer.alloc(2 ** 24, 255))),
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'libtorrent closes over 1 MiB',
  },
  {
    name: 'a bitfield twice',
    script: opens(repeat(bitfield(Buffer.from([255, 0])), 2)),
    outcome: KEPT_OPEN,
    events: { bitfield: 2 },
    pieces: 16,
    source: 'libtorrent allows it, the counts must not inflate',
  },
  {
    name: 'a bitfield after other messages',
    script: opens(have(3), bytes.unchoke, bitfield(Buffer.from([255, 255]))),
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 1, bitfield: 1 },
    pieces: 16,
    source: 'BEP 3 has it first; libtorrent allows it at any time',
  },
  {
    name: 'the longest bitfield allowed, twenty times',
    script: opens(repeat(LONGEST, 20)),
    outcome: KEPT_OPEN,
    events: { bitfield: 20 },
    pieces: 2 ** 21,
    bounds: { heldMB: 48 },
    source: 'BEP 3: 2 million pieces each, in two wires',
  },
  {
    name: 'have of piece 0xffffffff',
    script: opens(have(0xffffffff)),
    outcome: CODES.PIECE_INDEX,
    source: 'bittorrent-protocol takes it for -1',
  },
  {
    name: 'have of piece 0xfffffffe',
    script: opens(have(0xfffffffe)),
    outcome: CODES.PIECE_INDEX,
    source: 'as long as an array can be',
  },
  {
    name: 'have of the first piece above `maxPieces`',
    script: opens(have(2 ** 21)),
    outcome: CODES.PIECE_INDEX,
    source: 'libtorrent ignores it above 0x200000',
  },
  {
    name: 'have of the last piece below `maxPieces`, the first it has',
    script: opens(have(2 ** 21 - 1)),
    outcome: KEPT_OPEN,
    events: { have: 1 },
    pieces: 2 ** 21,
    source: 'libtorrent ignores it above 0x200000',
  },
  {
    name: 'have of the last piece below `maxPieces`, then the longest bitfield',
    script: opens(have(2 ** 21 - 1), LONGEST),
    outcome: KEPT_OPEN,
    events: { have: 1, bitfield: 1 },
    pieces: 2 ** 21,
    bounds: { heldMB: 48 },
    source: 'BEP 3: a sparse array that is filled',
  },
  {
    name: 'have of `pieceCount`',
    script: opens(have(64)),
    options: { pieceCount: 64 },
    outcome: CODES.PIECE_INDEX,
    source: 'libtorrent, Transmission, anacrolix/torrent close',
  },
  {
    name: 'have of 500,000 pieces, from the last down',
    script: opens(Buffer.concat(Array.from({ length: 500_000 }, (_, i) => have(500_000 - i)))),
    outcome: KEPT_OPEN,
    events: { have: 500_000 },
    pieces: 500_001,
    bounds: { heldMB: 48 },
    source: 'BEP 3: an array that grows from its end',
  },
  {
    name: 'have of every eighth piece of two million',
    script: opens(Buffer.concat(Array.from({ length: 2 ** 18 }, (_, i) => have(8 * i)))),
    outcome: KEPT_OPEN,
    events: { have: 2 ** 18 },
    pieces: 2 ** 21 - 7,
    bounds: { heldMB: 64 },
    source: 'BEP 3: a sparse array',
  },
  {
    name: 'have of the same piece 500,000 times',
    script: opens(repeat(have(5), 500_000)),
    outcome: KEPT_OPEN,
    events: { have: 500_000 },
    pieces: 6,
    source: 'BEP 3',
  },
];

module.exports = attacks;
