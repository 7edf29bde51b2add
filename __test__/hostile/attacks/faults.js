'use strict';

// Connections that break, at every byte of a conversation.

const bytes = require('../helpers/bytes.js');
const { CODES, GONE, KEPT_OPEN, many, repeat } = require('./scripts.js');

const BLOCK = 2 ** 14;
/** One message of every kind. */
const conversation = Buffer.concat([
  bytes.handshake(),
  bytes.bitfield(Buffer.alloc(8, 255)),
  bytes.unchoke,
  bytes.interested,
  bytes.have(1),
  bytes.request(1, 0, BLOCK),
  bytes.request(2, 0, BLOCK),
  bytes.cancel(2, 0, BLOCK),
  bytes.piece(0, 0, Buffer.alloc(9)),
  bytes.extended(0, Buffer.from('de')),
  bytes.port(6881),
  bytes.message(99),
  bytes.keepAlive,
  bytes.uninterested,
  bytes.choke,
]);
const NEVER_END = 'peer-wire-protocol 7, peer-wire-swarm 10, torrent-stream 89';

/** @param {(peer: import('./scripts.js').Peer, length: number) => unknown} script */
const atEveryByte = (script) => many(conversation.length + 1, script);

/** @type {import('./scripts.js').Attack[]} */
const attacks = [
  {
    name: `reset at every byte of a conversation of ${conversation.length}`,
    script: atEveryByte(async (peer, length) => {
      await peer.send(conversation.subarray(0, length));
      peer.reset();
    }),
    outcome: GONE,
    events: null,
    wires: null,
    source: NEVER_END,
  },
  {
    name: 'the same, a little later, while answers come back',
    script: atEveryByte(async (peer, length) => {
      await peer.send(conversation.subarray(0, length));
      await peer.wait(3);
      peer.reset();
    }),
    outcome: GONE,
    events: null,
    wires: null,
    source: NEVER_END,
  },
  {
    name: 'the sending side ends at every byte, the other stays',
    script: atEveryByte(async (peer, length) => {
      await peer.send(conversation.subarray(0, length));
      peer.socket.end();
    }),
    outcome: GONE,
    events: null,
    wires: conversation.length + 1,
    source: NEVER_END,
  },
  {
    name: 'it asks, ends its side, and wants to read on',
    script: async (peer) => {
      const requests = Buffer.concat([bytes.interested, repeat(bytes.request(1, 0, BLOCK), 30)]);
      await peer.open(requests);
      peer.socket.end();
      await peer.untilGone();
    },
    outcome: GONE,
    events: { interested: 1, request: 30 },
    source: 'half-open: a wire cannot be',
  },
  {
    name: 'it breaks the protocol and keeps the connection',
    script: async (peer) => {
      await peer.open(bytes.u32(0xffffffff));
      await peer.wait(100);
    },
    outcome: CODES.MESSAGE_TOO_LONG,
    reads: false,
    source: NEVER_END,
  },
  {
    name: 'it breaks the protocol and goes on sending, megabytes',
    script: async (peer) => {
      await peer.open(bytes.u32(0xffffffff));
      for (let i = 0; i < 64; i++) await peer.send(Buffer.alloc(2 ** 18));
    },
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'torrent-stream 11, 37: memory',
  },
  {
    name: 'reset with blocks unread in between',
    script: async (peer) => {
      await peer.open(bytes.interested, repeat(bytes.request(1, 0, BLOCK), 1000));
      await peer.wait(50);
      peer.reset();
    },
    outcome: GONE,
    events: null,
    reads: false,
    source: NEVER_END,
  },
  {
    name: 'it asks for blocks and reads a byte at a time',
    script: async (peer) => {
      const { socket } = peer;
      socket.removeAllListeners('data');
      socket.pause();
      await peer.open(bytes.interested, repeat(bytes.request(1, 0, BLOCK), 1000));
      for (let i = 0; i < 200; i++) {
        socket.read(1);
        await peer.wait(1);
      }
    },
    outcome: KEPT_OPEN,
    events: null,
    source: 'torrent-stream 165, 177; webtorrent 1973',
  },
  {
    name: 'five hundred connections, each reset at once',
    script: many(500, (peer) => peer.reset()),
    outcome: GONE,
    events: null,
    wires: null,
    source: NEVER_END,
  },
];

module.exports = attacks;
