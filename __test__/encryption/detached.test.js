'use strict';

// Chunks in every kind of memory, and memory that goes away: as without encryption.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const H = require('./helpers/wires.js');

const { INFO_HASH, ROLES, asked, bytes, detach, filled, half, logOf, output, ownMemory, turn } = H;
const TAKEN = 'ERR_PWP_CHUNK_DETACHED';
const block = filled(16384, 3);
const EVENTS = ['encryption', 'handshake', 'have', 'piece', 'close', 'end'];
const names = (/** @type {any[][]} */ log) => log.map(([name]) => name);

/** @param {import('node:test').TestContext} t @returns {any[]} at most so many, and then the process ends */
function uncaught(t) {
  /** @type {any[]} */
  const errors = [];
  process.setUncaughtExceptionCaptureCallback((error) => {
    errors.push(error);
    // It would go on for ever.
    if (errors.length > 20) process.exit(1);
  });
  t.after(() => process.setUncaughtExceptionCaptureCallback(null));
  return errors;
}

for (const [role, make] of ROLES) {
  describe(`we are the ${role}`, () => {
    test('a chunk may go away once it was written', () => {
      for (const size of [3, 700, 16_000, 65_536]) {
        const { wire, peer } = make();
        const log = logOf(wire, ['piece']);
        const all = Array.from({ length: 5 }, (_, i) => bytes.piece(i, 0, filled(16384, i)));
        const sealed = peer.seal(Buffer.concat([bytes.handshake(), ...all]));
        for (let at = 0; at < sealed.length; at += size) {
          const chunk = ownMemory(sealed.subarray(at, at + size));
          wire.write(chunk);
          detach(chunk);
        }
        assert.equal(log.length, 5);
        assert.ok(
          log.every(([, i, , got]) => got.equals(filled(16384, i))),
          `chunks of ${size}`,
        );
      }
    });

    test('a chunk over shared memory, which others write to meanwhile', () => {
      const { wire, peer } = make();
      const log = logOf(wire, ['piece', 'have']);
      const all = Buffer.concat([bytes.handshake(), bytes.piece(1, 2, block), bytes.have(3)]);
      const memory = new Uint8Array(new SharedArrayBuffer(all.length));
      memory.set(peer.seal(all));
      // What is being walked over has been deciphered to memory of its own.
      wire.once('handshake', () => memory.fill(0));
      wire.write(memory);
      assert.deepEqual(names(log), ['piece', 'have']);
      assert.ok(log[0][3].equals(block));
    });

    for (const [what, view] of /** @type {[string, (chunk: Uint8Array) => any][]} */ ([
      ['a Uint8Array', (chunk) => new Uint8Array(chunk)],
      ['a part of one', (chunk) => ownMemory(Buffer.concat([Buffer.alloc(7), chunk])).subarray(7)],
      ['a Buffer over another realm', (chunk) => Buffer.from(chunk)],
    ])) {
      test(`a chunk that is ${what}`, () => {
        const { wire, peer } = make();
        const log = logOf(wire, ['piece', 'have']);
        const all = Buffer.concat([bytes.handshake(), bytes.piece(1, 2, block), bytes.have(3)]);
        const sealed = peer.seal(all);
        wire.write(view(sealed.subarray(0, 5000)));
        wire.write(view(sealed.subarray(5000)));
        assert.deepEqual(names(log), ['piece', 'have']);
        assert.ok(log[0][3].equals(block));
      });
    }

    test('chunks of no bytes say nothing', async () => {
      const { wire, peer } = make();
      const log = logOf(wire, ['handshake', 'have']);
      let calls = 0;
      for (const byte of peer.seal(Buffer.concat([bytes.handshake(), bytes.have(3)]))) {
        wire.write(Buffer.alloc(0));
        wire.write(new Uint8Array(0), () => calls++);
        wire.write(Buffer.from([byte]));
      }
      await turn();
      assert.equal(calls, 68 + 9);
      assert.deepEqual(names(log), ['handshake', 'have']);
    });

    test('a chunk that goes away when all of it was deciphered does no harm', async () => {
      const { wire, peer } = make();
      const log = logOf(wire, ['piece', 'have', 'close']);
      const parts = [bytes.handshake(), bytes.have(1), bytes.piece(1, 2, block), bytes.have(2)];
      const chunk = ownMemory(peer.seal(Buffer.concat(parts)));
      wire.once('have', () => detach(chunk));
      wire.write(chunk);
      wire.write(peer.seal(bytes.have(3)));
      await turn();
      assert.deepEqual(names(log), ['have', 'piece', 'have', 'have']);
      assert.ok(log[1][3].equals(block));
    });

    // What is longer than 64 KiB is deciphered in parts.
    for (const [what, rest] of /** @type {[string, Buffer[]][]} */ ([
      ['blocks', Array(8).fill(bytes.piece(1, 2, block))],
      ['a long block', [bytes.piece(1, 2, filled(100_000, 1)), bytes.have(2)]],
      ['small messages', Array(20_000).fill(bytes.have(2))],
      [
        'a block begun in the second part',
        [Buffer.concat(Array(8000).fill(bytes.keepAlive)), bytes.piece(1, 2, filled(100_000, 1))],
      ],
    ])) {
      test(`a chunk goes away before all of it was deciphered: ${what}`, async () => {
        const { wire, peer } = make();
        const parts = [bytes.handshake(), bytes.have(1), ...rest, bytes.have(99)];
        const chunk = ownMemory(peer.seal(Buffer.concat(parts)));
        const log = logOf(wire, ['have', 'close']);
        wire.once('have', () => detach(chunk));
        wire.write(chunk);
        for (let i = 0; i < 50 && wire.closeReason === null; i++) await turn();
        // What came after cannot be known, nor the place in the stream of keys.
        assert.equal(wire.closeReason?.code, TAKEN);
        assert.ok(!log.some(([name, index]) => name === 'have' && index === 99));
      });
    }
  });
}

