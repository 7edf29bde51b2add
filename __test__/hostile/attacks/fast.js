'use strict';

// The Fast extension (BEP 6) where it was agreed on, or asked for by the attacked program alone.

const bytes = require('../helpers/bytes.js');
const { CODES, KEPT_OPEN, repeat, sends } = require('./scripts.js');

const { BITS, FAST, allowedFast, cancel, choke, have, haveAll, haveNone, interested } = bytes;
const { message, piece, reject, request, suggest, u32, unchoke, uninterested } = bytes;
const BLOCK = 2 ** 14;
const MAX_BLOCK = 2 ** 17;
const MOST_PIECES = 2 ** 21;
const ASKED = [have(0), unchoke];
const UNREAD = 'torrent-stream 11, 37, 165, 177; webtorrent 1973';
const FLOOD = 'BEP 6: nothing says how often';

/** @typedef {import('./scripts.js').Attack} Attack */

/** Both sides announce it. @param {...Uint8Array} parts */
const fast = (...parts) => ({
  program: { fast: true },
  script: sends(bytes.handshake(BITS.fast), ...parts),
});

/**
 * As many messages as `of` makes of the numbers up to there.
 * @param {number} count
 * @param {(i: number) => Uint8Array} of
 */
const series = (count, of) => Buffer.concat(Array.from({ length: count }, (_, i) => of(i)));

/** Rejects of all that the attacked program asks for, in its order. @param {number} count */
const rejects = (count) => series(count, (i) => reject((i >> 4) % 64, BLOCK * (i % 16), BLOCK));

/** 2000 different blocks of the torrent. */
const MANY = series(2000, (i) => request(i % 64, BLOCK * ((i >> 6) % 16), BLOCK));

