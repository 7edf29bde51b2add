'use strict';

// Chunks in every kind of memory, and memory that goes away.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { bytes, busy, output, pwp, shaken, turn } = require('./helpers/wires.js');

/** Takes the memory of `view` away, as a transfer to a worker does. */
function detach(view) {
  structuredClone(view.buffer, { transfer: [view.buffer] });
}

/** The same bytes in memory of their own, which can be transferred. */
function ownMemory(data) {
  const memory = new Uint8Array(new ArrayBuffer(data.length));
  memory.set(data);
  return memory;
}

/** What a wire emits of what is written to it. */
function heard(wire) {
  const seen = [];
  for (const name of ['have', 'piece', 'extended', 'bitfield', 'keep-alive', 'close']) {
    wire.on(name, (...args) => seen.push([name, ...args.map((arg) => arg?.length ?? arg)]));
  }
  return seen;
}

const ended = (wire) => new Promise((resolve) => wire.once('end', resolve));
const block = Buffer.alloc(16384, 7);
const TAKEN = 'ERR_PWP_CHUNK_DETACHED';

test('chunks of no bytes say nothing, wherever they come', async () => {
  const wire = pwp();
  const seen = heard(wire);
  const all = Buffer.concat([bytes.handshake(), bytes.have(1), bytes.piece(1, 2, block)]);
  let calls = 0;
  for (let at = 0; at < all.length; at += 11) {
    wire.write(Buffer.alloc(0));
    wire.write(new Uint8Array(0), () => calls++);
    wire.write('');
    wire.write(all.subarray(at, at + 11));
  }
  await turn();
  assert.equal(calls, Math.ceil(all.length / 11));
  assert.deepEqual(seen, [
    ['have', 1],
    ['piece', 1, 2, 16384],
  ]);
});

test('a Uint8Array is as good as a Buffer, and a part of one too', () => {
  for (const offset of [0, 1, 7]) {
    const wire = pwp();
    const blocks = [];
    wire.on('piece', (_piece, _offset, got) => blocks.push(got));
    const all = Buffer.concat([bytes.handshake(), bytes.piece(1, 2, block), bytes.have(3)]);
    const memory = new Uint8Array(offset + all.length + 5).fill(0xee);
    memory.set(all, offset);
    wire.write(memory.subarray(offset, offset + 5000));
    wire.write(memory.subarray(offset + 5000, offset + all.length));
    assert.ok(Buffer.isBuffer(blocks[0]) && blocks[0].equals(block));
    assert.equal(wire.peerPieces[3], true);
  }
});

test('a subclass of Uint8Array, and a Buffer of another realm', () => {
  class Bytes extends Uint8Array {}
  const foreign = require('node:vm').runInNewContext('length => new Uint8Array(length)');
  for (const make of [(length) => new Bytes(length), foreign]) {
    const wire = pwp();
    const all = Buffer.concat([bytes.handshake(), bytes.have(3), bytes.piece(1, 2, block)]);
    const memory = make(all.length);
    memory.set(all);
    const seen = heard(wire);
    wire.write(memory);
    assert.deepEqual(seen, [
      ['have', 3],
      ['piece', 1, 2, 16384],
    ]);
  }
});

test('a chunk over shared memory', () => {
  for (const cut of [0, 50, 100, 10_000]) {
    const wire = pwp();
    const blocks = [];
    wire.on('piece', (_piece, _offset, got) => blocks.push(Buffer.from(got)));
    const all = Buffer.concat([bytes.handshake(), bytes.piece(1, 2, block), bytes.have(3)]);
    const memory = new Uint8Array(new SharedArrayBuffer(all.length));
    memory.set(all);
    wire.write(memory.subarray(0, cut));
    wire.write(Buffer.from(memory.buffer, cut));
    assert.ok(blocks[0]?.equals(block));
    assert.equal(wire.peerPieces[3], true);
  }
});

