'use strict';

// One thing wrong anywhere in what the peer says, in the exchange or behind it: nothing is thrown, and
// the wire stays, or ends for a reason that has a code.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const native = require('../../lib/addon.js');
const { cut, cuts } = require('../wire/helpers/streams.js');
const { Initiator, Responder } = require('./helpers/peers.js');
const { INFO_HASH, PEER_ID, bytes, filled, output, pwp, turn } = require('./helpers/wires.js');

const CODES = new Set([
  undefined,
  ...['KEY', 'PADDING', 'TORRENT', 'METHOD', 'GARBLED', 'BOTH_BEGAN', 'UNSUPPORTED'].map(
    (name) => `ERR_PWP_ENCRYPTION_${name}`,
  ),
  'ERR_PWP_NOT_BITTORRENT',
  'ERR_PWP_MESSAGE_TOO_LONG',
  'ERR_PWP_MESSAGE_LENGTH',
  'ERR_PWP_PIECE_INDEX',
  'ERR_PWP_BITFIELD_LENGTH',
  'ERR_PWP_BITFIELD_SPARE_BITS',
  'ERR_PWP_BLOCK_RANGE',
]);

/** What is done to bytes at a place. @type {Record<string, (all: Buffer, at: number) => Buffer>} */
const FAULTS = {
  flipped: (all, at) => {
    const copy = Buffer.from(all);
    if (copy.length > 0) copy[at] ^= 1 << (at % 8);
    return copy;
  },
  dropped: (all, at) => Buffer.concat([all.subarray(0, at), all.subarray(at + 1)]),
  added: (all, at) =>
    Buffer.concat([all.subarray(0, at), Buffer.from([at & 255]), all.subarray(at)]),
  'cut short': (all, at) => all.subarray(0, at),
  doubled: (all, at) => Buffer.concat([all.subarray(0, at), all]),
};

const given = fc.record({
  fault: fc.constantFrom(...Object.keys(FAULTS)),
  stage: fc.nat(1),
  place: fc.double({ min: 0, max: 0.999, noNaN: true }),
  lengths: cuts,
  padding: fc.constantFrom(0, 5, 512),
  method: fc.constantFrom(1, 2),
});

const MESSAGES = Buffer.concat([
  bytes.handshake(),
  bytes.bitfield(Buffer.from([0xf0])),
  bytes.piece(1, 0, filled(5000, 1)),
  bytes.have(3),
  bytes.request(1, 0, 16384),
]);

for (const isBegun of [false, true]) {
  test(`a peer that ${isBegun ? 'answers' : 'begins'} makes one mistake`, async () => {
    await fc.assert(
      fc.asyncProperty(given, async ({ fault, stage, place, lengths, padding, method }) => {
        const before = native.openCount();
        const wire = pwp({ encryption: 'prefer', infoHashes: [INFO_HASH], pieceCount: 5 });
        const choices = { infoHash: INFO_HASH, padding: filled(padding, 3), second: padding };
        const peer = isBegun
          ? new Responder({ ...choices, choose: method })
          : new Initiator({ ...choices, methods: method });
        let step = 0;
        const say = (/** @type {Buffer} */ all) => {
          const at = Math.floor(place * all.length);
          const spoilt = step++ === stage ? FAULTS[fault](all, at) : all;
          for (const chunk of cut(spoilt, lengths)) wire.write(chunk);
        };
        if (isBegun) {
          wire.handshake(INFO_HASH, PEER_ID);
          say(peer.read(output(wire)));
        } else {
          say(peer.opening);
        }
        const next = peer.read(output(wire));
        peer.method = method;
        say(peer.shared.length > 0 ? Buffer.concat([next, peer.seal(MESSAGES)]) : next);
        await turn();
        const { code } = /** @type {any} */ (wire.closeReason ?? {});
        assert.ok(CODES.has(code), String(code));
        wire.destroy();
        for (let i = 0; i < 3; i++) await turn();
        assert.ok(native.openCount() <= before);
      }),
      { numRuns: 300 },
    );
  });
}
