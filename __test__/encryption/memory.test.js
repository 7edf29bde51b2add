'use strict';

// The memory that is deciphered into is one for all wires. What was received stays as it was, whatever
// other wires get, throw or send meanwhile.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { PLAIN, RC4 } = require('./reference.js');
const { ROLES, asked, bytes, filled, output, turn, uncaught } = require('./helpers/wires.js');

/** @param {Buffer} all @param {number} size */
function* pieces(all, size) {
  for (let at = 0; at < all.length; at += size) yield Buffer.from(all.subarray(at, at + size));
}

/** Blocks in the order they came, with what they must be. @param {any} wire @param {any[]} kept */
function keep(wire, kept) {
  wire.on(
    'piece',
    (/** @type {number} */ index, /** @type {number} */ offset, /** @type {Buffer} */ block) =>
      kept.push({ block, expected: filled(block.length, index + offset) }),
  );
}

/** @param {any[]} kept */
function check(kept) {
  for (const [i, { block, expected }] of kept.entries()) {
    assert.ok(block.equals(expected), `block ${i} of ${block.length} bytes`);
  }
}

const LENGTHS = [1, 40, 4096, 16384, 16384, 40_000, 13, 16384, 70_000, 300];
/** @param {number} salt */
const stream = (salt) =>
  Buffer.concat([
    bytes.handshake(),
    ...LENGTHS.flatMap((length, i) => [
      bytes.piece(i, salt, filled(length, i + salt)),
      bytes.have(i),
      bytes.extended(3, filled(length % 200, i)),
    ]),
  ]);

describe('several wires at once', () => {
  for (const sizes of [
    [1448],
    [16384],
    [65536],
    [1000, 65536, 7, 20_000],
    [30_000, 30_001, 29_999],
  ]) {
    test(`chunks of ${sizes}, in turns`, async () => {
      /** @type {any[]} */
      const kept = [];
      const sides = Array.from({ length: 6 }, (_, i) => {
        const [, make] = ROLES[i % 2];
        const { wire, peer } = make({}, { seed: i });
        keep(wire, kept);
        return { wire, left: [...pieces(peer.seal(stream(i)), sizes[i % sizes.length])] };
      });
      while (sides.some(({ left }) => left.length > 0)) {
        for (const { wire, left } of sides) {
          const chunk = left.shift();
          if (chunk) wire.write(chunk);
        }
        await turn();
      }
      assert.equal(kept.length, 6 * LENGTHS.length);
      check(kept);
    });
  }

  test('a handler that writes to another encrypted wire', () => {
    /** @type {any[]} */
    const kept = [];
    const [a, b, c] = [0, 1, 2].map((seed) => ROLES[seed % 2][1]({}, { seed }));
    const [fromB, fromC] = [b, c].map(({ peer }, i) => [...pieces(peer.seal(stream(i)), 5000)]);
    for (const { wire } of [a, b, c]) keep(wire, kept);
    for (const event of ['piece', 'have']) {
      a.wire.on(event, () => fromB.length > 0 && b.wire.write(fromB.shift()));
      b.wire.on(event, () => fromC.length > 0 && c.wire.write(fromC.shift()));
    }
    for (const chunk of pieces(a.peer.seal(stream(9)), 23_000)) a.wire.write(chunk);
    for (const chunk of fromB) b.wire.write(chunk);
    for (const chunk of fromC) c.wire.write(chunk);
    assert.equal(kept.length, 3 * LENGTHS.length);
    check(kept);
  });

  test('a handler that sends on another encrypted wire', async () => {
    const [a, b] = [0, 1].map((seed) => asked({}, { seed }));
    /** @type {any[]} */
    const kept = [];
    keep(a.wire, kept);
    a.wire.on('piece', (index, offset, block) => {
      b.wire.piece(index, offset, block);
      b.peer.read(output(b.wire));
    });
    for (const chunk of pieces(a.peer.seal(stream(1)), 10_000)) a.wire.write(chunk);
    check(kept);
    const sent = LENGTHS.map((length, i) => bytes.piece(i, 1, filled(length, i + 1)));
    assert.ok(b.peer.received.equals(Buffer.concat(sent)));
  });
});

describe('a handler that throws', () => {
  for (const [role, make] of ROLES) {
    for (const size of [700, 16384, 50_000, 200_000]) {
      test(`loses nothing: ${role}, chunks of ${size}`, async (t) => {
        const errors = uncaught(t);
        const { wire, peer } = make();
        /** @type {any[]} */
        const kept = [];
        keep(wire, kept);
        let thrown = 0;
        for (const event of ['piece', 'have', 'extended']) {
          wire.on(event, () => {
            thrown++;
            throw new Error('mine');
          });
        }
        let caught = 0;
        for (const chunk of pieces(peer.seal(stream(2)), size)) {
          try {
            wire.write(chunk);
          } catch (error) {
            assert.equal(/** @type {Error} */ (error).message, 'mine');
            caught++;
          }
          // What is left of a chunk comes in a moment of its own.
          for (let i = 0; i < 4; i++) await turn();
        }
        assert.equal(kept.length, LENGTHS.length);
        assert.equal(thrown, 3 * LENGTHS.length);
        assert.equal(caught + errors.length, thrown);
        assert.equal(wire.closeReason, null);
        check(kept);
      });
    }
  }
});

describe('long chunks and long blocks', () => {
  for (const choice of [RC4, PLAIN]) {
    for (const size of [65_536, 65_537, 131_072, 2 ** 20, 2 ** 24]) {
      test(`chunks of ${size} bytes, method ${choice}`, async () => {
        const { wire, peer } = asked({ maxMessageSize: 2 ** 22 }, { methods: choice });
        /** @type {any[]} */
        const kept = [];
        keep(wire, kept);
        const lengths = [100_000, 65_536 - 13, 65_536, 2 ** 20, 3, 300_000, 200_000];
        const all = lengths.map((length, i) => bytes.piece(i, 7, filled(length, i + 7)));
        const sealed = peer.seal(Buffer.concat([bytes.handshake(), ...all, bytes.have(1)]));
        const heard = new Promise((resolve) => wire.once('have', resolve));
        for (const chunk of pieces(sealed, size)) wire.write(chunk);
        await heard;
        assert.deepEqual(
          kept.map(({ block }) => block.length),
          lengths,
        );
        check(kept);
      });
    }
  }

  test('a block of 4 MiB in chunks of every kind', async () => {
    for (const size of [999, 16_384, 65_536, 100_000]) {
      const { wire, peer } = asked({ maxMessageSize: 2 ** 22 + 9 });
      /** @type {any[]} */
      const kept = [];
      keep(wire, kept);
      const all = Buffer.concat([
        bytes.handshake(),
        bytes.piece(1, 2, filled(2 ** 22, 3)),
        bytes.have(1),
      ]);
      const heard = new Promise((resolve) => wire.once('have', resolve));
      for (const chunk of pieces(peer.seal(all), size)) wire.write(chunk);
      await heard;
      check(kept);
      wire.destroy();
    }
  });

  test('a message that is too long is refused before it is kept', () => {
    const { wire, peer } = asked({ maxMessageSize: 20_000 });
    wire.write(peer.seal(Buffer.concat([bytes.handshake(), bytes.u32(20_001), Buffer.alloc(500)])));
    assert.equal(wire.closeReason?.code, 'ERR_PWP_MESSAGE_TOO_LONG');
  });
});
