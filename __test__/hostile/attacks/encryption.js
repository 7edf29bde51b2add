'use strict';

// A peer that begins encrypted, or should have.

const { randomBytes } = require('node:crypto');
const reference = require('../../encryption/reference.js');
const { Initiator } = require('../../encryption/helpers/peers.js');
const bytes = require('../helpers/bytes.js');
const { BAD_KEYS, TAKES, asks, recording } = require('./hidden.js');
const { CODES, GONE, KEPT_OPEN, many, sends } = require('./scripts.js');

/** @typedef {import('../helpers/peer.js').Peer} Peer */
/** @typedef {import('./scripts.js').Attack} Attack */

const { INFO_HASH } = bytes;
const { PLAIN, RC4, VC, mark, u16, u32, veiled } = reference;
const shake = bytes.handshake();
const SPEC = 'Message Stream Encryption, Azureus wiki';
const STALL = 'every step may take 30 seconds: see encryption/ending.test.js';

const NOT_SETTLED = { ...TAKES.prefer, shakes: false, source: SPEC };
const PADDING = { ...NOT_SETTLED, outcome: CODES.ENCRYPTION_PADDING };
const STALLS = { ...NOT_SETTLED, outcome: KEPT_OPEN, source: STALL };
const SETTLED = { ...TAKES.prefer, outcome: KEPT_OPEN, source: SPEC };

const key = () => new Initiator({ infoHash: INFO_HASH }).opening;
/** More than a key and the longest padding. @param {number} length */
const http = (length) => {
  const head = 'GET / HTTP/1.1\r\nHost: example.org\r\nCookie: ';
  return Buffer.from(head.padEnd(length - 4, 'x').concat('\r\n\r\n'));
};

/**
 * A third message of one's own.
 * @param {(side: Initiator) => Uint8Array} encrypted what is encrypted of it
 * @param {Uint8Array} [infoHash] that is asked for
 */
const third = (encrypted, infoHash = INFO_HASH) =>
  asks({}, [], (side) => {
    side.request = () => {
      const head = [mark(side.shared), veiled(side.shared, infoHash)];
      return Buffer.concat([...head, side.fromInitiator(encrypted(side))]);
    };
  });

/** @param {number[]} cuts where the third message ends */
const cutAt = (...cuts) =>
  asks({}, [], (side) => {
    const request = side.request.bind(side);
    side.request = () => request().subarray(0, ...cuts);
  });

