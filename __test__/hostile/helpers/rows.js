'use strict';

// What a peer can send that ends the wire: the bytes, and the code it must leave in `closeReason`.
//
//   name      of the case
//   mended    the row of the README's "Mended" it belongs to, by its first column
//   bytes     what the peer sends
//   code      of `closeReason`, with the whole message where it is worth pinning
//   options   of the wire
//   first     true when the bytes come in the place of a handshake
//   speaks    what the two sides have agreed on: what each announces besides the extension protocol,
//             and what our side has in use
//   told      the events that the bytes come to before the wire closes, none by default

const {
  BITS,
  FAST,
  FIXED,
  OPEN,
  PROTOCOL,
  ROOT,
  V2,
  bitfield,
  extended,
  hashes,
  haveAll,
  haveNone,
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

/** What two sides have agreed on, for `speaks`. */
const AGREED = {
  fast: { ours: { fast: true }, theirs: BITS.fast },
  v2: { ours: { v2: true }, theirs: BITS.v2 },
  asked: { ours: { fast: true }, theirs: 0 },
};

for (const [name, id, length] of [...FAST, ...V2]) {
  const speaks = id < 20 ? AGREED.fast : AGREED.v2;
  for (const wrong of new Set([1, length - 1, length + 1, length + 1000])) {
    if (wrong === length || wrong === 0) continue;
    rows.push({
      name: `${name} of ${wrong} bytes instead of ${length}`,
      speaks,
      bytes: message(id, Buffer.alloc(wrong - 1)),
      code: LENGTH,
      message: `message ${id} cannot be ${wrong} bytes long`,
    });
  }
}

for (const [name, id, length] of FAST) {
  rows.push({
    name: `${name}, which only we have announced`,
    speaks: AGREED.asked,
    bytes: message(id, Buffer.alloc(length - 1)),
    code: 'ERR_PWP_FAST_NOT_NEGOTIATED',
    message: `message ${id} is of the Fast extension, which the peer did not announce`,
  });
}

rows.push(
  {
    name: 'suggest of pieceCount',
    speaks: AGREED.fast,
    options: { pieceCount: 20 },
    bytes: message(13, u32(20)),
    code: INDEX,
  },
  {
    name: 'allowed-fast of pieceCount',
    speaks: AGREED.fast,
    options: { pieceCount: 20 },
    bytes: message(17, u32(20)),
    code: INDEX,
  },
  {
    name: 'reject of pieceCount',
    speaks: AGREED.fast,
    options: { pieceCount: 20 },
    bytes: message(16, u32(20, 0, 1)),
    code: INDEX,
  },
  {
    name: 'reject that ends a byte beyond 2^32',
    speaks: AGREED.fast,
    bytes: message(16, u32(0, 0xffffffff, 2)),
    code: 'ERR_PWP_BLOCK_RANGE',
  },
  {
    name: 'have-all and have-none, one too often',
    speaks: AGREED.fast,
    bytes: Buffer.concat([...Array(4).fill([haveAll, haveNone]).flat(), haveAll]),
    told: Array(4)
      .fill([['have-all'], ['have-none']])
      .flat(),
    code: 'ERR_PWP_HAVE_REPEATED',
    message: 'have all or have none came more than 8 times',
  },
  {
    name: 'fewer hashes than their length says',
    speaks: AGREED.v2,
    bytes: hashes([0, 0, 4, 0], Buffer.alloc(96)),
    code: LENGTH,
    message: 'message 22 cannot be 145 bytes long',
  },
  {
    name: 'hashes without their proof',
    speaks: AGREED.v2,
    bytes: hashes([0, 0, 4, 3], Buffer.alloc(128)),
    code: LENGTH,
  },
  {
    name: 'hashes cut in the middle of one',
    speaks: AGREED.v2,
    bytes: hashes([0, 0, 2, 0], Buffer.alloc(63)),
    code: LENGTH,
  },
);

/** An extension that throws, with what the peer has led it to. @param {string} hook */
function throwing(hook) {
  const Extension = class {};
  Object.assign(Extension.prototype, {
    name: 'throws',
    [hook]() {
      throw new TypeError('no such field');
    },
  });
  return Extension;
}

for (const [hook, data] of /** @type {const} */ ([
  ['onMessage', extended(1, Buffer.from('x'))],
  ['onExtendedHandshake', extended(0, Buffer.from('d1:md6:throwsi1eee'))],
])) {
  rows.push({
    name: `what an extension throws on: ${hook}`,
    speaks: { uses: throwing(hook) },
    bytes: data,
    code: 'ERR_PWP_EXTENSION',
    message: 'extension throws threw: no such field',
  });
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

allowed.push(
  {
    name: 'have-all as often as it is believed',
    speaks: AGREED.fast,
    options: { pieceCount: 20 },
    bytes: Buffer.concat(Array(8).fill(haveAll)),
    events: Array(8).fill(['have-all']),
  },
  {
    name: 'Fast messages of the last piece of pieceCount',
    speaks: AGREED.fast,
    options: { pieceCount: 20, strict: true },
    bytes: Buffer.concat([
      message(13, u32(19)),
      message(17, u32(19)),
      message(16, u32(19, 0xffffffff, 1)),
    ]),
    events: [
      ['suggest', 19],
      ['allowed-fast', 19],
      ['reject', 19, 0xffffffff, 1],
    ],
  },
  {
    name: 'Fast messages of a piece beyond maxPieces',
    speaks: AGREED.fast,
    bytes: Buffer.concat([message(13, u32(0xffffffff)), message(17, u32(0xffffffff))]),
    events: [
      ['suggest', 0xffffffff],
      ['allowed-fast', 0xffffffff],
    ],
  },
  {
    name: 'as many hashes as a message holds',
    speaks: AGREED.v2,
    options: { strict: true },
    bytes: hashes([0, 1, 32766, 2], Buffer.alloc(32 * 32766, 7)),
    events: [['hashes', ROOT, 0, 1, 32766, 2, Buffer.alloc(32 * 32766, 7)]],
  },
  {
    name: 'hash requests for all there can be and for nothing',
    speaks: AGREED.v2,
    bytes: Buffer.concat([
      message(21, ROOT, u32(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)),
      message(23, ROOT, u32(0, 0, 0, 0)),
    ]),
    events: [
      ['hash-request', ROOT, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      ['hash-reject', ROOT, 0, 0, 0, 0],
    ],
  },
);

module.exports = { rows, allowed };
