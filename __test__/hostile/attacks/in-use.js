'use strict';

// The extension protocol (BEP 10) with an extension in use: one that echoes, some that throw, and
// those that WebTorrent publishes. The first of a program's extensions has the id 1.

const bytes = require('../helpers/bytes.js');
const { DICTIONARIES, READ, mapping, text } = require('./dictionaries.js');
const { CODES, GONE, KEPT_OPEN, many, opens, repeat, sends } = require('./scripts.js');

const { BITS, bitfield, choke, extended, have, haveAll, port, u32, unchoke } = bytes;
const UNREAD = 'torrent-stream 11, 37: an answer for every message';
const THROWS = 'webtorrent 1922: an extension that throws';

/** @typedef {import('./scripts.js').Attack} Attack */

/** @param {...string} uses */
const using = (...uses) => ({ program: { uses } });

/** @param {string} name @param {number} [id] of the peer's extension */
const announces = (name, id = 1) => extended(0, text(`d1:md${name.length}:${name}i${id}eee`));

/** @param {number} reqq */
const queues = (reqq) => extended(0, text(`d4:reqqi${reqq}ee`));

/** What a published extension says of what is no message of its own. */
const GARBAGE = [
  text('\x00\xff}{'),
  text('d'),
  text('de'),
  text('le'),
  text('i5e'),
  text('4:spam'),
  text('l'.repeat(10_000)),
  text('d8:msg_typei9eee'),
  text('d8:msg_typei0e5:piecei-1eee'),
  text('d8:msg_typei2e5:piece4:spamee'),
  Buffer.alloc(2 ** 19, 0x65),
];

/** @param {number} msgType @param {number} piece */
const ofMetadata = (msgType, piece) =>
  extended(1, text(`d8:msg_typei${msgType}e5:piecei${piece}ee`));