test('a block over shared memory is sent', () => {
  const wire = pwp();
  const memory = new Uint8Array(new SharedArrayBuffer(5000)).fill(3);
  wire.piece(1, 2, memory);
  wire.piece(1, 2, memory.subarray(0, 10));
  wire.bitfield(memory.subarray(0, 10));
  const expected = [
    bytes.piece(1, 2, Buffer.alloc(5000, 3)),
    bytes.piece(1, 2, Buffer.alloc(10, 3)),
    bytes.bitfield(Buffer.alloc(10, 3)),
  ];
  assert.deepEqual(output(wire), Buffer.concat(expected));
});

test('a chunk may go away once it was written', () => {
  const all = Buffer.concat([bytes.handshake(), ...Array(5).fill(bytes.piece(1, 2, block))]);
  for (const size of [3, 15, 100, 7000, 40_000]) {
    const wire = pwp();
    const blocks = [];
    wire.on('piece', (_piece, _offset, got) => blocks.push(Buffer.from(got)));
    for (let at = 0; at < all.length; at += size) {
      const chunk = ownMemory(all.subarray(at, at + size));
      wire.write(chunk);
      detach(chunk);
      assert.equal(chunk.length, 0);
    }
    assert.equal(blocks.length, 5);
    assert.ok(
      blocks.every((got) => got.equals(block)),
      `chunks of ${size}`,
    );
  }
});

/** Everything that may come after the message in whose handler the chunk goes away. */
const REST = {
  'a block': [bytes.piece(3, 4, block)],
  'a have and a block': [bytes.have(1), bytes.piece(3, 4, block)],
  'a part of a block': [bytes.piece(3, 4, block).subarray(0, 9000)],
  'a bitfield': [bytes.bitfield(Buffer.alloc(40))],
  'an extended message': [bytes.extended(1, Buffer.alloc(40)), bytes.have(2)],
  'more than fits a table': [...Array(4000).fill(bytes.have(1)), bytes.piece(3, 4, block)],
};

for (const [name, rest] of Object.entries(REST)) {
  for (const [event, first] of /** @type {const} */ ([
    ['piece', bytes.piece(1, 2, block)],
    ['have', bytes.have(9)],
    ['extended', bytes.extended(0, Buffer.alloc(50))],
  ])) {
    test(`a chunk goes away in a handler of ${event}, before ${name}`, async (t) => {
      const errors = [];
      const collect = (error) => errors.push(error);
      process.on('uncaughtException', collect);
      t.after(() => process.off('uncaughtException', collect));
      const other = busy();
      const wire = busy();
      const outcomes = [];
      wire.request(5, 5, 5, (error) => outcomes.push(error?.code));
      const chunk = ownMemory(Buffer.concat([first, ...rest]));
      const seen = heard(wire);
      wire.once(event, () => detach(chunk));
      wire.write(chunk);
      wire.write(bytes.have(77));
      await ended(wire);
      await turn();
      // Nothing can be known of what came after: the wire ends, and says why.
      assert.equal(wire.closeReason?.code, TAKEN);
      assert.equal(seen.filter(([name]) => name === 'close').length, 1);
      assert.ok(!seen.some(([name, index]) => name === 'have' && index === 77));
      assert.ok(!seen.some(([name, index]) => name === 'piece' && index === 3));
      assert.deepEqual(outcomes, ['ERR_PWP_WIRE_CLOSED']);
      assert.deepEqual(errors, []);
      other.write(bytes.have(1));
      other.have(2);
      assert.deepEqual(output(other), bytes.have(2));
      assert.equal(other.peerPieces[1], true);
      other.destroy();
    });
  }
}

