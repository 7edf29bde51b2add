'use strict';

// A peer that the program calls, and begins to encrypt with.

const { randomBytes } = require('node:crypto');
const reference = require('../../encryption/reference.js');
const { Responder } = require('../../encryption/helpers/peers.js');
const bytes = require('../helpers/bytes.js');
const { BAD_KEYS, BEGINS, answers, asks, recording, settled } = require('./hidden.js');
const { CODES, GONE, KEPT_OPEN, many, sends } = require('./scripts.js');

/** @typedef {import('./scripts.js').Attack} Attack */

const { INFO_HASH } = bytes;
const { PLAIN, VC, u16, u32 } = reference;
const shake = bytes.handshake();
const SPEC = 'Message Stream Encryption, Azureus wiki';
const STALL = 'every step may take 30 seconds: see encryption/ending.test.js';

const NOT_SETTLED = { ...BEGINS.prefer, shakes: false, source: SPEC };
const PADDING = { ...NOT_SETTLED, outcome: CODES.ENCRYPTION_PADDING };
const STALLS = { ...NOT_SETTLED, outcome: KEPT_OPEN, source: STALL };
const SETTLED = { ...BEGINS.prefer, outcome: KEPT_OPEN, source: SPEC };

const key = () => new Responder({ infoHash: INFO_HASH }).opening;

/** A fourth message of one's own. @param {Uint8Array} plain @param {Uint8Array[]} [then] */
const fourth = (plain, then = []) =>
  answers({}, then, (side) => {
    side.reply = () => side.outgoing(plain);
  });

/** @type {Attack[]} */
const attacks = [
  {
    ...NOT_SETTLED,
    name: 'an answer in the clear',
    script: sends(shake, bytes.have(1)),
    outcome: CODES.ENCRYPTION_UNSUPPORTED,
    source: 'a peer that began itself, in the clear',
  },
  {
    ...NOT_SETTLED,
    ...BEGINS.require,
    name: 'an answer in the clear, where encryption is required',
    script: sends(shake),
    outcome: CODES.ENCRYPTION_UNSUPPORTED,
  },
  {
    ...NOT_SETTLED,
    name: 'both sides begin',
    script: asks({ initial: shake }),
    outcome: CODES.ENCRYPTION_BOTH_BEGAN,
    source: 'two programs that dial each other through a relay',
  },
  { ...STALLS, name: 'no answer', script: (peer) => peer.wait(100) },
  { ...STALLS, name: '95 bytes of a key in answer', script: sends(key().subarray(0, 95)) },
  {
    ...STALLS,
    name: 'half of the choice',
    script: answers({}, [], (side) => {
      const reply = side.reply.bind(side);
      side.reply = () => reply().subarray(0, 11);
    }),
  },
  {
    ...STALLS,
    name: 'a choice without the padding it announces',
    script: fourth(Buffer.concat([VC, u32(2), u16(512)])),
  },
  {
    ...NOT_SETTLED,
    name: 'a key in answer, and the connection is reset',
    script: async (peer) => {
      await peer.send(key());
      await peer.wait(20);
      peer.reset();
    },
    outcome: GONE,
  },
  {
    ...PADDING,
    name: 'an HTTP answer',
    script: sends(Buffer.from('HTTP/1.1 400 Bad Request\r\n'.padEnd(900, 'x'))),
  },
  {
    ...SETTLED,
    name: 'paddings of 512 bytes in answer',
    script: answers({ padding: Buffer.alloc(512), second: 512 }, [shake]),
  },
  {
    ...PADDING,
    name: 'a padding of 513 bytes in answer',
    script: answers({ padding: Buffer.alloc(513) }),
  },
  {
    ...PADDING,
    name: 'a padding without end in answer',
    script: (peer) => peer.send(key(), randomBytes(2 ** 20)),
  },
  {
    ...PADDING,
    name: 'an encrypted padding of 513 bytes in answer',
    script: answers({ second: 513 }),
  },
  {
    ...PADDING,
    name: 'an encrypted padding of 65,535 bytes in answer',
    script: answers({ second: 65535 }),
  },
  ...BAD_KEYS.map(([name, bad]) => ({
    ...NOT_SETTLED,
    name: `the public key ${name} in answer`,
    script: sends(bad),
    outcome: CODES.ENCRYPTION_KEY,
  })),
  ...[0, 3, 4, 0xffffffff].map((choose) => ({
    ...NOT_SETTLED,
    name: `it chooses 0x${choose.toString(16)}`,
    script: answers({ choose }),
    outcome: CODES.ENCRYPTION_METHOD,
  })),
  {
    ...NOT_SETTLED,
    ...BEGINS.require,
    name: 'it chooses the clear, which was not offered',
    script: answers({ choose: PLAIN }),
    outcome: CODES.ENCRYPTION_METHOD,
  },
  {
    ...PADDING,
    name: 'no verification constant in answer',
    script: fourth(Buffer.concat([Buffer.alloc(8, 1), u32(2), u16(0), Buffer.alloc(700)])),
  },
  {
    ...STALLS,
    name: 'an exchange with somebody else, once more, in answer',
    script: sends(recording().answered),
    source: 'a replay: the key is another each time',
  },
  {
    ...NOT_SETTLED,
    name: 'more padding in answer than its length says',
    script: fourth(Buffer.concat([VC, u32(2), u16(3), Buffer.alloc(30), shake])),
    outcome: CODES.NOT_BITTORRENT,
  },
  {
    ...SETTLED,
    name: 'the answer in single bytes',
    script: async (peer) => {
      const side = new Responder({ infoHash: INFO_HASH, padding: Buffer.alloc(9), second: 9 });
      /** @type {Promise<void>} */
      let line = Promise.resolve();
      peer.socket.on('data', (chunk) => {
        const answer = side.read(chunk);
        line = line.then(() => peer.drip(answer));
      });
      await settled(peer, side);
      await line;
      await peer.drip(side.seal(shake));
    },
  },
  {
    ...NOT_SETTLED,
    name: 'what is no handshake, encrypted, in answer',
    script: answers({}, [Buffer.alloc(4096, 3)]),
    outcome: CODES.NOT_BITTORRENT,
  },
  {
    ...BEGINS.prefer,
    name: 'a handshake twice, encrypted, in answer',
    script: answers({}, [shake, shake]),
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'BEP 3',
  },
  {
    ...BEGINS.prefer,
    name: 'a handshake twice, where the clear was chosen',
    script: answers({ choose: PLAIN }, [shake, shake]),
    outcome: CODES.MESSAGE_TOO_LONG,
    source: 'BEP 3',
  },
  {
    ...STALLS,
    name: '300 calls at once, and no answer but a key',
    script: many(150, (peer) => peer.send(key())),
    wires: 150,
    source: 'each costs two modular powers',
  },
];

module.exports = attacks;
