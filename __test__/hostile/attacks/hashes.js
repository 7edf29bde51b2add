'use strict';

// Version 2 of the protocol: the messages about hashes of a file's tree (BEP 52), where the info hash
// is of version 2. The attacked program gives out up to 512 of them at once, and refuses the rest.

const bytes = require('../helpers/bytes.js');
const { CODES, KEPT_OPEN, repeat, sends } = require('./scripts.js');

const { BITS, ROOT, V2, have, hashReject, hashRequest, hashes, message, u32 } = bytes;
/** As many hashes as a message of a megabyte holds. */
const MOST = Math.floor((2 ** 20 - 49) / 32);
const UNREAD = 'torrent-stream 11, 37: an answer for every request';

/** Both sides announce it. @param {...Uint8Array} parts */
const v2 = (...parts) => ({
  program: { v2: true },
  script: sends(bytes.handshake(BITS.v2), ...parts),
});

/** @type {import('./scripts.js').Attack[]} */
const attacks = [
  {
    ...v2(repeat(hashRequest(0, 0, 1024, 0), 50_000)),
    name: '50,000 hash requests, each refused',
    outcome: KEPT_OPEN,
    events: { 'hash-request': 50_000 },
    replies: { 'hash-reject': 50_000 },
    source: 'BEP 52: nothing says how often',
  },
  {
    ...v2(repeat(hashRequest(0, 0, 1024, 0), 300_000)),
    name: '300,000 hash requests, each refused, and it never reads',
    outcome: CODES.BACKLOG,
    events: null, // as many as fit the time
    reads: false,
    source: UNREAD,
  },
  {
    ...v2(repeat(hashRequest(0, 0, 32, 0), 20_000)),
    name: '20,000 requests of 32 hashes, and it never reads',
    outcome: CODES.BACKLOG,
    events: null,
    reads: false,
    source: UNREAD,
  },
  {
    ...v2(repeat(hashRequest(0, 0, 512, 0), 20_000)),
    name: '20,000 requests of 512 hashes, and it never reads',
    outcome: CODES.BACKLOG,
    events: null,
    reads: false,
    source: UNREAD,
  },
  {
    ...v2(repeat(hashRequest(0, 0, 512, 0), 200)),
    name: '200 requests of 512 hashes',
    outcome: KEPT_OPEN,
    events: { 'hash-request': 200 },
    replies: { hashes: 200 },
    source: 'BEP 52',
  },
  {
    ...v2(hashRequest(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff), hashRequest(0, 0, 0, 0)),
    name: 'hash requests of all there can be, and of nothing',
    outcome: KEPT_OPEN,
    events: { 'hash-request': 2 },
    replies: { 'hash-reject': 2 },
    source: 'BEP 52: the caller refuses it',
  },
  {
    ...v2(repeat(hashReject(0, 0, 2, 0), 100_000)),
    name: '100,000 hash rejects of what was never asked for',
    outcome: KEPT_OPEN,
    events: { 'hash-reject': 100_000 },
    source: 'BEP 52',
  },
  {
    ...v2(repeat(hashes([0, 0, MOST, 0], Buffer.alloc(32 * MOST, 7)), 20)),
    name: 'a megabyte of hashes nobody asked for, twenty times',
    outcome: KEPT_OPEN,
    events: { hashes: 20 },
    source: 'BEP 52',
  },
  {
    ...v2(u32(49 + 32 * MOST), Buffer.from([22]), ROOT, Buffer.alloc(16 + 32 * MOST - 1)),
    name: 'a megabyte of hashes, whole but for its last byte',
    outcome: KEPT_OPEN,
    bounds: { heldMB: 8 },
    source: 'BEP 52',
  },
  {
    ...v2(u32(2 ** 20), Buffer.from([22]), have(1)),
    name: 'hashes that do not fill their length',
    outcome: CODES.MESSAGE_LENGTH,
    source: 'BEP 52: 32 bytes each',
  },
  {
    name: 'hash requests from a peer that did not announce version 2',
    program: { v2: true },
    script: sends(bytes.handshake(), repeat(hashRequest(0, 0, 1024, 0), 10)),
    outcome: KEPT_OPEN,
    events: { 'hash-request': 10 },
    replies: { 'hash-reject': 10 },
    source: 'BEP 52: libtorrent leaves the bit out',
  },
  {
    name: 'messages about hashes to a program whose torrent is of version 1',
    script: sends(bytes.handshake(BITS.v2), ...[21, 22, 23].map((id) => message(id))),
    outcome: KEPT_OPEN,
    events: { unknownmessage: 3 },
    source: 'BEP 52: not agreed on',
  },
];

for (const [name, id, length] of V2) {
  for (const wrong of [1, 33, length - 1, length + 1, length + 32]) {
    attacks.push({
      ...v2(message(id, Buffer.alloc(wrong - 1)), have(1)),
      name: `${name} of ${wrong} bytes instead of ${length}`,
      outcome: CODES.MESSAGE_LENGTH,
      source: 'BEP 52',
    });
  }
}

for (const [what, numbers, count] of /** @type {const} */ ([
  ['3 hashes of 4', [0, 0, 4, 0], 3],
  ['5 hashes of 4', [0, 0, 4, 0], 5],
  ['4 hashes and no proof', [0, 0, 4, 3], 4],
  ['4 hashes and a proof too long', [0, 0, 4, 1], 5],
  ['a hash of none', [0, 0, 0, 0], 1],
  ['2 hashes of 0xffffffff', [0, 0, 0xffffffff, 0], 2],
  ['2 hashes of 2, with a proof of 0xffffffff layers', [0, 0, 2, 0xffffffff], 2],
  ['no hashes of 2', [0, 0, 2, 0], 0],
])) {
  attacks.push({
    ...v2(hashes([...numbers], Buffer.alloc(32 * count)), have(1)),
    name: `a message with ${what}`,
    outcome: CODES.MESSAGE_LENGTH,
    source: 'BEP 52: as many as were asked for',
  });
}

module.exports = attacks;