/** @type {Attack[]} */
const attacks = [
  {
    ...fast(repeat(suggest(1), 400_000)),
    name: '400,000 suggest',
    outcome: KEPT_OPEN,
    events: { suggest: 400_000 },
    source: 'libtorrent keeps 16 suggestions',
  },
  {
    ...fast(series(100_000, (i) => suggest(0xffffffff - i))),
    name: 'suggest of 100,000 pieces, from the last there can be',
    outcome: KEPT_OPEN,
    events: { suggest: 100_000 },
    source: 'libtorrent keeps 16 suggestions',
  },
  {
    ...fast(repeat(Buffer.concat([haveAll, haveNone]), 100)),
    name: 'have-all and have-none in turns, of two million pieces',
    options: { pieceCount: MOST_PIECES },
    outcome: CODES.HAVE_REPEATED,
    events: { 'have-all': 4, 'have-none': 4 },
    bounds: { heldMB: 48 },
    source: 'BEP 6: once; every five bytes fill an array of 16 MB',
  },
  {
    ...fast(repeat(haveAll, 8), have(1)),
    name: 'have-all as often as it is believed, of two million pieces',
    options: { pieceCount: MOST_PIECES },
    outcome: KEPT_OPEN,
    events: { 'have-all': 8, have: 1 },
    pieces: MOST_PIECES,
    bounds: { heldMB: 48 },
    source: 'BEP 6: once',
  },
  {
    ...fast(repeat(haveAll, 200_000)),
    name: 'have-all 200,000 times, without `pieceCount`',
    outcome: CODES.HAVE_REPEATED,
    events: { 'have-all': 8 },
    source: 'BEP 6: once',
  },
  {
    ...fast(haveAll, bytes.bitfield(Buffer.alloc(8)), haveNone, have(2), haveAll, have(63)),
    name: 'have-all, a bitfield, have-none, have and have-all again',
    outcome: KEPT_OPEN,
    events: { 'have-all': 2, 'have-none': 1, bitfield: 1, have: 2 },
    pieces: 64,
    source: 'BEP 6: one of them, and first',
  },
  {
    ...fast(
      haveAll,
      series(100_000, (i) => have(MOST_PIECES - 1 - i)),
    ),
    name: 'have-all, then have of 100,000 pieces from the last down',
    outcome: KEPT_OPEN,
    events: { 'have-all': 1, have: 100_000 },
    pieces: MOST_PIECES,
    bounds: { heldMB: 48 },
    source: 'BEP 6: all are there already',
  },
  {
    ...fast(series(100_000, (i) => allowedFast(i))),
    name: 'allowed-fast of 100,000 pieces',
    outcome: KEPT_OPEN,
    events: { 'allowed-fast': 100_000 },
    source: 'bittorrent-protocol keeps 100 of them',
  },
  {
    ...fast(repeat(allowedFast(0xffffffff), 400_000)),
    name: 'allowed-fast of the same piece 400,000 times',
    outcome: KEPT_OPEN,
    events: { 'allowed-fast': 400_000 },
    source: FLOOD,
  },
  {
    ...fast(repeat(reject(1, 0, BLOCK), 200_000)),
    name: '200,000 rejects of what was never asked for',
    outcome: KEPT_OPEN,
    events: { reject: 200_000 },
    source: FLOOD,
  },
  {
    ...fast(
      ...ASKED,
      series(100_000, (i) => reject(0, BLOCK * (i % 16), BLOCK)),
    ),
    name: 'rejects of everything, asked for again 100,000 times',
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 1, reject: 100_000 },
    replies: { request: 100_005 },
    source: 'BEP 6; webtorrent 1995',
  },
  {
    ...fast(
      ...ASKED,
      series(1_000_000, (i) => reject(0, BLOCK * (i % 16), BLOCK)),
    ),
    name: 'rejects of everything, asked for again a million times, and it never reads',
    outcome: CODES.BACKLOG,
    events: null, // as many as fit the time
    reads: false,
    source: 'torrent-stream 11, 37: a request for every reject',
  },
  {
    ...fast(haveAll, unchoke, rejects(3000)),
    name: 'rejects of 3000 requests, and of those made in their place',
    options: { pieceCount: 64 },
    program: { fast: true, pipeline: 3000 },
    outcome: KEPT_OPEN,
    events: { 'have-all': 1, unchoke: 1, reject: 3000 },
    replies: { request: 6000 },
    source: 'BEP 6',
  },
  {
    ...fast(
      haveAll,
      unchoke,
      series(20_000, (i) => reject(63 - ((i >> 4) % 64), BLOCK * (15 - (i % 16)), BLOCK)),
    ),
    name: 'rejects of the youngest of 3000 requests first, 20,000 times',
    program: { fast: true, pipeline: 3000 },
    outcome: KEPT_OPEN,
    events: { 'have-all': 1, unchoke: 1, reject: 20_000 },
    replies: { request: 23_000 },
    source: 'a list that is looked through for every reject',
  },
  {
    ...fast(repeat(request(1, 0, BLOCK), 100_000)),
    name: '100,000 requests while choked',
    outcome: KEPT_OPEN,
    replies: { piece: 0, reject: 100_000 },
    source: 'BEP 6: each is rejected',
  },
  {
    ...fast(repeat(request(1, 0, BLOCK), 1_000_000)),
    name: 'a million requests while choked, and it never reads',
    outcome: CODES.BACKLOG,
    reads: false,
    source: UNREAD,
  },
  {
    ...fast(repeat(request(0, 0, BLOCK), 1_000_000)),
    name: 'a million requests of an allowed piece while choked, and it never reads',
    outcome: CODES.BACKLOG,
    events: null,
    reads: false,
    source: UNREAD,
  },
  {
    ...fast(interested, repeat(MANY, 10)),
    name: '20,000 requests, those beyond `maxPeerRequests` rejected, and it never reads',
    outcome: KEPT_OPEN,
    events: null,
    reads: false,
    source: UNREAD,
  },
  {
    ...fast(interested, repeat(MANY, 500)),
    name: 'a million requests, those beyond `maxPeerRequests` rejected, and it never reads',
    outcome: CODES.BACKLOG,
    events: null,
    reads: false,
    source: UNREAD,
  },
  {
    ...fast(
      interested,
      repeat(request(1, 0, MAX_BLOCK + 1), 50_000),
      repeat(request(1, 0, 0), 50_000),
    ),
    name: '100,000 requests of too much and of nothing',
    outcome: KEPT_OPEN,
    events: { interested: 1 },
    replies: { piece: 0, reject: 100_000 },
    source: 'libtorrent, Transmission reject',
  },
  {
    ...fast(interested, repeat(request(99, 0, BLOCK), 10_000)),
    name: '10,000 requests of a piece there is not',
    options: { maxPeerRequests: 100 },
    outcome: KEPT_OPEN,
    events: null, // how many are kept depends on the moment, but each has its answer
    replies: { piece: 0, reject: 10_000 },
    source: 'BEP 6: each is answered',
  },
  {
    ...fast(interested, repeat(Buffer.concat([request(99, 0, 1), cancel(99, 0, 1)]), 20_000)),
    name: 'request and cancel in turns, 20,000 times, each rejected once',
    outcome: KEPT_OPEN,
    events: { interested: 1, request: 20_000, cancel: 20_000 },
    replies: { piece: 0, reject: 20_000 },
    source: 'BEP 6: a cancelled request is answered',
  },
  {
    ...fast(repeat(cancel(1, 0, BLOCK), 200_000)),
    name: '200,000 cancels of what was never asked for: nothing to reject',
    outcome: KEPT_OPEN,
    events: { cancel: 200_000 },
    replies: { reject: 0 },
    source: 'BEP 6',
  },
  {
    ...fast(
      repeat(Buffer.concat([interested, repeat(request(99, 0, BLOCK), 100), uninterested]), 200),
    ),
    name: 'a hundred requests, then no interest, 200 times',
    outcome: KEPT_OPEN,
    events: null,
    replies: { piece: 0, reject: 20_000, choke: 200, unchoke: 200 },
    source: 'BEP 6: a choke rejects what was asked for',
  },
  {
    ...fast(repeat(Buffer.concat([interested, MANY, uninterested]), 500)),
    name: '2000 requests, then no interest, 500 times, and it never reads',
    outcome: CODES.BACKLOG,
    events: null,
    reads: false,
    source: UNREAD,
  },
  {
    ...fast(...ASKED, repeat(Buffer.concat([choke, unchoke]), 20_000)),
    name: 'choke and unchoke in turns, 20,000 times: the requests pending stay',
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 20_001, choke: 20_000 },
    replies: { request: 5 },
    source: 'BEP 6; bittorrent-protocol 88, libtorrent 3747: an endless loop',
  },
  {
    ...fast(...ASKED, repeat(Buffer.concat([choke, unchoke]), 400_000)),
    name: 'choke and unchoke in turns, 400,000 times: nothing is asked for again',
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 400_001, choke: 400_000 },
    reads: false,
    source: 'bittorrent-protocol 88, libtorrent 3747',
  },
  {
    ...fast(),
    name: 'one request answered by a block and by a reject',
    script: async (peer) => {
      await peer.send(bytes.handshake(BITS.fast), ...ASKED);
      await peer.until('request', 5);
      await peer.send(piece(0, 0, Buffer.alloc(BLOCK, 7)), reject(0, 0, BLOCK));
      await peer.send(reject(0, BLOCK, BLOCK), piece(0, BLOCK, Buffer.alloc(BLOCK, 7)));
      await peer.until('request', 7);
    },
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 1, piece: 2, reject: 2 },
    replies: { request: 7 },
    source: 'BEP 6: one answer each',
  },
  {
    ...fast(),
    name: 'it chokes with requests pending and never answers',
    script: async (peer) => {
      await peer.send(bytes.handshake(BITS.fast), ...ASKED);
      await peer.until('request', 5);
      await peer.send(choke);
      await peer.wait(100);
    },
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 1, choke: 1 },
    replies: { request: 5 },
    source: 'BEP 6: it has to, even so',
  },
  {
    ...fast(),
    name: 'it chokes with 3000 requests held back for `reqq`, 100 times',
    options: { respectReqq: true },
    program: { fast: true, pipeline: 3000 },
    script: sends(
      bytes.handshake(BITS.fast),
      haveAll,
      unchoke,
      repeat(Buffer.concat([choke, unchoke]), 100),
    ),
    outcome: KEPT_OPEN,
    events: { 'have-all': 1, choke: 100, unchoke: 101 },
    replies: { request: 250 },
    source: 'BEP 6, 10: those not sent yet fail, the others wait',
  },
  {
    ...fast(reject(0, 0xfffffff0, BLOCK), have(1)),
    name: 'reject whose offset and length overflow',
    outcome: CODES.BLOCK_RANGE,
    source: 'anacrolix/torrent closes',
  },
];

