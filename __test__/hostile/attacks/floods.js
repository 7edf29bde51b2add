'use strict';

// Too much, too slow, too many: floods of every kind of message, byte-wise drips, silence, and a
// thousand wires at once. Lengths of floods are megabytes, on each of two wires.

const bytes = require('../helpers/bytes.js');
const { CODES, KEPT_OPEN, many, opens, repeat } = require('./scripts.js');

const { keepAlive, have, interested, u32, uninterested } = bytes;
const FLOOD = 'BEP 3: nothing says how often';
const conversation = Buffer.concat([
  bytes.handshake(),
  bytes.bitfield(Buffer.alloc(8, 255)),
  bytes.unchoke,
  interested,
  bytes.request(1, 0, 16384),
  bytes.piece(0, 0, Buffer.alloc(100)),
  bytes.extended(0, Buffer.from('de')),
  bytes.port(6881),
  keepAlive,
]);
const TOLD = {
  bitfield: 1,
  unchoke: 1,
  interested: 1,
  request: 1,
  piece: 1,
  extended: 1,
  port: 1,
  'keep-alive': 1,
};

/** @param {string} name of the event @param {Uint8Array} message @param {number} count */
const flood = (name, message, count) => ({
  name: `${count.toLocaleString('en')} ${name}`,
  script: opens(repeat(message, count)),
  outcome: KEPT_OPEN,
  events: { [name]: count },
  source: FLOOD,
});

/** @type {import('./scripts.js').Attack[]} */
const attacks = [
  flood('keep-alive', keepAlive, 1_000_000),
  flood('choke', bytes.choke, 500_000),
  flood('unchoke', bytes.unchoke, 500_000),
  flood('interested', interested, 500_000),
  flood('uninterested', uninterested, 500_000),
  flood('port', bytes.port(6881), 400_000),
  flood('extended', bytes.extended(3, Buffer.alloc(2)), 300_000),
  flood('unknownmessage', bytes.message(99), 500_000),
  flood('bitfield', bytes.bitfield(Buffer.alloc(8, 255)), 200_000),
  flood('piece', bytes.piece(1, 0, Buffer.alloc(64)), 100_000),
  {
    name: '200,000 interested and uninterested in turns',
    script: opens(repeat(Buffer.concat([interested, uninterested]), 200_000)),
    outcome: KEPT_OPEN,
    events: { interested: 200_000, uninterested: 200_000 },
    source: FLOOD,
  },
  {
    name: 'two million interested and uninterested in turns, and it never reads',
    script: opens(repeat(Buffer.concat([interested, uninterested]), 2_000_000)),
    outcome: CODES.BACKLOG,
    events: null, // as many as fit the time
    reads: false,
    source: 'torrent-stream 11, 37: an unchoke for every five bytes',
  },
  {
    name: 'a conversation byte by byte',
    script: (peer) => peer.drip(conversation),
    outcome: KEPT_OPEN,
    events: TOLD,
    replies: { piece: 1 },
    source: 'BEP 3: TCP keeps no borders',
  },
  {
    name: 'a megabyte announced, then a byte at a time',
    script: async (peer) => {
      await peer.open(u32(2 ** 20), Buffer.from([7]));
      await peer.drip(Buffer.alloc(300));
    },
    outcome: KEPT_OPEN,
    source: 'a slow drip',
  },
  {
    name: 'blocks in pieces of every length',
    script: async (peer) => {
      const blocks = repeat(bytes.piece(1, 0, Buffer.alloc(997)), 100);
      await peer.open();
      for (let at = 0, step = 1; at < blocks.length; at += step++) {
        await peer.send(blocks.subarray(at, at + step));
      }
    },
    outcome: KEPT_OPEN,
    events: { piece: 100 },
    source: 'BEP 3: TCP keeps no borders',
  },
  {
    name: 'no handshake within `handshakeTimeout`',
    script: (peer) => peer.untilGone(),
    options: { handshakeTimeout: 150 },
    outcome: CODES.HANDSHAKE_TIMEOUT,
    shakes: false,
    source: 'libtorrent 10 s, Transmission 30 s, anacrolix/torrent 4 s, rqbit 10 s',
  },
  {
    name: 'a handshake slower than `handshakeTimeout`',
    script: (peer) => peer.drip(conversation, 10),
    options: { handshakeTimeout: 150 },
    outcome: CODES.HANDSHAKE_TIMEOUT,
    shakes: false,
    source: 'a slow drip',
  },
  {
    name: 'a handshake in time, then nothing for longer',
    script: async (peer) => {
      await peer.open();
      await peer.wait(300);
    },
    options: { handshakeTimeout: 150 },
    outcome: KEPT_OPEN,
    source: 'the timer must stop',
  },
  {
    name: 'silence for longer than `idleTimeout`',
    script: async (peer) => {
      await peer.open(have(1));
      await peer.untilGone();
    },
    options: { idleTimeout: 150 },
    outcome: CODES.IDLE_TIMEOUT,
    events: { have: 1 },
    source: 'libtorrent 120 s; Transmission 60 to 300 s',
  },
  {
    name: 'a keep-alive now and then, with `idleTimeout`',
    script: async (peer) => {
      await peer.open();
      for (let i = 0; i < 6; i++) {
        await peer.wait(60);
        await peer.send(keepAlive);
      }
    },
    options: { idleTimeout: 250 },
    outcome: KEPT_OPEN,
    events: { 'keep-alive': 6 },
    source: 'BEP 3: keep-alives are there for that',
  },
  {
    name: 'a thousand wires that say nothing',
    script: many(500, () => {}),
    outcome: KEPT_OPEN,
    shakes: false,
    wires: 500,
    source: 'many at once',
  },
  {
    name: 'a thousand wires that announce a megabyte and send a hundred bytes',
    script: many(500, (peer) => peer.open(u32(2 ** 20), Buffer.alloc(100, 7))),
    outcome: KEPT_OPEN,
    wires: 500,
    bounds: { heldMB: 64 },
    source: 'many at once',
  },
  {
    name: 'a thousand wires that break the protocol',
    script: many(500, (peer) => peer.open(have(1), u32(0xffffffff))),
    outcome: CODES.MESSAGE_TOO_LONG,
    events: { have: 1 },
    wires: 500,
    source: 'many at once',
  },
  {
    name: 'a thousand wires that flood',
    script: many(500, (peer) => peer.open(repeat(have(1), 500), repeat(keepAlive, 500))),
    outcome: KEPT_OPEN,
    events: { have: 500, 'keep-alive': 500 },
    wires: 500,
    source: 'many at once',
  },
];

module.exports = attacks;
