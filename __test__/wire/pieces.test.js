'use strict';

// What is known of the peer's pieces.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const { bytes, pwp, shaken } = require('./helpers/wires.js');

/** The bits of a bitfield, by BEP 3: the highest bit of the first byte for piece 0. */
const bitsOf = (bits) =>
  [...bits].flatMap((byte) => [...byte.toString(2).padStart(8, '0')].map((bit) => bit === '1'));

test('a bitfield sets one entry a bit: eight for every byte', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bits) => {
      const wire = shaken();
      wire.write(bytes.bitfield(bits));
      assert.deepEqual(wire.peerPieces, bitsOf(bits));
    }),
  );
});

test('with pieceCount there is one entry for every piece, and none for spare bits', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(7), (bits, spare) => {
      bits[bits.length - 1] &= 0xff << spare;
      const pieceCount = 8 * bits.length - spare;
      const wire = shaken({ pieceCount });
      wire.write(bytes.bitfield(bits));
      assert.deepEqual(wire.peerPieces, bitsOf(bits).slice(0, pieceCount));
      assert.equal(wire.closeReason, null);
    }),
  );
});

test('peerPieces is the same array for the life of a wire', () => {
  const wire = shaken();
  const { peerPieces } = wire;
  wire.write(Buffer.concat([bytes.bitfield(Buffer.from([0xff, 0])), bytes.have(20)]));
  assert.equal(wire.peerPieces, peerPieces);
  assert.equal(peerPieces.length, 21);
  assert.deepEqual([peerPieces[7], peerPieces[8], peerPieces[20]], [true, false, true]);
  assert.ok(!(18 in peerPieces), 'nothing was said about piece 18');
});

test('a later bitfield overwrites what it covers, and forgets nothing beyond', () => {
  const wire = shaken();
  wire.write(Buffer.concat([bytes.have(3), bytes.have(12), bytes.bitfield(Buffer.from([0x80]))]));
  assert.deepEqual(
    [0, 3, 12].map((index) => wire.peerPieces[index]),
    [true, false, true],
  );
  wire.write(bytes.bitfield(Buffer.from([0x01])));
  assert.deepEqual(
    [0, 7, 12].map((index) => wire.peerPieces[index]),
    [false, true, true],
  );
  assert.equal(wire.peerPieces.length, 13);
});

test('pieceCount can be learnt later, forgotten, and is checked from then on', () => {
  const wire = shaken();
  assert.equal(wire.pieceCount, null);
  wire.write(bytes.have(100));
  wire.pieceCount = 20;
  assert.equal(wire.pieceCount, 20);
  wire.write(bytes.have(19));
  wire.pieceCount = null;
  wire.write(bytes.have(101));
  wire.pieceCount = 2 ** 31;
  wire.write(bytes.have(2 ** 21));
  assert.equal(wire.closeReason, null);
  wire.pieceCount = 20;
  wire.write(bytes.have(20));
  assert.equal(wire.closeReason?.message, 'piece 20 is out of range: the torrent has 20 pieces');
});

test('pieceCount learnt in the middle of a bitfield', () => {
  for (const [count, code] of [
    [24, undefined],
    [17, 'ERR_PWP_BITFIELD_SPARE_BITS'],
    [16, 'ERR_PWP_BITFIELD_LENGTH'],
    [25, 'ERR_PWP_BITFIELD_LENGTH'],
  ]) {
    const wire = shaken();
    const all = bytes.bitfield(Buffer.from([0, 0, 1]));
    wire.write(all.subarray(0, 6));
    wire.pieceCount = count;
    wire.write(all.subarray(6));
    assert.equal(wire.closeReason?.code, code, `${count}`);
    assert.equal(wire.peerPieces.length, code === undefined ? 24 : 0);
  }
});

test('a pieceCount out of all proportion costs nothing', () => {
  const wire = pwp();
  wire.once('have', () => {
    wire.pieceCount = 2 ** 31;
  });
  const all = [bytes.handshake(), bytes.have(1), bytes.bitfield(Buffer.from([0xc0]))];
  wire.write(Buffer.concat(all));
  assert.equal(wire.peerPieces.length, 8);
});

test('what a wire starts with', () => {
  const wire = pwp({ pieceCount: 5 });
  assert.deepEqual(wire.peerPieces, []);
  assert.deepEqual(wire.peerExtensions, {});
  assert.equal(wire.pieceCount, 5);
  assert.deepEqual(
    [wire.amChoking, wire.amInterested, wire.peerChoking, wire.peerInterested],
    [true, false, true, false],
  );
  assert.deepEqual([wire.uploaded, wire.downloaded, wire.peerAddress], [0, 0, null]);
  assert.deepEqual([wire.uploadSpeed(), wire.downloadSpeed()], [0, 0]);
});

test('a bitfield fills an array of holes, and keeps what lies beyond it', () => {
  for (const last of [63, 64, 2 ** 21 - 1]) {
    const wire = shaken();
    wire.write(bytes.have(last));
    const { peerPieces } = wire;
    wire.write(bytes.bitfield(Buffer.alloc(8, 0xaa)));
    assert.equal(wire.peerPieces, peerPieces);
    const expected = Array.from({ length: 64 }, (_, i) => i % 2 === 0);
    assert.deepEqual(peerPieces.slice(0, 64), expected);
    if (last > 63) assert.equal(peerPieces[last], true);
    assert.equal(peerPieces.length, Math.max(64, last + 1));
  }
});
