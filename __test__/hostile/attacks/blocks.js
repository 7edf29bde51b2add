'use strict';

// Blocks: unasked, wrong, late, and the choking around them (BEP 3). The attacked program asks the
// peer for blocks of BLOCK bytes as soon as it has a piece and unchokes.

const bytes = require('../helpers/bytes.js');
const { CODES, KEPT_OPEN, opens, repeat } = require('./scripts.js');

const { choke, have, piece, unchoke } = bytes;
const BLOCK = 2 ** 14;
const block = (/** @type {number} */ length) => Buffer.alloc(length, 7);
const ASKED = [have(0), unchoke];
const LATE = 'libtorrent counts it as waste: some peers never answer a cancel';

/** @type {import('./scripts.js').Attack[]} */
const attacks = [
  {
    name: 'a thousand blocks nobody asked for',
    script: opens(repeat(piece(3, 0, block(BLOCK)), 1000)),
    outcome: KEPT_OPEN,
    events: { piece: 1000 },
    source: LATE,
  },
  {
    name: 'a block of no bytes',
    script: opens(...ASKED, piece(0, 0, block(0))),
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 1, piece: 1 },
    source: 'BitComet sends it; libtorrent takes it for a reject',
  },
  {
    name: '200,000 blocks of no bytes',
    script: opens(repeat(piece(0, 0, block(0)), 200_000)),
    outcome: KEPT_OPEN,
    events: { piece: 200_000 },
    source: 'BitComet sends it; libtorrent takes it for a reject',
  },
  {
    name: 'a block shorter than asked, and a longer one',
    script: opens(...ASKED, piece(0, 0, block(BLOCK - 1)), piece(0, 0, block(BLOCK + 1))),
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 1, piece: 2 },
    source: 'BEP 3',
  },
  {
    name: 'a block at another offset than asked',
    script: opens(...ASKED, piece(0, 1, block(BLOCK))),
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 1, piece: 1 },
    source: 'BEP 3',
  },
  {
    name: 'a block of the last piece and offset there are',
    script: opens(piece(0xffffffff, 0xffffffff, block(1))),
    outcome: KEPT_OPEN,
    events: { piece: 1 },
    source: 'BEP 3',
  },
  {
    name: 'a block whose offset and length overflow',
    script: opens(...ASKED, piece(0, 0xfffffff0, block(32))),
    outcome: CODES.BLOCK_RANGE,
    events: { have: 1, unchoke: 1 },
    source: 'anacrolix/torrent closes',
  },
  {
    name: 'a block of `pieceCount`',
    script: opens(...ASKED, piece(64, 0, block(BLOCK))),
    options: { pieceCount: 64 },
    outcome: CODES.PIECE_INDEX,
    events: { have: 1, unchoke: 1 },
    source: 'BEP 3; libtorrent closes',
  },
  {
    name: 'a block of a megabyte',
    script: opens(piece(0, 0, block(2 ** 20 - 9))),
    outcome: KEPT_OPEN,
    events: { piece: 1 },
    source: 'BEP 3',
  },
  {
    name: 'the same block over and over',
    script: opens(...ASKED, repeat(piece(0, 0, block(BLOCK)), 500)),
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 1, piece: 500 },
    source: LATE,
  },
  {
    name: 'choke with requests pending, then their blocks',
    script: async (peer) => {
      await peer.open(...ASKED);
      await peer.until('request', 5);
      await peer.send(choke, piece(0, 0, block(BLOCK)), piece(0, BLOCK, block(BLOCK)));
    },
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 1, choke: 1, piece: 2 },
    replies: { request: 5 },
    source: 'BEP 3; bittorrent-protocol 88, libtorrent 3747',
  },
  {
    name: 'choke and unchoke in turns with requests pending, 20,000 times',
    script: opens(...ASKED, repeat(Buffer.concat([choke, unchoke]), 20_000)),
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 20_001, choke: 20_000 },
    source: 'bittorrent-protocol 88, libtorrent 3747: an endless loop',
  },
  {
    name: 'choke and unchoke in turns, 400,000 times, and it never reads',
    script: opens(...ASKED, repeat(Buffer.concat([choke, unchoke]), 400_000)),
    outcome: CODES.BACKLOG,
    events: null, // as many as fit the time
    reads: false,
    source: 'torrent-stream 11, 37: five requests for every ten bytes',
  },
  {
    name: 'asked for blocks, it never sends any',
    script: async (peer) => {
      await peer.open(...ASKED);
      await peer.until('request', 5);
      await peer.wait(100);
    },
    outcome: KEPT_OPEN,
    events: { have: 1, unchoke: 1 },
    replies: { request: 5 },
    source: 'webtorrent 1995: requests dropped, then a stall',
  },
];

module.exports = attacks;