test('a chunk that goes away where nothing of it is left does no harm', async () => {
  const wire = shaken();
  for (const last of [
    bytes.have(1),
    bytes.piece(1, 2, block),
    bytes.extended(0, Buffer.alloc(9)),
  ]) {
    const chunk = ownMemory(Buffer.concat([bytes.have(2), last]));
    const name = { 4: 'have', 7: 'piece', 20: 'extended' }[last[4]];
    const listener = (index) => {
      if (name !== 'have' || index === 1) detach(chunk);
    };
    wire.on(name, listener);
    wire.write(chunk);
    wire.off(name, listener);
    assert.equal(chunk.length, 0);
  }
  wire.write(bytes.have(5));
  assert.equal(wire.peerPieces[5], true);
  assert.equal(wire.closeReason, null);
});

test('what a wire hands out cannot take the memory of others away', async () => {
  const [wire, other] = [busy(), busy()];
  const tryTo = (view) => {
    try {
      detach(view);
    } catch (error) {
      // Later Nodes refuse instead of copying.
      assert.equal(error.name, 'DataCloneError');
    }
  };
  // Sent messages of both lie in the same memory.
  wire.have(1);
  other.have(2);
  tryTo(wire.read());
  assert.deepEqual(other.read(), bytes.have(2));
  wire.have(3);
  other.have(4);
  assert.deepEqual([wire.read(), other.read()], [bytes.have(3), bytes.have(4)]);

  // So do blocks that are being assembled.
  const blocks = [];
  const both = Buffer.concat([bytes.piece(1, 2, block), bytes.piece(1, 2, block)]);
  wire.once('piece', (_piece, _offset, got) => tryTo(got));
  other.on('piece', (_piece, _offset, got) => blocks.push(got));
  other.write(both.subarray(0, 10_000));
  wire.write(both.subarray(0, 10_000));
  wire.write(both.subarray(10_000, 20_000));
  other.write(both.subarray(10_000));
  assert.equal(blocks.length, 2);
  assert.ok(blocks.every((got) => got.equals(block)));
});

test('a block that goes away before it is sent takes no other message with it', async () => {
  const [wire, other] = [busy(), busy()];
  const gone = ownMemory(Buffer.alloc(100, 1));
  other.have(1);
  wire.piece(1, 2, gone);
  wire.have(3);
  other.have(2);
  detach(gone);
  assert.deepEqual(output(other), Buffer.concat([bytes.have(1), bytes.have(2)]));
  // Its length was announced, so as many bytes follow: none of them are of this process's memory.
  const expected = [bytes.piece(1, 2, Buffer.alloc(100)), bytes.have(3)];
  assert.deepEqual(output(wire), Buffer.concat(expected));
});

test('nor does one of no bytes', () => {
  const [wire, other] = [busy(), busy()];
  const gone = ownMemory(Buffer.alloc(0));
  wire.piece(1, 2, gone);
  other.have(1);
  detach(gone);
  assert.deepEqual(output(wire), bytes.piece(1, 2, Buffer.alloc(0)));
  assert.deepEqual(output(other), bytes.have(1));
});

test('a handler that writes to the chunk under way changes no message already decoded', () => {
  const wire = shaken();
  const seen = heard(wire);
  const chunk = Buffer.concat([bytes.have(1), bytes.have(2), bytes.have(3)]);
  wire.once('have', () => chunk.fill(0xff));
  wire.write(chunk);
  assert.deepEqual(seen, [
    ['have', 1],
    ['have', 2],
    ['have', 3],
  ]);
});

test('resizable memory that shrinks in a handler', {
  skip: !('resize' in ArrayBuffer.prototype),
}, async () => {
  const wire = busy();
  const all = Buffer.concat([bytes.have(9), bytes.piece(3, 4, block)]);
  // @ts-expect-error ES2024
  const memory = new Uint8Array(new ArrayBuffer(all.length, { maxByteLength: 100_000 }));
  memory.set(all);
  wire.once('have', () => memory.buffer.resize(20));
  wire.write(memory);
  await ended(wire);
  assert.equal(wire.closeReason?.code, TAKEN);
});
