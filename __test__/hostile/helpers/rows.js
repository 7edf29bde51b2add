'use strict';

// What a peer can send that ends the wire: the bytes, and the code it must leave in `closeReason`.
//
//   name      of the case
//   mended    the row of the README's "Mended" it belongs to, by its first column
//   bytes     what the peer sends
//   code      of `closeReason`, with the whole message where it is worth pinning
//   options   of the wire
//   first     true when the bytes come in the place of a handshake

const {
  FIXED,
  OPEN,
  PROTOCOL,
  bitfield,
  handshake,
  have,
  message,
  u16,
  u32,
} = require('./bytes.js');

const MENDED = {
  short:
    'a short `have`, `request`, `cancel`, `piece`, `port` or `extended` throws out of `write()` and ends the process',
  first: 'any first byte starts a handshake, even `GET / HTTP/1.1`',
  prefix: 'a length prefix of 0xffffffff is buffered without end',
  index:
    'a 1 MiB bitfield makes an array of 8 million entries, `have` 0xfffffffe one of that length',
  extra: 'extra bytes in a message of fixed length are ignored',
  range: 'a block that ends beyond 2³² bytes is passed on',
};

const LENGTH = 'ERR_PWP_MESSAGE_LENGTH';
const TOO_LONG = 'ERR_PWP_MESSAGE_TOO_LONG';
const NOT_BITTORRENT = 'ERR_PWP_NOT_BITTORRENT';
const INDEX = 'ERR_PWP_PIECE_INDEX';
const BITFIELD = 'ERR_PWP_BITFIELD_LENGTH';
const SPARE = 'ERR_PWP_BITFIELD_SPARE_BITS';

/** @type {any[]} */
const rows = [];

for (const [name, id, length] of [...FIXED, ...OPEN].filter(([, , length]) => length > 1)) {
  for (const short of new Set([1, length - 1])) {
    rows.push({
      name: `${name} of ${short} bytes instead of ${length}`,
      mended: MENDED.short,
      bytes: message(id, Buffer.alloc(short - 1)),
      code: LENGTH,
      message: `message ${id} cannot be ${short} bytes long`,
    });
  }
}

for (const [name, id, length] of FIXED) {
  for (const extra of [1, 1000]) {
    rows.push({
      name: `${name} with ${extra} bytes too many`,
      mended: MENDED.extra,
      bytes: message(id, Buffer.alloc(length - 1 + extra)),
      code: LENGTH,
      message: `message ${id} cannot be ${length + extra} bytes long`,
    });
  }
}

rows.push(
  {
    name: 'GET / HTTP/1.1',
    mended: MENDED.first,
    first: true,
    bytes: Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    code: NOT_BITTORRENT,
    message: 'not a BitTorrent handshake: byte 0 is 0x47',
  },
  {
    name: 'a lone wrong first byte',
    mended: MENDED.first,
    first: true,
    bytes: Buffer.from([20]),
    code: NOT_BITTORRENT,
    message: 'not a BitTorrent handshake: byte 0 is 0x14',
  },
  {
    name: 'another protocol name of the same length',
    mended: MENDED.first,
    first: true,
    bytes: Buffer.concat([Buffer.from('\x13BitTorrent protocoL'), handshake().subarray(20)]),
    code: NOT_BITTORRENT,
    message: 'not a BitTorrent handshake: byte 19 is 0x4c',
  },
  {
    name: 'the protocol name without its length',
    mended: MENDED.first,
    first: true,
    bytes: Buffer.from(PROTOCOL.subarray(1)),
    code: NOT_BITTORRENT,
  },
  {
    name: 'a length prefix of 0xffffffff',
    mended: MENDED.prefix,
    bytes: u32(0xffffffff),
    code: TOO_LONG,
    message: 'a message of 4294967295 bytes is over the limit of 1048576',
  },
  {
    name: 'a length prefix one above the limit',
    mended: MENDED.prefix,
    bytes: u32(2 ** 20 + 1),
    code: TOO_LONG,
  },
  {
    name: 'a length prefix one above a limit of 16393',
    mended: MENDED.prefix,
    options: { maxMessageSize: 16393 },
    bytes: u32(16394),
    code: TOO_LONG,
  },
  {
    name: 'a 1 MiB bitfield',
    mended: MENDED.index,
    bytes: bitfield(Buffer.alloc(2 ** 20, 0xff)),
    code: TOO_LONG,
  },
  {
    name: 'the longest bitfield that maxMessageSize lets through',
    mended: MENDED.index,
    bytes: bitfield(Buffer.alloc(2 ** 20 - 1, 0xff)),
    code: BITFIELD,
    message: 'a bitfield of 1048575 bytes does not fit at most 2097152 pieces',
  },
  {
    name: 'a bitfield one byte above maxPieces',
    mended: MENDED.index,
    options: { maxPieces: 20 },
    bytes: bitfield(Buffer.alloc(4)),
    code: BITFIELD,
  },
  {
    name: 'have 0xfffffffe',
    mended: MENDED.index,
    bytes: have(0xfffffffe),
    code: INDEX,
    message: 'piece 4294967294 is out of range: the torrent has at most 2097152 pieces',
  },
  {
    name: 'have 0xffffffff',
    mended: MENDED.index,
    bytes: have(0xffffffff),
    code: INDEX,
  },
  {
    name: 'have of the first piece above maxPieces',
    mended: MENDED.index,
    bytes: have(2 ** 21),
    code: INDEX,
  },
  {
    name: 'have of pieceCount',
    mended: MENDED.index,
    options: { pieceCount: 20 },
    bytes: have(20),
    code: INDEX,
    message: 'piece 20 is out of range: the torrent has 20 pieces',
  },
  {
    name: 'a bitfield one byte too long for pieceCount',
    mended: MENDED.index,
    options: { pieceCount: 20 },
    bytes: bitfield(Buffer.alloc(4)),
    code: BITFIELD,
    message: 'a bitfield of 4 bytes does not fit 20 pieces',
  },
  {
    name: 'a bitfield one byte too short for pieceCount',
    mended: MENDED.index,
    options: { pieceCount: 20 },
    bytes: bitfield(Buffer.alloc(2)),
    code: BITFIELD,
  },
  {
    name: 'an empty bitfield with pieceCount',
    mended: MENDED.index,
    options: { pieceCount: 1 },
    bytes: bitfield(Buffer.alloc(0)),
    code: BITFIELD,
  },
  {
    name: 'a bitfield with the first spare bit set',
    mended: MENDED.index,
    options: { pieceCount: 20 },
    bytes: bitfield(Buffer.from([0, 0, 0b00001000])),
    code: SPARE,
    message: 'a bitfield sets spare bits after the last of 20 pieces',
  },
  {
    name: 'a bitfield with the last spare bit set',
    mended: MENDED.index,
    options: { pieceCount: 1 },
    bytes: bitfield(Buffer.from([1])),
    code: SPARE,
  },
  {
    name: 'a message of an unknown id, with strict',
    mended: MENDED.extra,
    options: { strict: true },
    bytes: message(99, Buffer.from([1, 2, 3])),
    code: 'ERR_PWP_UNKNOWN_MESSAGE',
    message: 'message 99 is not known',
  },
);