/** @type {Attack[]} */
const attacks = [
  {
    ...STALLS,
    name: "'prefer': a short HTTP request",
    script: sends(http(40)),
    source: 'port scans',
  },
  { ...STALLS, ...TAKES.require, name: "'require': a short HTTP request", script: sends(http(40)) },
  { ...PADDING, name: "'prefer': a long HTTP request", script: sends(http(700)) },
  {
    ...PADDING,
    ...TAKES.require,
    name: "'require': a long HTTP request",
    script: sends(http(700)),
  },
  {
    ...NOT_SETTLED,
    ...TAKES.require,
    name: 'a handshake in the clear where encryption is required',
    script: sends(shake, bytes.have(1)),
    outcome: CODES.ENCRYPTION_REQUIRED,
  },
  { ...STALLS, name: '95 bytes of a key, and nothing more', script: sends(key().subarray(0, 95)) },
  { ...STALLS, name: 'a key, and nothing more', script: sends(key()) },
  {
    ...STALLS,
    name: 'a key that begins as a handshake does',
    script: sends(shake.subarray(0, 19)),
  },
  { ...STALLS, name: 'half of what hides the torrent', script: cutAt(30) },
  { ...STALLS, name: 'half of the offer', script: cutAt(47) },
  {
    ...STALLS,
    name: 'all but the last byte of the length of the initial payload',
    script: cutAt(55),
  },
  {
    ...NOT_SETTLED,
    name: 'a key, and the connection is reset',
    script: async (/** @type {Peer} */ peer) => {
      await peer.send(key());
      await peer.wait(20);
      peer.reset();
    },
    outcome: GONE,
  },
  {
    ...SETTLED,
    name: 'a padding of 512 bytes, the most',
    script: asks({ padding: Buffer.alloc(512), second: 512, initial: shake }),
  },
  { ...PADDING, name: 'a padding of 513 bytes', script: asks({ padding: Buffer.alloc(513) }) },
  {
    ...PADDING,
    name: 'a padding without end',
    script: (peer) => peer.send(key(), randomBytes(2 ** 20)),
  },
  {
    ...PADDING,
    name: 'a padding in single bytes, without end',
    script: async (peer) => {
      await peer.send(key());
      await peer.drip(Buffer.alloc(700, 7));
    },
  },
  { ...PADDING, name: 'an encrypted padding of 513 bytes', script: asks({ second: 513 }) },
  { ...PADDING, name: 'an encrypted padding of 65,535 bytes', script: asks({ second: 65535 }) },
  {
    ...PADDING,
    name: 'an exchange with somebody else, once more',
    script: sends(recording({ second: 512, initial: shake }).asked),
    source: 'a replay: the key is another each time',
  },
  ...BAD_KEYS.map(([name, bad]) => ({
    ...NOT_SETTLED,
    name: `the public key ${name}`,
    script: sends(bad),
    outcome: CODES.ENCRYPTION_KEY,
  })),
  ...[0, 4, 0xfffffffc].map((methods) => ({
    ...NOT_SETTLED,
    name: `it offers the methods 0x${methods.toString(16)}`,
    script: asks({ methods }),
    outcome: CODES.ENCRYPTION_METHOD,
  })),
  {
    ...NOT_SETTLED,
    ...TAKES.require,
    name: 'it offers the clear where RC4 is required',
    script: asks({ methods: PLAIN }),
    outcome: CODES.ENCRYPTION_METHOD,
  },
  {
    ...SETTLED,
    name: 'it offers every bit',
    script: asks({ methods: 0xffffffff, initial: shake }),
  },
  {
    ...NOT_SETTLED,
    name: 'a torrent that nobody knows',
    script: asks({ infoHash: Buffer.alloc(20, 1) }),
    outcome: CODES.ENCRYPTION_TORRENT,
  },
  {
    ...NOT_SETTLED,
    name: 'it asks for one torrent and encrypts for another',
    script: asks({ infoHash: Buffer.alloc(20, 1) }, [], (side) => {
      side.request = () =>
        Buffer.concat([
          mark(side.shared),
          veiled(side.shared, INFO_HASH),
          side.fromInitiator(reference.offer()),
        ]);
    }),
    outcome: CODES.ENCRYPTION_GARBLED,
  },
  {
    ...NOT_SETTLED,
    name: 'a verification constant that is none',
    script: third(() => Buffer.concat([Buffer.alloc(8, 1), u32(RC4), u16(0), u16(0)])),
    outcome: CODES.ENCRYPTION_GARBLED,
  },
  {
    ...NOT_SETTLED,
    name: 'an offer that is not encrypted',
    script: asks({}, [], (side) => {
      side.request = () =>
        Buffer.concat([mark(side.shared), veiled(side.shared, INFO_HASH), reference.offer()]);
    }),
    outcome: CODES.ENCRYPTION_GARBLED,
  },
  {
    ...NOT_SETTLED,
    name: 'more padding than its length says',
    script: third(() => Buffer.concat([VC, u32(RC4), u16(2), Buffer.alloc(30), u16(68), shake])),
    outcome: CODES.NOT_BITTORRENT,
  },
  {
    ...STALLS,
    name: 'less padding than its length says',
    script: third(() => Buffer.concat([VC, u32(RC4), u16(500), u16(68), shake])),
  },
  {
    ...NOT_SETTLED,
    name: 'an initial payload longer than its length says, the rest in the clear',
    script: third(() => Buffer.concat([VC, u32(PLAIN), u16(0), u16(10), shake])),
    outcome: CODES.NOT_BITTORRENT,
  },
  {
    ...SETTLED,
    name: 'an initial payload of 65,535 bytes that does not come',
    script: third(() => Buffer.concat([VC, u32(PLAIN), u16(0), u16(65535), shake])),
  },
  {
    ...SETTLED,
    name: 'all of it in single bytes',
    script: async (peer) => {
      const side = new Initiator({ infoHash: INFO_HASH, padding: Buffer.alloc(9), initial: shake });
      const answer = new Promise((resolve) =>
        peer.socket.on('data', (chunk) => {
          const next = side.read(chunk);
          if (next.length > 0) resolve(next);
        }),
      );
      await peer.drip(side.opening);
      await peer.drip(await answer);
    },
  },
  {
    ...NOT_SETTLED,
    name: 'what is no handshake, encrypted',
    script: asks({}, [Buffer.alloc(4096, 3)]),
    outcome: CODES.NOT_BITTORRENT,
  },
  {
    ...NOT_SETTLED,
    name: 'a handshake in the clear, where RC4 was settled',
    script: async (peer) => {
      await asks({}, [Buffer.alloc(0)])(peer);
      await peer.send(shake);
    },
    outcome: CODES.NOT_BITTORRENT,
  },
  {
    ...TAKES.prefer,
    name: 'a handshake twice, encrypted',
    script: asks({ initial: shake }, [shake]),
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'BEP 3',
  },
  {
    ...TAKES.prefer,
    name: 'a have of four bytes, encrypted',
    script: asks({}, [shake, bytes.message(4, Buffer.alloc(3))]),
    outcome: CODES.MESSAGE_LENGTH,
    source: 'BEP 3',
  },
  {
    ...TAKES.prefer,
    name: 'a piece that does not exist, encrypted',
    script: asks({}, [shake, bytes.have(1), bytes.have(0xffffffff)]),
    events: { have: 1 },
    outcome: CODES.PIECE_INDEX,
    source: 'BEP 3',
  },
  {
    ...TAKES.prefer,
    name: 'a prefix of 4 GiB, in the clear behind the initial payload',
    script: asks({ methods: PLAIN, initial: shake }, [bytes.have(1), u32(0xffffffff)]),
    events: { have: 1 },
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'BEP 3',
  },
  {
    ...TAKES.prefer,
    name: '100,000 have, encrypted',
    script: asks({}, [shake, Buffer.alloc(9 * 100_000, bytes.have(1))]),
    events: { have: 100_000 },
    outcome: KEPT_OPEN,
    source: 'many at once',
  },
  {
    ...STALLS,
    name: '300 keys at once, and nothing more',
    script: many(150, (peer) => peer.send(key())),
    wires: 150,
    source: 'each costs two modular powers',
  },
  {
    ...PADDING,
    name: '300 keys at once, with paddings without end',
    script: many(150, (peer) => peer.send(key(), Buffer.alloc(2000, 3))),
    wires: 150,
  },
];

module.exports = attacks;
