'use strict';

// The extension protocol (BEP 10), the DHT's port (BEP 5), the Fast extension that was not agreed on
// (BEP 6), and ids nobody knows.

const bytes = require('../helpers/bytes.js');
const { DICTIONARIES, text } = require('./dictionaries.js');
const { CODES, KEPT_OPEN, opens, repeat } = require('./scripts.js');

const { extended, have, message, port, u32 } = bytes;
const FAST = 'BEP 6: not agreed on; libtorrent, Transmission close';

/** Every id that BEP 3, 5, 6 and 10 leave free. */
const FREE = Array.from({ length: 256 }, (_, id) => id).filter(
  (id) => id > 9 && id !== 20 && (id < 13 || id > 17),
);

/** @type {import('./scripts.js').Attack[]} */
const attacks = [
  ...DICTIONARIES.map(([name, payload]) => ({
    name: `an extension handshake ${name}`,
    script: opens(extended(0, payload), have(1)),
    outcome: KEPT_OPEN,
    events: { extended: 1, have: 1 },
    source: 'BEP 10; libtorrent, Transmission ignore it; torrent-stream 130, 148',
  })),
  {
    name: 'extended of an id nobody announced',
    script: opens(extended(255, text('de')), extended(7, Buffer.alloc(1000))),
    outcome: KEPT_OPEN,
    events: { extended: 2 },
    source: 'BEP 10; webtorrent 1922',
  },
  {
    name: 'extended from a peer that did not announce it',
    script: (peer) =>
      peer.send(
        bytes.PROTOCOL,
        Buffer.alloc(8),
        bytes.handshake().subarray(28),
        extended(0, text('de')),
      ),
    outcome: KEPT_OPEN,
    events: { extended: 1 },
    source: 'BEP 10',
  },
  {
    name: 'port 0 and port 65535',
    script: opens(port(0), port(65535)),
    outcome: KEPT_OPEN,
    events: { port: 2 },
    source: 'BEP 5',
  },
  {
    name: 'every id nobody knows, with and without a body',
    script: opens(...FREE.map((id) => message(id)), ...FREE.map((id) => message(id, u32(id)))),
    outcome: KEPT_OPEN,
    events: { unknownmessage: 2 * FREE.length },
    source: 'BEP 3',
  },
  {
    name: 'an id nobody knows, to a strict wire',
    script: opens(message(21), have(1)),
    options: { strict: true },
    outcome: CODES.UNKNOWN_MESSAGE,
    source: 'libtorrent, anacrolix/torrent, rakshasa/libtorrent, Transmission close',
  },
  {
    name: 'Fast messages that were not agreed on',
    script: opens(
      message(13, u32(1)),
      message(14),
      message(15),
      message(16, u32(0, 0, 1)),
      message(17, u32(2)),
    ),
    outcome: KEPT_OPEN,
    events: { unknownmessage: 5 },
    source: FAST,
  },
  {
    name: 'Fast messages that were not agreed on, to a strict wire',
    script: opens(message(14), have(1)),
    options: { strict: true },
    outcome: CODES.UNKNOWN_MESSAGE,
    source: FAST,
  },
  {
    name: 'suggest and allowed-fast, 100,000 times',
    script: opens(repeat(Buffer.concat([message(13, u32(1)), message(17, u32(2))]), 100_000)),
    outcome: KEPT_OPEN,
    events: { unknownmessage: 200_000 },
    source: 'libtorrent keeps 16 suggestions, bittorrent-protocol 100 allowed-fast',
  },
];

module.exports = attacks;