// Messages that name a block.
for (const [name, of] of /** @type {const} */ ([
  ['request', (/** @type {number[]} */ ...block) => message(6, u32(...block))],
  ['cancel', (/** @type {number[]} */ ...block) => message(8, u32(...block))],
  [
    'piece',
    (/** @type {number} */ index, /** @type {number} */ offset, /** @type {number} */ length) =>
      message(7, u32(index, offset), Buffer.alloc(length)),
  ],
])) {
  rows.push(
    {
      name: `${name} that ends a byte beyond 2^32`,
      mended: MENDED.range,
      bytes: of(0, 0xffffffff, 2),
      code: 'ERR_PWP_BLOCK_RANGE',
      message: 'a block of 2 bytes at 4294967295 ends beyond the last offset',
    },
    {
      name: `${name} of pieceCount`,
      mended: MENDED.index,
      options: { pieceCount: 20 },
      bytes: of(20, 0, 1),
      code: INDEX,
    },
  );
}

/** What is just within the bounds, with the events it must come to. */
const allowed = [
  {
    name: 'a block that ends at 2^32',
    bytes: Buffer.concat([
      message(7, u32(1, 0xffffffff), Buffer.from('x')),
      message(8, u32(1, 0xffffffff, 1)),
    ]),
    events: [
      ['piece', 1, 0xffffffff, Buffer.from('x')],
      ['cancel', 1, 0xffffffff, 1],
    ],
  },
  {
    name: 'a block of the last piece of pieceCount',
    options: { pieceCount: 20 },
    bytes: message(8, u32(19, 0, 1)),
    events: [['cancel', 19, 0, 1]],
  },
  {
    name: 'every known message, with strict',
    options: { strict: true },
    bytes: Buffer.concat([message(9, u16(7)), message(20, Buffer.from([0])), Buffer.alloc(4)]),
    events: [['port', 7], ['extended', 0, Buffer.alloc(0)], ['keep-alive']],
  },
  {
    name: 'have of the last piece below maxPieces',
    bytes: have(2 ** 21 - 1),
    events: [['have', 2 ** 21 - 1]],
  },
  {
    name: 'have of the last piece of pieceCount',
    options: { pieceCount: 20 },
    bytes: have(19),
    events: [['have', 19]],
  },
  {
    name: 'a bitfield of exactly maxPieces',
    bytes: bitfield(Buffer.alloc(2 ** 18, 0xff)),
    events: [['bitfield', Buffer.alloc(2 ** 18, 0xff)]],
  },
  {
    name: 'a bitfield of exactly pieceCount',
    options: { pieceCount: 20 },
    bytes: bitfield(Buffer.from([0xff, 0xff, 0xf0])),
    events: [['bitfield', Buffer.from([0xff, 0xff, 0xf0])]],
  },
  {
    name: 'a message of exactly maxMessageSize',
    options: { maxMessageSize: 16393 },
    bytes: message(7, u32(1, 2), Buffer.alloc(16384, 7)),
    events: [['piece', 1, 2, Buffer.alloc(16384, 7)]],
  },
  {
    name: 'pieceCount above maxPieces',
    options: { pieceCount: 100, maxPieces: 10 },
    bytes: have(99),
    events: [['have', 99]],
  },
  {
    name: 'a block and an extended message of no bytes',
    bytes: Buffer.concat([message(7, u32(1, 2)), message(20, Buffer.from([0]))]),
    events: [
      ['piece', 1, 2, Buffer.alloc(0)],
      ['extended', 0, Buffer.alloc(0)],
    ],
  },
  {
    name: 'a message of an unknown id, of one byte and of many',
    bytes: Buffer.concat([message(99), message(10, u16(7))]),
    events: [
      ['unknownmessage', Buffer.from([99])],
      ['unknownmessage', Buffer.from([10, 0, 7])],
    ],
  },
];

module.exports = { rows, allowed };
