'use strict';

// The caller's memory is read and never written to: what is encrypted goes to memory of its own.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { PLAIN, RC4 } = require('./reference.js');
const { Responder } = require('./helpers/peers.js');
const H = require('./helpers/wires.js');

const { INFO_HASH, PEER_ID, ROLES, bytes, filled, half, output, pwp, turn } = H;

/** What a caller gives, in memory that has more around it. @param {number} length @param {number} salt */
function given(length, salt) {
  const memory = filled(length + 32, salt);
  const before = Buffer.from(memory);
  return {
    part: memory.subarray(16, 16 + length),
    check: (/** @type {string} */ what) => assert.ok(memory.equals(before), `${what} was changed`),
  };
}

for (const [role, make] of ROLES) {
  for (const method of [RC4, PLAIN]) {
    describe(`we are the ${role}, method ${method}`, () => {
      test('what is sent', async () => {
        const { wire, peer } = make({}, { methods: method, choose: method });
        const parts = Object.entries({ bitfield: 100, extended: 300, long: 9000 });
        const all = parts.map(([what, length], i) => ({ what, ...given(length, i) }));
        const blocks = [0, 1, 100, 4096, 4097, 16384, 100_000].map((length, i) => given(length, i));
        if (role === 'responder') wire.handshake(INFO_HASH, PEER_ID);
        wire.bitfield(all[0].part);
        wire.extended(1, all[1].part);
        wire.extended(2, all[2].part);
        for (const [i, { part }] of blocks.entries()) wire.piece(i, 0, part);
        await turn();
        peer.read(output(wire));
        const sent = [
          ...(role === 'responder' ? [bytes.handshake()] : []),
          bytes.bitfield(all[0].part),
          bytes.extended(1, all[1].part),
          bytes.extended(2, all[2].part),
          ...blocks.map(({ part }, i) => bytes.piece(i, 0, part)),
        ];
        assert.ok(peer.received.equals(Buffer.concat(sent)));
        for (const { what, check } of all) check(what);
        for (const { part, check } of blocks) check(`a block of ${part.length}`);
      });

      test('what is written to the wire', async () => {
        const { wire, peer } = make({}, { methods: method, choose: method });
        const stream = [bytes.handshake(), bytes.have(1), bytes.piece(1, 0, filled(100_000, 3))];
        const sealed = peer.seal(Buffer.concat([...stream, bytes.have(2)]));
        const before = Buffer.from(sealed);
        const heard = new Promise((resolve) =>
          wire.on('have', (index) => index === 2 && resolve(0)),
        );
        for (let at = 0; at < sealed.length; at += 30_000)
          wire.write(sealed.subarray(at, at + 30_000));
        await heard;
        assert.ok(sealed.equals(before));
      });
    });
  }
}

test('chunks of the exchange, and the info hash', () => {
  const hash = Buffer.from(INFO_HASH);
  const wire = pwp({ encryption: 'prefer', infoHashes: [hash] });
  wire.handshake(hash, PEER_ID);
  output(wire);
  pwp.requestHash(hash);
  assert.deepEqual(hash, INFO_HASH);
  const { wire: other, third } = half({ infoHashes: () => hash });
  const before = Buffer.from(third);
  other.write(third);
  assert.equal(other.encrypted, 'rc4');
  assert.deepEqual(third, before);
  assert.deepEqual(hash, INFO_HASH);
});

test('an info hash may be changed by its owner once it was given', () => {
  const hash = Buffer.from(INFO_HASH);
  const { wire, peer, third } = half({ infoHashes: [hash] });
  hash.fill(1);
  wire.write(third);
  assert.equal(wire.encrypted, 'rc4');
  const other = Buffer.from(INFO_HASH);
  const { wire: asking, third: asked } = half({ infoHashes: [] });
  asking.on('crypto-infohash', () => {
    asking.setInfoHash(other);
    other.fill(1);
  });
  asking.write(asked);
  assert.equal(asking.encrypted, 'rc4');
  assert.ok(peer.shared.length > 0);
});

test('a block that is sent before it is settled is read when it leaves, as one without encryption is', async () => {
  const wire = pwp({ encryption: 'prefer' });
  const peer = new Responder({ infoHash: INFO_HASH });
  const { part, check } = given(20_000, 7);
  wire.handshake(INFO_HASH, PEER_ID);
  wire.piece(1, 0, part);
  await turn();
  wire.write(peer.read(output(wire)));
  wire.write(peer.read(output(wire)));
  peer.read(output(wire));
  assert.ok(peer.received.equals(bytes.piece(1, 0, part)));
  check('the block');
});