for (const [name, id, length] of FAST) {
  if (length > 1) {
    attacks.push({
      ...fast(message(id), have(1)),
      name: `${name} without a body, agreed on`,
      outcome: CODES.MESSAGE_LENGTH,
      source: 'BEP 6; libtorrent closes',
    });
  }
  if (length > 2) {
    attacks.push({
      ...fast(message(id, Buffer.alloc(length - 2)), have(1)),
      name: `${name}, its last byte missing, agreed on`,
      outcome: CODES.MESSAGE_LENGTH,
      source: 'BEP 6; libtorrent closes',
    });
  }
  attacks.push({
    ...fast(message(id, Buffer.alloc(length)), have(1)),
    name: `${name} with a byte too many, agreed on`,
    outcome: CODES.MESSAGE_LENGTH,
    source: 'BEP 6; libtorrent closes',
  });
  attacks.push({
    ...fast(),
    name: `${name} from a peer that did not announce it`,
    script: sends(bytes.handshake(), message(id, Buffer.alloc(length - 1)), have(1)),
    outcome: CODES.FAST_NOT_NEGOTIATED,
    source: 'BEP 6: "MUST close the connection"',
  });
}

for (const [name, of] of /** @type {const} */ ([
  ['suggest', suggest],
  ['allowed-fast', allowedFast],
  ['reject', (/** @type {number} */ index) => message(16, u32(index, 0, 1))],
])) {
  attacks.push({
    ...fast(of(63), of(64), have(1)),
    name: `${name} of \`pieceCount\``,
    options: { pieceCount: 64 },
    outcome: CODES.PIECE_INDEX,
    events: { [name]: 1 },
    source: 'BEP 6; libtorrent ignores it',
  });
}

attacks.push({
  name: 'Fast messages from a peer that announced it, to a program that did not',
  script: sends(
    bytes.handshake(BITS.fast),
    ...FAST.map(([, id, length]) => message(id, Buffer.alloc(length - 1))),
  ),
  outcome: KEPT_OPEN,
  events: { unknownmessage: FAST.length },
  source: 'BEP 6: not agreed on',
});

module.exports = attacks;
