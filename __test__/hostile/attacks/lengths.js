'use strict';

// Lengths that lie: prefixes, and bodies of messages of fixed length (BEP 3, 5, 10).

const bytes = require('../helpers/bytes.js');
const { CODES, KEPT_OPEN, opens, repeat } = require('./scripts.js');

const { FIXED, OPEN, message, u32 } = bytes;
const MIB = 2 ** 20;

const CRASHES = 'BEP 3; peerflix 243, stremio-bugs 54, torsniff 45';

/** @type {import('./scripts.js').Attack[]} */
const attacks = [
  {
    name: 'a length prefix of 0xffffffff',
    script: opens(u32(0xffffffff)),
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'BEP 3; libtorrent closes over 1 MiB',
  },
  {
    name: 'a length prefix of 0x80000000, negative where it is read as signed',
    script: opens(u32(0x80000000), bytes.have(1)),
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'BEP 3; bittorrent-protocol reads prefixes as signed',
  },
  {
    name: 'a length prefix one above the limit',
    script: opens(u32(MIB + 1)),
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'libtorrent, rakshasa/libtorrent close over 1 MiB',
  },
  {
    name: 'a length prefix of 64 MiB, and 64 MiB behind it',
    script: opens(u32(64 * MIB), Buffer.alloc(64 * MIB)),
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'torrent-stream 11, 37: memory',
  },
  {
    name: 'a length prefix at the limit, and three bytes behind it',
    script: opens(u32(MIB), Buffer.from([7, 0, 0])),
    outcome: KEPT_OPEN,
    bounds: { heldMB: 4 },
    source: 'BEP 3: memory is taken as bytes come, not when they are promised',
  },
  {
    name: 'a block of 1 MiB, whole but for its last byte',
    script: opens(u32(MIB), Buffer.concat([Buffer.from([7]), Buffer.alloc(MIB - 2)])),
    outcome: KEPT_OPEN,
    bounds: { heldMB: 8 },
    source: 'BEP 3',
  },
  {
    name: 'a message of an unknown id, as long as allowed',
    script: opens(message(99, Buffer.alloc(MIB - 1))),
    outcome: KEPT_OPEN,
    events: { unknownmessage: 1 },
    source: 'BEP 3',
  },
  {
    name: 'a hundred of those',
    script: opens(repeat(message(99, Buffer.alloc(MIB - 1)), 100)),
    outcome: KEPT_OPEN,
    events: { unknownmessage: 100 },
    source: 'BEP 3',
  },
];

for (const [name, id, length] of [...FIXED, ...OPEN]) {
  if (length > 1) {
    attacks.push({
      name: `${name} without a body`,
      script: opens(message(id), bytes.have(1)),
      outcome: CODES.MESSAGE_LENGTH,
      source: CRASHES,
    });
  }
  if (length > 2) {
    attacks.push({
      name: `${name}, its last byte missing`,
      script: opens(message(id, Buffer.alloc(length - 2)), bytes.have(1)),
      outcome: CODES.MESSAGE_LENGTH,
      source: CRASHES,
    });
  }
}
for (const [name, id, length] of FIXED) {
  attacks.push({
    name: `${name} with a byte too many`,
    script: opens(message(id, Buffer.alloc(length)), bytes.have(1)),
    outcome: CODES.MESSAGE_LENGTH,
    source: 'BEP 3; libtorrent and Transmission close',
  });
}

module.exports = attacks;