/** @type {Attack[]} */
const attacks = [
  ...[...DICTIONARIES, ...READ].map(([name, payload, isReadable]) => ({
    ...using('echo'),
    name: `to a program that reads it, an extension handshake ${name}`,
    script: opens(extended(0, payload), have(1)),
    outcome: KEPT_OPEN,
    events: { extended: isReadable ? 1 : 0, have: 1 },
    source: 'BEP 10; libtorrent, Transmission ignore it; anacrolix/torrent closes',
  })),
  {
    ...using('echo'),
    name: '5000 extension handshakes, each with five names more',
    script: opens(
      ...Array.from({ length: 5000 }, (_, i) =>
        extended(
          0,
          text(
            `d${mapping(
              5,
              (j) => `x${5 * i + j}`,
              (j) => j,
            )}e`,
          ),
        ),
      ),
    ),
    outcome: KEPT_OPEN,
    events: { extended: 5000 },
    source: 'BEP 10: they add up',
  },
  {
    ...using('echo'),
    name: '5000 extension handshakes that add a name of 255 bytes and take it away',
    script: opens(
      ...Array.from({ length: 5000 }, (_, i) =>
        extended(
          0,
          text(
            `d${mapping(
              1,
              () => String(i >> 1).padStart(255, 'x'),
              () => i & 1,
            )}e`,
          ),
        ),
      ),
    ),
    outcome: KEPT_OPEN,
    events: { extended: 5000 },
    source: 'BEP 10: 0 takes one away',
  },
  {
    ...using('echo'),
    name: 'an extension handshake of 32,000 empty strings, 30 times',
    script: opens(repeat(extended(0, text(`d1:al${'0:'.repeat(32_000)}ee`)), 30)),
    outcome: KEPT_OPEN,
    events: { extended: 0 },
    source: 'torrent-stream 11, 37: two bytes are a Buffer',
  },
  {
    ...using('echo'),
    name: 'an extension handshake of 6000 extensions, 30 times',
    script: opens(
      repeat(
        extended(
          0,
          text(
            `d${mapping(
              6000,
              (i) => i.toString(36).padStart(4, '_'),
              () => 1,
            )}e`,
          ),
        ),
        30,
      ),
    ),
    outcome: KEPT_OPEN,
    events: { extended: 30 },
    source: 'BEP 10: they add up',
  },
  {
    ...using('echo'),
    name: 'an extension handshake 50,000 times',
    script: opens(repeat(announces('echo'), 50_000)),
    outcome: KEPT_OPEN,
    events: { extended: 50_000 },
    source: 'BEP 10: it may come again',
  },
  {
    ...using('echo'),
    name: 'messages to extensions nobody has, and port in between',
    script: opens(extended(2, text('x')), port(1), extended(255, Buffer.alloc(1000)), port(2)),
    outcome: KEPT_OPEN,
    events: { extended: 2, port: 2 },
    source: 'BEP 10',
  },
  {
    ...using('echo'),
    name: 'a message to an extension that it has not announced',
    script: opens(extended(1, text('x'))),
    outcome: CODES.EXTENSION,
    source: 'BEP 10: there is no id to answer by',
  },
  {
    ...using('echo'),
    name: 'an extension taken away again, and then a message to it',
    script: opens(announces('echo'), announces('echo', 0), extended(1, text('x'))),
    outcome: KEPT_OPEN,
    events: { extended: 3 },
    source: 'BEP 10: 0 takes one away; what answers it has nobody to tell',
  },
  {
    ...using('echo'),
    name: 'an extension from a peer that does not speak the protocol for them',
    script: sends(
      bytes.PROTOCOL,
      Buffer.alloc(8),
      bytes.handshake().subarray(28),
      announces('echo'),
      extended(1, text('x')),
    ),
    outcome: KEPT_OPEN,
    events: { extended: 2 },
    replies: { extended: 1 },
    source: 'BEP 10',
  },
  {
    ...using('echo'),
    name: '50,000 messages that are echoed',
    script: opens(announces('echo'), repeat(extended(1, text('x')), 50_000)),
    outcome: KEPT_OPEN,
    events: { extended: 50_001 },
    replies: { extended: 50_001 },
    source: 'BEP 10',
  },
  {
    ...using('echo'),
    name: '150,000 messages of 100 bytes that are echoed, and it never reads',
    script: opens(announces('echo'), repeat(extended(1, Buffer.alloc(100)), 150_000)),
    outcome: CODES.BACKLOG,
    events: null, // as many as fit the time
    reads: false,
    source: UNREAD,
  },
  {
    ...using('echo'),
    name: 'messages of 16 KiB that are echoed, 2000 times, and it never reads',
    script: opens(announces('echo'), repeat(extended(1, Buffer.alloc(2 ** 14)), 2000)),
    outcome: CODES.BACKLOG,
    events: null,
    reads: false,
    source: UNREAD,
  },
  ...[
    ['throws on a handshake', bytes.keepAlive, {}],
    ['throws on an extension handshake', announces('throws'), {}],
    [
      'throws on a message',
      Buffer.concat([announces('throws'), extended(1, text('x'))]),
      { extended: 1 },
    ],
  ].map(([name, data, events]) => ({
    ...using(/** @type {string} */ (name)),
    name: `to an extension that ${name}`,
    script: opens(/** @type {Buffer} */ (data), have(1)),
    outcome: CODES.EXTENSION,
    events: /** @type {Record<string, number>} */ (events),
    source: THROWS,
  })),
  {
    ...using('throws on a message'),
    name: '100,000 messages to an extension that throws on a message',
    script: opens(repeat(extended(1, text('x')), 100_000)),
    outcome: CODES.EXTENSION,
    source: THROWS,
  },
];