describe('the chunk goes away in the exchange', () => {
  test('in a handler of crypto-infohash, with more of it to come', async (t) => {
    const errors = uncaught(t);
    const { wire, third } = half({ infoHashes: [] });
    const chunk = ownMemory(third);
    wire.on('crypto-infohash', () => {
      wire.setInfoHash(INFO_HASH);
      detach(chunk);
    });
    wire.write(chunk);
    for (let i = 0; i < 4; i++) await turn();
    assert.deepEqual(errors, []);
    assert.equal(wire.closeReason?.code, TAKEN);
  });

  test('in a handler of encryption, with messages behind it', async (t) => {
    const errors = uncaught(t);
    const { wire, third } = half({}, { initial: bytes.handshake() });
    const chunk = ownMemory(third);
    const log = logOf(wire, EVENTS);
    wire.on('encryption', () => detach(chunk));
    wire.write(chunk);
    for (let i = 0; i < 4; i++) await turn();
    assert.deepEqual(errors, []);
    assert.deepEqual(names(log), ['encryption', 'close', 'end']);
    assert.equal(wire.closeReason?.code, TAKEN);
  });

  test('in a handler of encryption, where nothing of it is left: no harm', async (t) => {
    const errors = uncaught(t);
    const { wire, peer, third } = half();
    const chunk = ownMemory(third);
    const log = logOf(wire, EVENTS);
    wire.on('encryption', () => detach(chunk));
    wire.write(chunk);
    await turn();
    peer.read(output(wire));
    wire.write(peer.seal(bytes.handshake()));
    assert.deepEqual(errors, []);
    assert.deepEqual(names(log), ['encryption', 'handshake']);
  });

  test('in a handler of handshake that travelled as the initial payload: no harm', async () => {
    const { wire, peer, third } = half({}, { initial: bytes.handshake() });
    const chunk = ownMemory(third);
    const log = logOf(wire, EVENTS);
    wire.on('handshake', () => detach(chunk));
    wire.write(chunk);
    await turn();
    peer.read(output(wire));
    wire.write(peer.seal(bytes.have(1)));
    assert.deepEqual(names(log), ['encryption', 'handshake', 'have']);
  });
});

test('what a wire hands out cannot take the memory of others away', () => {
  const [a, b] = [asked({}, { seed: 1 }), asked({}, { seed: 2 })];
  const tryTo = (/** @type {Uint8Array} */ view) => {
    try {
      detach(view);
    } catch (error) {
      // Later Nodes refuse instead of copying.
      assert.equal(/** @type {Error} */ (error).name, 'DataCloneError');
    }
  };
  /** @type {Buffer[]} */
  const kept = [];
  b.wire.on('piece', (_piece, _offset, got) => kept.push(got));
  a.wire.on('piece', (_piece, _offset, got) => tryTo(got));
  const all = Buffer.concat([bytes.handshake(), ...Array(4).fill(bytes.piece(1, 2, block))]);
  const [fromA, fromB] = [a.peer.seal(all), b.peer.seal(all)];
  for (let at = 0; at < all.length; at += 10_000) {
    a.wire.write(fromA.subarray(at, at + 10_000));
    b.wire.write(fromB.subarray(at, at + 10_000));
  }
  a.wire.have(1);
  b.wire.have(1);
  tryTo(output(a.wire));
  b.peer.read(output(b.wire));
  assert.deepEqual(b.peer.received, bytes.have(1));
  assert.equal(kept.length, 4);
  assert.ok(kept.every((got) => got.equals(block)));
});
