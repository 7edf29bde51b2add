'use strict';

// What is not a handshake, or more than one (BEP 3).

const { randomBytes } = require('node:crypto');
const bytes = require('../helpers/bytes.js');
const { CODES, KEPT_OPEN, opens, sends } = require('./scripts.js');

const shake = bytes.handshake();
const NOT = { outcome: CODES.NOT_BITTORRENT, shakes: false };
const EXACT = 'BEP 3; libtorrent, anacrolix/torrent and rqbit want it exact';

/** The first bytes of a TLS 1.2 ClientHello: record and handshake headers, version, random. */
const CLIENT_HELLO = Buffer.concat([
  Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]),
  Buffer.alloc(505, 0x5a),
]);

/** @type {import('./scripts.js').Attack[]} */
const attacks = [
  {
    ...NOT,
    name: 'an HTTP request',
    script: sends(Buffer.from('GET / HTTP/1.1\r\nHost: example.org\r\n\r\n')),
    source: EXACT,
  },
  { ...NOT, name: 'a TLS ClientHello', script: sends(CLIENT_HELLO), source: EXACT },
  {
    ...NOT,
    name: 'an SSH banner',
    script: sends(Buffer.from('SSH-2.0-OpenSSH_9.2\r\n')),
    source: EXACT,
  },
  { ...NOT, name: '4096 zero bytes', script: sends(Buffer.alloc(4096)), source: EXACT },
  {
    ...NOT,
    name: '4096 bytes of 0xff: a protocol name of 255 bytes',
    script: sends(Buffer.alloc(4096, 255)),
    source: EXACT,
  },
  {
    ...NOT,
    name: 'a name of its own, as long as the right one',
    script: sends(Buffer.from('\x13BitTorrent Protocol'), shake.subarray(20)),
    source: EXACT,
  },
  {
    ...NOT,
    name: 'the key of an encrypted handshake: 96 random bytes and a padding of 512',
    script: (peer) => peer.send(Buffer.from([0]), randomBytes(95), randomBytes(512)),
    source: 'message stream encryption; bittorrent-protocol 186',
  },
  {
    ...NOT,
    name: 'messages without a handshake',
    script: sends(bytes.unchoke, bytes.have(1), bytes.interested),
    source: 'BEP 3: the handshake comes first',
  },
  {
    name: 'a handshake without its last byte',
    script: sends(shake.subarray(0, 67)),
    outcome: KEPT_OPEN,
    shakes: false,
    source: 'BEP 3',
  },
  {
    name: 'nothing at all',
    script: (peer) => peer.wait(100),
    outcome: KEPT_OPEN,
    shakes: false,
    source: 'BEP 3; without `handshakeTimeout` it is the caller who has to wait no longer',
  },
  {
    name: 'every reserved bit set',
    script: sends(bytes.PROTOCOL, Buffer.alloc(8, 255), shake.subarray(28)),
    outcome: KEPT_OPEN,
    source: 'BEP 4; libtorrent 2.0.14: a null pointer after a reserved bit',
  },
  {
    name: 'hashes of zeros',
    script: sends(shake.subarray(0, 28), Buffer.alloc(40)),
    outcome: KEPT_OPEN,
    source: 'BEP 3',
  },
  {
    name: 'a handshake twice',
    script: opens(shake, bytes.have(1)),
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'BEP 3: the second reads as a message of 323119476 bytes',
  },
  {
    name: 'a handshake a thousand times',
    script: opens(...Array(1000).fill(shake)),
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'BEP 3',
  },
  {
    name: 'our own handshake, sent back, and everything else too',
    script: async (peer) => {
      peer.socket.on('data', (chunk) => peer.socket.write(chunk));
      await peer.open();
      await peer.untilGone();
    },
    outcome: CODES.MESSAGE_TOO_LONG,
    events: null,
    source: 'a connection to oneself',
  },
];

module.exports = attacks;
