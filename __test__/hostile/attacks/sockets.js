'use strict';

// What a wire with a socket of its own has to bear besides: connections that come and go faster than
// they are taken, ends and resets at the worst moment, and segments of every size. No segment can be
// had that comes after a side's end: no system sends one.

const net = require('node:net');
const bytes = require('../helpers/bytes.js');
const { TAKES, asks } = require('./hidden.js');
const { CODES, GONE, KEPT_OPEN, many, opens, repeat, together } = require('./scripts.js');

/** @typedef {import('./scripts.js').Peer} Peer */
/** @typedef {import('./scripts.js').Attack} Attack */

const { bitfield, have, interested, piece, request, unchoke, u32 } = bytes;
const BLOCK = 2 ** 14;
const shake = bytes.handshake();
/** A block whose second half does not come. */
const HALF = piece(0, 0, Buffer.alloc(BLOCK)).subarray(0, BLOCK / 2);
/** Every block of the torrent. */
const EVERYTHING = Buffer.concat(
  Array.from({ length: 1024 }, (_, i) => request(i % 64, BLOCK * (i >> 6), BLOCK)),
);
const TCP = 'RFC 9293: a connection may end at any time';
/** What the program that is attacked keeps of so many wires. */
const MANY_WIRES = { heldMB: 32 };
const SCAN = 'port scans, and programs that give up';

/** The program dials. */
const DIALS = { program: { begins: true } };

/**
 * Dials as often, and leaves before it is heard whether anybody accepts.
 * @param {number} count
 * @param {(socket: net.Socket) => void} leave
 */
const hastily = (count, leave) => async (/** @type {Peer} */ peer) => {
  const port = Number(peer.socket.remotePort);
  for (let i = 0; i < count; i++) {
    const socket = net.connect(port, '127.0.0.1').on('error', () => {});
    // Node dials in a tick of its own.
    process.nextTick(leave, socket);
    if (i % 50 === 0) await peer.wait(1);
  }
  peer.socket.end();
};

/**
 * A byte a second of a handshake, on many wires.
 * @param {number} seconds
 */
const trickles = (seconds) =>
  together(150, async (peer) => {
    for (let i = 0; i < seconds; i++) {
      if (i > 0) await peer.wait(1000);
      await peer.send(shake.subarray(i, i + 1));
    }
  });