// What the peer queues of our requests.
attacks.push(
  {
    program: { uses: ['echo'], pipeline: 3000 },
    options: { respectReqq: true },
    name: 'a `reqq` that goes up and down 2000 times, with 3000 requests waiting',
    script: opens(
      bitfield(Buffer.alloc(8, 255)),
      unchoke,
      repeat(Buffer.concat([queues(1), queues(0), queues(300), queues(2)]), 500),
    ),
    outcome: KEPT_OPEN,
    events: { bitfield: 1, unchoke: 1, extended: 2000 },
    // One less than it says, as Transmission takes it.
    replies: { request: 299 },
    source: 'BEP 10; webtorrent 1995',
  },
  {
    program: { uses: ['echo'], pipeline: 3000 },
    options: { respectReqq: true },
    name: 'a `reqq` of 2^53 - 1, of 2^53, of -1 and of none, with 3000 requests waiting',
    script: opens(
      bitfield(Buffer.alloc(8, 255)),
      unchoke,
      queues(-1),
      queues(2 ** 53),
      extended(0, text('d4:reqq4:spame')),
      queues(2 ** 53 - 1),
      queues(0),
    ),
    outcome: KEPT_OPEN,
    events: { bitfield: 1, unchoke: 1, extended: 5 },
    replies: { request: 3000 },
    source: 'BEP 10; webtorrent 1995',
  },
  {
    program: { pipeline: 3000 },
    options: { respectReqq: true },
    name: 'it chokes and unchokes 100 times with 3000 requests waiting for its `reqq`',
    script: opens(
      bitfield(Buffer.alloc(8, 255)),
      queues(1),
      unchoke,
      repeat(Buffer.concat([choke, unchoke]), 100),
    ),
    outcome: KEPT_OPEN,
    events: { bitfield: 1, unchoke: 101, choke: 100, extended: 1 },
    replies: { request: 101 },
    source: 'BEP 10; bittorrent-protocol 88, libtorrent 3747',
  },
  {
    program: { pipeline: 3000 },
    options: { respectReqq: true },
    name: 'blocks one by one from a peer that queues one request, of 3000 that wait',
    script: opens(
      bitfield(Buffer.alloc(8, 255)),
      queues(1),
      unchoke,
      ...Array.from({ length: 100 }, (_, i) =>
        bytes.piece(i >> 4, 2 ** 14 * (i % 16), Buffer.alloc(2 ** 14)),
      ),
    ),
    outcome: KEPT_OPEN,
    events: { bitfield: 1, unchoke: 1, extended: 1, piece: 100 },
    replies: { request: 101 },
    source: 'BEP 10; webtorrent 1995',
  },
);

