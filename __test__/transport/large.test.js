'use strict';

// Messages of every length around the edges of what is read, copied and kept at once, of several peers
// whose bytes come in turns: each gets its own, whole and in order.

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { describe, test } = require('node:test');
const fc = require('fast-check');
const { Initiator } = require('../encryption/helpers/peers.js');
const { KINDS, Place } = require('./helpers/meeting.js');
const { bytes, call, listen, pwp, turn, until, when } = require('./helpers/sockets.js');

const { INFO_HASH, PEER_ID } = bytes;
const OPTIONS = { maxMessageSize: 2 ** 23, infoHashes: [INFO_HASH] };

/** What is copied, the least room for a read, a slab: each less one, and one more. */
const EDGES = [20 * 1024, 32 * 1024, 512 * 1024].flatMap((n) => [n - 14, n - 13, n - 1, n, n + 1]);
const LENGTHS = [0, 1, 4096, 4097, 16_384, 70_000, 2 ** 20, ...EDGES];

/** @param {number} length @param {number} salt */
function filled(length, salt) {
  const block = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i++) block[i] = (i * 31 + (i >> 8) * 7 + salt) & 255;
  return block;
}

/** Blocks that are all there is of, so that making them takes no time. @type {Map<number, Buffer>} */
const blocks = new Map(LENGTHS.map((length) => [length, filled(length, length % 251)]));
const digest = (/** @type {Uint8Array} */ data) => createHash('sha1').update(data).digest('hex');
const digests = new Map([...blocks].map(([length, block]) => [length, digest(block)]));

const lengths = fc.array(fc.constantFrom(...LENGTHS), { minLength: 1, maxLength: 6 });
const cuts = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 400_000 })),
  { minLength: 1, maxLength: 4 },
);
const peers = fc.array(fc.record({ lengths, cuts }), { minLength: 1, maxLength: 4 });

/** @param {any} wire @returns {string[]} what it is told */
function digestsOf(wire) {
  /** @type {string[]} */
  const told = [];
  wire.on(
    'piece',
    (/** @type {number} */ index, /** @type {number} */ offset, /** @type {Buffer} */ block) => {
      told.push(`${index} ${offset} ${digest(block)}`);
    },
  );
  return told;
}

const expected = (/** @type {number[]} */ given) =>
  given.map((length, i) => `${i} 5 ${digests.get(length)}`);

for (const isEncrypted of [false, true]) {
  test(`of peers whose bytes come in turns, ${isEncrypted ? 'encrypted' : 'in the clear'}`, async (t) => {
    const server = pwp.createServer({ ...OPTIONS, encryption: isEncrypted ? 'require' : 'off' });
    const port = await listen(t, server);
    const property = fc.asyncProperty(peers, async (plans) => {
      /** @type {[any, import('node:net').Socket, Initiator][]} */
      const met = [];
      for (const _ of plans) {
        const given = when(server, 'connection');
        const socket = call(t, port);
        const [wire] = await given;
        met.push([wire, socket, new Initiator({ infoHash: INFO_HASH })]);
      }
      const told = met.map(([wire]) => digestsOf(wire));
      if (isEncrypted) {
        for (const [, socket, peer] of met) {
          socket.on('data', (chunk) => socket.write(peer.read(chunk)));
          socket.write(peer.opening);
        }
        await until(() => met.every(([, , { isDone }]) => isDone), 'the exchange');
      }
      const streams = plans.map(({ lengths: given }, i) => {
        const pieces = given.map((length, n) =>
          bytes.piece(n, 5, blocks.get(length) ?? Buffer.of()),
        );
        const all = Buffer.concat([bytes.handshake(), ...pieces]);
        return isEncrypted ? met[i][2].seal(all) : all;
      });
      for (let round = 0; streams.some(({ length }) => length > 0); round++) {
        for (const [i, { cuts: sizes }] of plans.entries()) {
          // Small cuts of much would take for ever.
          const size = round < 40 ? sizes[round % sizes.length] : streams[i].length;
          met[i][1].write(streams[i].subarray(0, size));
          streams[i] = streams[i].subarray(size);
        }
        if (round % 3 === 0) await turn();
      }
      for (const [, socket] of met) socket.end();
      await Promise.all(met.map(([wire]) => wire.readableEnded || when(wire, 'end')));
      assert.deepEqual(
        told,
        plans.map(({ lengths: given }) => expected(given)),
      );
    });
    await fc.assert(property, { numRuns: 12 });
  });
}

/** And more at once than leaves in a call: each block that is not copied is a piece of its own. */
const ALL = [...LENGTHS, ...Array(200).fill(4097)];

describe('between wires of every kind, all lengths', () => {
  for (const kinds of KINDS.slice(0, 3)) {
    for (const encryption of ['off', 'require']) {
      test(`${kinds.join(' to ')}, encryption: ${encryption}`, async (t) => {
        const options = { ...OPTIONS, encryption };
        const place = await Place.open(t, kinds, options);
        const [caller, called] = await place.meet(options);
        t.after(() => caller.destroy());
        const told = digestsOf(called);
        called.on('handshake', () => called.handshake(INFO_HASH, PEER_ID));
        caller.handshake(INFO_HASH, PEER_ID);
        await when(caller, 'handshake');
        for (const [i, length] of ALL.entries())
          caller.piece(i, 5, blocks.get(length) ?? Buffer.of());
        caller.destroy();
        if (!called.readableEnded) await when(called, 'end');
        assert.deepEqual(told, expected(ALL));
      });
    }
  }
});
