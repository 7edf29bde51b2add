'use strict';

// What a peer may ask for, and how (BEP 3).

const bytes = require('../helpers/bytes.js');
const { CODES, GONE, KEPT_OPEN, many, opens, repeat } = require('./scripts.js');

const { cancel, interested, request } = bytes;
const BLOCK = 2 ** 14;
const MAX_BLOCK = 2 ** 17;
const UNREAD = 'torrent-stream 11, 37, 165, 177; webtorrent 1973';

/** @param {number} count @param {(i: number) => number[]} block */
function requests(count, block) {
  return Buffer.concat(Array.from({ length: count }, (_, i) => request(...block(i))));
}
/** 2000 different blocks of the torrent. */
const MANY = requests(2000, (i) => [i % 64, BLOCK * ((i >> 6) % 16), BLOCK]);

/** Nothing comes of the request, and the next one is answered. @param {Buffer} ignored */
const ignores = (ignored) => ({
  script: async (/** @type {import('./scripts.js').Peer} */ peer) => {
    await peer.open(interested, ignored, request(1, 0, BLOCK));
    await peer.until('piece');
  },
  outcome: KEPT_OPEN,
  events: { interested: 1, request: 1 },
  replies: { piece: 1 },
});

/** @type {import('./scripts.js').Attack[]} */
const attacks = [
  {
    ...ignores(request(0, 0, 0)),
    name: 'request of no bytes',
    source: 'libtorrent, Transmission reject',
  },
  {
    ...ignores(request(0, 0, MAX_BLOCK + 1)),
    name: 'request of a byte more than `maxBlockSize`',
    source: 'rakshasa/libtorrent ignores over 128 KiB, libtorrent rejects over 16',
  },
  {
    ...ignores(request(0, 0, 0xffffffff)),
    name: 'request of 0xffffffff bytes',
    source: 'libtorrent, Transmission reject',
  },
  {
    name: 'request of as many bytes as allowed',
    script: async (peer) => {
      await peer.open(interested, request(0, 0, MAX_BLOCK));
      await peer.until('piece');
    },
    outcome: KEPT_OPEN,
    events: { interested: 1, request: 1 },
    replies: { piece: 1 },
    source: 'BEP 3',
  },
  {
    name: 'request whose offset and length overflow',
    script: opens(interested, request(0, 0xfffffff0, BLOCK)),
    outcome: CODES.BLOCK_RANGE,
    events: { interested: 1 },
    source: 'anacrolix/torrent closes',
  },
  {
    name: 'request up to the last offset there is',
    script: opens(interested, request(0, 2 ** 32 - BLOCK, BLOCK)),
    outcome: KEPT_OPEN,
    events: { interested: 1, request: 1 },
    replies: { piece: 0 },
    source: 'BEP 3: the caller refuses it',
  },
  {
    name: 'cancel whose offset and length overflow',
    script: opens(interested, cancel(0, 0xfffffff0, BLOCK)),
    outcome: CODES.BLOCK_RANGE,
    events: { interested: 1 },
    source: 'anacrolix/torrent closes',
  },
  {
    name: 'request of piece 0xffffffff, without `pieceCount`',
    script: opens(interested, request(0xffffffff, 0, BLOCK)),
    outcome: KEPT_OPEN,
    events: { interested: 1, request: 1 },
    replies: { piece: 0 },
    source: 'BEP 3: the caller refuses it',
  },
  {
    name: 'request of `pieceCount`',
    script: opens(interested, request(64, 0, BLOCK)),
    options: { pieceCount: 64 },
    outcome: CODES.PIECE_INDEX,
    events: { interested: 1 },
    source: 'BEP 3; libtorrent closes',
  },
  {
    name: 'cancel of `pieceCount`',
    script: opens(interested, cancel(64, 0, BLOCK)),
    options: { pieceCount: 64 },
    outcome: CODES.PIECE_INDEX,
    events: { interested: 1 },
    source: 'BEP 3; libtorrent closes',
  },
  {
    name: 'the same request a hundred times',
    script: async (peer) => {
      await peer.open(interested, repeat(request(1, 0, BLOCK), 100));
      await peer.until('piece', 100);
    },
    outcome: KEPT_OPEN,
    events: { interested: 1, request: 100 },
    replies: { piece: 100 },
    source: 'anacrolix/torrent, rakshasa/libtorrent ignore',
  },
  {
    name: 'the same request 20,000 times',
    script: opens(interested, repeat(request(1, 0, BLOCK), 20_000)),
    outcome: KEPT_OPEN,
    events: null,
    source: 'libtorrent, Transmission keep 2000 at most',
  },
  {
    name: 'request while choked, 20,000 times',
    script: opens(repeat(request(1, 0, BLOCK), 20_000)),
    outcome: KEPT_OPEN,
    replies: { piece: 0 },
    source: 'BEP 3; libtorrent rejects, Transmission ignores',
  },
  {
    name: 'request and cancel in turns, 20,000 times',
    script: opens(interested, repeat(Buffer.concat([request(1, 0, 1), cancel(1, 0, 1)]), 20_000)),
    outcome: KEPT_OPEN,
    events: { interested: 1, request: 20_000, cancel: 20_000 },
    replies: { piece: 0 },
    source: 'BEP 3',
  },
  {
    name: '2000 requests, then cancels from the last to the first, ten times',
    script: opens(
      interested,
      repeat(
        Buffer.concat([
          requests(2000, (i) => [i, 0, 1]),
          ...Array.from({ length: 2000 }, (_, i) => cancel(1999 - i, 0, 1)),
        ]),
        10,
      ),
    ),
    outcome: KEPT_OPEN,
    events: null,
    source: 'a list that is looked through for every cancel',
  },
  {
    name: 'cancel of what was never asked for, 200,000 times',
    script: opens(repeat(cancel(1, 0, BLOCK), 200_000)),
    outcome: KEPT_OPEN,
    events: { cancel: 200_000 },
    source: 'BEP 3',
  },
  {
    name: 'cancel of what was never asked for, with 2000 requests held, 50,000 times',
    script: opens(interested, MANY, repeat(cancel(9, 1, 1), 50_000)),
    outcome: KEPT_OPEN,
    events: null,
    reads: false,
    source: 'a list that is looked through for every cancel',
  },
  {
    name: '2000 requests, and it never reads',
    script: opens(interested, MANY),
    outcome: KEPT_OPEN,
    events: null,
    reads: false,
    source: UNREAD,
  },
  {
    name: '40,000 requests, and it never reads',
    script: opens(interested, repeat(MANY, 20)),
    outcome: KEPT_OPEN,
    events: null,
    reads: false,
    source: UNREAD,
  },
  {
    name: '2000 requests of the largest blocks, and it never reads',
    script: opens(
      interested,
      requests(2000, (i) => [i % 64, 0, MAX_BLOCK]),
    ),
    outcome: KEPT_OPEN,
    events: null,
    reads: false,
    source: UNREAD,
  },
  {
    name: 'twenty wires that ask for 2000 blocks each and never read',
    script: many(10, (peer) => peer.open(interested, MANY)),
    outcome: KEPT_OPEN,
    events: null,
    reads: false,
    wires: 10,
    bounds: { heldMB: 64 },
    source: UNREAD,
  },
  {
    name: 'requests in small writes over a while, and it never reads',
    script: async (peer) => {
      await peer.open(interested);
      for (let i = 0; i < 100; i++) {
        await peer.send(MANY.subarray(17 * 20 * i, 17 * 20 * (i + 1)));
        await peer.wait(1);
      }
    },
    outcome: KEPT_OPEN,
    events: null,
    reads: false,
    source: UNREAD,
  },
  {
    name: '2000 requests, and it goes',
    script: async (peer) => {
      await peer.open(interested, MANY);
      await peer.until('piece');
      peer.reset();
    },
    outcome: GONE,
    events: null,
    source: 'answers that come after the end',
  },
];

module.exports = attacks;