// What WebTorrent publishes.
for (const name of ['ut_metadata', 'ut_metadata that fetches', 'lt_donthave']) {
  attacks.push({
    ...using(name),
    name: `to ${name}, ${GARBAGE.length} messages of garbage`,
    script: opens(
      announces(name.split(' ')[0]),
      ...GARBAGE.map((payload) => extended(1, payload)),
      have(1),
    ),
    outcome: KEPT_OPEN,
    events: { extended: 1 + GARBAGE.length, have: 1 },
    source: THROWS,
  });
}
for (const name of ['ut_metadata', 'ut_metadata that fetches', 'ut_pex', 'lt_donthave']) {
  attacks.push({
    ...using(name),
    name: `to ${name}, a message of no bytes`,
    script: opens(announces(name.split(' ')[0]), extended(1, text('')), have(1)),
    outcome: KEPT_OPEN,
    events: { extended: 2, have: 1 },
    source: THROWS,
  });
}
attacks.push(
  {
    ...using('ut_metadata'),
    name: 'to ut_metadata, a request from a peer that has not announced it',
    script: opens(ofMetadata(0, 0)),
    outcome: CODES.EXTENSION,
    source: THROWS,
  },
  {
    ...using('ut_metadata that fetches'),
    name: 'to ut_metadata, metadata beyond its end',
    script: opens(
      extended(0, text('d1:md11:ut_metadatai1ee13:metadata_sizei20000ee')),
      extended(
        1,
        Buffer.concat([text('d8:msg_typei1e5:piecei9e10:total_sizei20000eee'), Buffer.alloc(100)]),
      ),
    ),
    outcome: CODES.EXTENSION,
    events: { extended: 1 },
    source: THROWS,
  },
  {
    ...using('ut_metadata that fetches'),
    name: 'to ut_metadata, a size of 10 MB, 20 times, and it never reads',
    script: opens(
      repeat(extended(0, text('d1:md11:ut_metadatai1ee13:metadata_sizei10000000ee')), 20),
    ),
    outcome: KEPT_OPEN,
    events: { extended: 20 },
    reads: false,
    bounds: { heldMB: 40 },
    source: 'BEP 9; libtorrent 30 MiB',
  },
  {
    ...using('ut_metadata'),
    name: 'to ut_metadata, 20,000 requests, and it never reads',
    script: opens(announces('ut_metadata'), repeat(ofMetadata(0, 0), 20_000)),
    outcome: CODES.BACKLOG,
    events: null,
    reads: false,
    source: UNREAD,
  },
  {
    ...using('ut_metadata'),
    name: 'to ut_metadata, 2000 requests in one go on each of twenty wires, and it never reads',
    script: many(10, (peer) => peer.open(announces('ut_metadata'), repeat(ofMetadata(0, 0), 2000))),
    outcome: CODES.BACKLOG,
    events: null,
    reads: false,
    wires: 10,
    source: UNREAD,
  },
  {
    ...using('ut_metadata without metadata'),
    name: 'to ut_metadata without metadata, 50,000 requests and rejects',
    script: opens(
      announces('ut_metadata'),
      repeat(Buffer.concat([ofMetadata(0, 0), ofMetadata(2, 0)]), 25_000),
    ),
    outcome: KEPT_OPEN,
    events: { extended: 50_001 },
    replies: { extended: 25_001 },
    source: 'BEP 9',
  },
  {
    ...using('ut_pex'),
    name: 'to ut_pex, two messages within a minute',
    script: opens(announces('ut_pex'), extended(1, text('de')), extended(1, text('de'))),
    outcome: GONE,
    events: { extended: 3 },
    source: 'BEP 11: one a minute',
  },
  {
    ...using('ut_pex'),
    name: `to ut_pex, garbage, on ${GARBAGE.length} wires`,
    // A second message on the same wire would come too soon.
    script: many(GARBAGE.length, (peer, i) =>
      peer.open(announces('ut_pex'), extended(1, GARBAGE[i]), have(1)),
    ),
    outcome: KEPT_OPEN,
    events: { extended: 2, have: 1 },
    wires: GARBAGE.length,
    source: THROWS,
  },
  {
    ...using('ut_pex'),
    name: 'to ut_pex, peers that are none',
    script: opens(announces('ut_pex'), extended(1, text('d5:added7:abcdefg7:added.fi1ee'))),
    outcome: KEPT_OPEN,
    events: { extended: 2 },
    source: 'BEP 11',
  },
  {
    program: { fast: true, uses: ['lt_donthave'] },
    name: 'to lt_donthave, a piece beyond all there can be, of a peer that has all',
    script: sends(
      bytes.handshake(BITS.fast),
      haveAll,
      announces('lt_donthave'),
      extended(1, u32(0xffffffff)),
      extended(1, u32(2 ** 21)),
    ),
    outcome: KEPT_OPEN,
    events: { 'have-all': 1, extended: 3 },
    pieces: 0,
    source: 'BEP 54',
  },
  {
    program: { fast: true, uses: ['lt_donthave'] },
    name: 'to lt_donthave, 100,000 pieces from the last down, of a peer that has all',
    script: sends(
      bytes.handshake(BITS.fast),
      haveAll,
      announces('lt_donthave'),
      ...Array.from({ length: 100_000 }, (_, i) => extended(1, u32(2 ** 21 - 1 - i))),
    ),
    outcome: KEPT_OPEN,
    events: { 'have-all': 1, extended: 100_001 },
    pieces: 2 ** 21,
    bounds: { heldMB: 48 },
    source: 'BEP 54',
  },
  {
    program: { uses: ['lt_donthave'], pipeline: 3000 },
    name: 'to lt_donthave, every piece of which blocks were asked for',
    script: opens(
      bitfield(Buffer.alloc(8, 255)),
      unchoke,
      announces('lt_donthave'),
      ...Array.from({ length: 64 }, (_, i) => extended(1, u32(i))),
    ),
    outcome: KEPT_OPEN,
    events: { bitfield: 1, unchoke: 1, extended: 65 },
    replies: { request: 3000 },
    source: 'BEP 54',
  },
);

module.exports = attacks;