/** @type {Attack[]} */
const attacks = [
  {
    name: 'a thousand connections at once, all of them reset',
    script: together(500, (peer) => peer.reset()),
    outcome: GONE,
    shakes: false,
    wires: null,
    source: SCAN,
  },
  {
    name: 'two thousand connections, one after the other, each reset',
    script: many(1000, (peer) => peer.reset()),
    outcome: GONE,
    shakes: false,
    wires: null,
    bounds: MANY_WIRES,
    source: SCAN,
  },
  {
    name: 'two thousand connections, each gone before it is accepted',
    script: hastily(1000, (socket) => socket.destroy()),
    outcome: GONE,
    shakes: false,
    wires: null,
    bounds: MANY_WIRES,
    source: SCAN,
  },
  {
    name: 'a thousand connections, each ended before it is accepted',
    script: hastily(500, (socket) => socket.end()),
    outcome: GONE,
    shakes: false,
    wires: null,
    bounds: MANY_WIRES,
    source: SCAN,
  },
  {
    name: 'three hundred handshakes, a byte of each a second, with `handshakeTimeout`',
    script: trickles(3),
    options: { handshakeTimeout: 1500 },
    outcome: CODES.HANDSHAKE_TIMEOUT,
    shakes: false,
    wires: 150,
    source: 'slowloris',
  },
  {
    name: 'three hundred handshakes, a byte of each a second, and no time limit',
    script: trickles(3),
    outcome: KEPT_OPEN,
    shakes: false,
    wires: 150,
    source: 'slowloris',
  },
  {
    name: 'fifty wires that ask for everything and never read',
    script: together(25, (peer) => peer.open(interested, EVERYTHING)),
    outcome: KEPT_OPEN,
    events: null,
    reads: false,
    wires: 25,
    bounds: { heldMB: 48 },
    source: 'torrent-stream 11, 37, 165, 177: half a megabyte for each',
  },
  {
    name: 'it asks for everything, and reads only after a while',
    script: async (peer) => {
      await peer.open(interested, EVERYTHING);
      await peer.wait(300);
      peer.socket.resume();
      while ((peer.replies.piece ?? 0) < 1024 && !peer.isGone) await peer.wait(2);
    },
    outcome: KEPT_OPEN,
    events: { interested: 1, request: 1024 },
    replies: { piece: 1024 },
    reads: false,
    source: 'a window that was closed and opens',
  },
  {
    name: 'it asks for everything, never reads, and ends its side',
    script: async (peer) => {
      await peer.open(interested, EVERYTHING);
      await peer.wait(50);
      peer.socket.end();
    },
    outcome: GONE,
    events: null,
    reads: false,
    source: TCP,
  },
  {
    name: 'two hundred wires whose sending side ends, and nothing more',
    script: together(100, async (peer) => {
      await peer.open(have(1));
      peer.socket.end();
      await peer.wait(200);
    }),
    outcome: GONE,
    events: { have: 1 },
    wires: 100,
    source: 'half-open: a wire cannot be',
  },
  {
    name: 'the end of its side is all it says',
    script: many(100, (peer) => peer.socket.end()),
    outcome: GONE,
    shakes: false,
    wires: 100,
    source: TCP,
  },
  {
    name: 'megabytes, and the end of its side right behind them',
    script: (peer) => {
      peer.socket.end(Buffer.concat([shake, repeat(have(7), 200_000)]));
      return peer.untilGone();
    },
    outcome: GONE,
    events: { have: 200_000 },
    source: 'RFC 9293: what was sent before the end is told',
  },
  {
    name: 'it breaks the protocol and ends its side in the same segment, 200 times',
    script: many(100, (peer) => peer.socket.end(Buffer.concat([shake, have(1), u32(2 ** 31)]))),
    outcome: CODES.MESSAGE_TOO_LONG,
    events: { have: 1 },
    wires: 100,
    source: TCP,
  },
  {
    name: 'it breaks the protocol, and goes on after the other side has ended',
    script: async (peer) => {
      await peer.open(u32(0xffffffff));
      await peer.untilGone();
      for (let i = 0; i < 200 && !peer.socket.destroyed; i++) {
        await peer.send(Buffer.alloc(1000));
        await peer.wait(1);
      }
    },
    outcome: CODES.MESSAGE_TOO_LONG,
    source: TCP,
  },
  {
    name: 'reset in the middle of a block that it sends, 100 times',
    script: many(50, async (peer) => {
      await peer.open(have(0), unchoke);
      await peer.until('request');
      await peer.send(HALF);
      peer.reset();
    }),
    outcome: CODES.CONNECTION_RESET,
    events: null,
    wires: 50,
    source: TCP,
  },
  {
    name: 'reset while it is sent blocks, 100 times',
    script: many(50, async (peer) => {
      await peer.open(interested, EVERYTHING);
      await peer.until('piece');
      peer.reset();
    }),
    // Whoever writes at that moment is told of the reset in the reader's place.
    outcome: CODES.CONNECTION_RESET,
    events: null,
    wires: 50,
    source: TCP,
  },
  {
    ...TAKES.prefer,
    name: 'reset in the middle of a block, encrypted, 40 times',
    script: many(20, async (peer) => {
      await asks({ initial: shake }, [have(1), HALF])(peer);
      await peer.wait(5);
      peer.reset();
    }),
    outcome: CODES.CONNECTION_RESET,
    events: null,
    wires: 20,
    source: TCP,
  },
  {
    name: 'a thousand wires that have shaken hands, all reset in one moment',
    script: async (first) => {
      /** @type {Peer[]} */
      const peers = [];
      await together(500, async (peer) => {
        peers.push(peer);
        await peer.open(bitfield(Buffer.alloc(8, 255)));
        await peer.until('bitfield');
      })(first);
      for (const peer of peers) peer.reset();
    },
    outcome: CODES.CONNECTION_RESET,
    events: { bitfield: 1 },
    wires: 500,
    source: TCP,
  },
  {
    name: 'six thousand segments of a byte',
    script: async (peer) => {
      await peer.open();
      await peer.drip(repeat(have(5), 333));
    },
    outcome: KEPT_OPEN,
    events: { have: 333 },
    source: 'BEP 3: TCP keeps no borders',
  },
  {
    name: 'forty wires in segments of a byte',
    script: together(20, (peer) => peer.drip(Buffer.concat([shake, repeat(have(5), 20)]))),
    outcome: KEPT_OPEN,
    events: { have: 20 },
    wires: 20,
    source: 'BEP 3: TCP keeps no borders',
  },
  {
    name: 'blocks in segments of three bytes',
    script: async (peer) => {
      const blocks = repeat(piece(1, 0, Buffer.alloc(983)), 3);
      await peer.open();
      for (let at = 0; at < blocks.length; at += 3) await peer.send(blocks.subarray(at, at + 3));
    },
    outcome: KEPT_OPEN,
    events: { piece: 3 },
    source: 'BEP 3: TCP keeps no borders',
  },
  {
    ...DIALS,
    name: 'it is dialled, and resets at once, 200 times',
    script: many(100, (peer) => peer.reset()),
    outcome: GONE,
    shakes: false,
    wires: 100,
    source: TCP,
  },
  {
    ...DIALS,
    name: 'it is dialled, and ends its side at once, 200 times',
    script: many(100, (peer) => peer.socket.end()),
    outcome: GONE,
    shakes: false,
    wires: 100,
    source: TCP,
  },
  {
    ...DIALS,
    name: 'it is dialled, and says nothing',
    script: (peer) => peer.untilGone(),
    options: { handshakeTimeout: 150 },
    outcome: CODES.HANDSHAKE_TIMEOUT,
    shakes: false,
    source: 'libtorrent 10 s, Transmission 30 s',
  },
  {
    ...DIALS,
    name: 'it is dialled, and speaks HTTP',
    script: (peer) => peer.send(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
    outcome: CODES.NOT_BITTORRENT,
    shakes: false,
    source: 'a tracker that names web servers',
  },
  {
    ...DIALS,
    name: 'it is dialled, asks for everything and never reads',
    script: opens(interested, EVERYTHING),
    outcome: KEPT_OPEN,
    events: null,
    reads: false,
    source: 'torrent-stream 11, 37, 165, 177',
  },
];

module.exports = attacks;
