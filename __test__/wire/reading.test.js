'use strict';

// What a wire sends, as its reader sees it.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { test } = require('node:test');
const { busy, bytes, output, pwp, turn } = require('./helpers/wires.js');

test('a paused wire gives at once what was sent in the same tick', () => {
  const wire = pwp();
  wire.have(1);
  wire.interested();
  assert.deepEqual(wire.read(), Buffer.concat([bytes.have(1), bytes.interested]));
  assert.equal(wire.read(), null);
  wire.have(2);
  assert.deepEqual(wire.read(), bytes.have(2));
});

test('read(size) cuts messages as it is told', async () => {
  const wire = pwp();
  wire.have(0x01020304);
  const parts = [wire.read(2), wire.read(5), wire.read(1), wire.read(1)];
  assert.deepEqual(Buffer.concat(parts), bytes.have(0x01020304));
  assert.equal(wire.read(1), null);
});

test('readable comes once there is something', async () => {
  const wire = pwp();
  let times = 0;
  wire.on('readable', () => times++);
  await turn();
  assert.equal(times, 0);
  wire.have(1);
  assert.equal(times, 0, 'not inside the call');
  await once(wire, 'readable');
  assert.equal(times, 1);
  assert.deepEqual(output(wire), bytes.have(1));
});

test('messages of one tick come in one chunk, in the order of the calls', async () => {
  const wire = busy();
  const chunks = [];
  wire.on('data', (chunk) => chunks.push(chunk));
  await turn();
  wire.have(1);
  wire.extended(1, Buffer.from('e'));
  wire.piece(1, 2, Buffer.from('block'));
  wire.port(3);
  assert.deepEqual(chunks, []);
  await turn();
  const expected = [
    bytes.have(1),
    bytes.extended(1, Buffer.from('e')),
    bytes.piece(1, 2, Buffer.from('block')),
    bytes.port(3),
  ];
  assert.deepEqual(chunks, [Buffer.concat(expected)]);
});

for (const length of [0, 1, 4095, 4096, 4097, 16384, 300_000]) {
  test(`a block of ${length} bytes between two messages`, async () => {
    const wire = pwp();
    const block = Buffer.alloc(length, 5);
    wire.have(1);
    wire.piece(1, 2, block);
    wire.have(2);
    await turn();
    const expected = Buffer.concat([bytes.have(1), bytes.piece(1, 2, block), bytes.have(2)]);
    assert.ok(output(wire).equals(expected));
  });
}

test('wires that send in turns keep their messages apart', async () => {
  const wires = Array.from({ length: 5 }, () => pwp());
  const expected = wires.map(() => []);
  for (let i = 0; i < 3000; i++) {
    const at = i % 5;
    if (i % 7 === 0) {
      const block = Buffer.alloc((i * 37) % 6000, i);
      wires[at].piece(i, at, block);
      expected[at].push(bytes.piece(i, at, block));
    } else {
      wires[at].have(i);
      expected[at].push(bytes.have(i));
    }
    if (i % 501 === 0) await turn();
  }
  for (const [at, wire] of wires.entries()) {
    assert.ok(output(wire).equals(Buffer.concat(expected[at])), `wire ${at}`);
  }
});

test('setEncoding gives strings', async () => {
  const wire = pwp();
  wire.setEncoding('hex');
  const texts = [];
  wire.on('data', (text) => texts.push(text));
  for (const index of [1, 2]) {
    wire.have(index);
    await turn();
  }
  assert.deepEqual(texts, [bytes.have(1).toString('hex'), bytes.have(2).toString('hex')]);
});

test('pause and resume in a data handler lose nothing and keep the order', async () => {
  const wire = pwp();
  const chunks = [];
  wire.on('data', (chunk) => {
    chunks.push(chunk);
    wire.pause();
    setImmediate(() => wire.resume());
  });
  for (let i = 0; i < 20; i++) {
    wire.have(i);
    if (i % 3 === 0) await turn();
  }
  while (chunks.reduce((sum, { length }) => sum + length, 0) < 20 * 9) await turn();
  const expected = Array.from({ length: 20 }, (_, i) => bytes.have(i));
  assert.deepEqual(Buffer.concat(chunks), Buffer.concat(expected));
});

test('a data handler that sends is served after the chunk under way', async () => {
  const wire = pwp();
  const chunks = [];
  let sent = 1;
  wire.on('data', (chunk) => {
    chunks.push(chunk);
    if (sent < 5) wire.have(sent++);
    wire.read();
  });
  wire.have(0);
  wire.piece(9, 9, Buffer.alloc(5000));
  while (sent < 5) await turn();
  await turn();
  const all = Buffer.concat(chunks);
  const first = Buffer.concat([bytes.have(0), bytes.piece(9, 9, Buffer.alloc(5000))]);
  assert.deepEqual(all.subarray(0, first.length), first);
  assert.deepEqual(all.subarray(first.length), Buffer.concat([1, 2, 3, 4].map(bytes.have)));
});

test('what was sent does not change when the caller reuses its memory', () => {
  const wire = pwp();
  const bits = Buffer.from([1, 2, 3]);
  const payload = Buffer.alloc(9000, 4);
  const hash = Buffer.alloc(20, 5);
  const id = new Uint8Array(20).fill(6);
  const dictionary = { a: Buffer.from('x') };
  const expected = Buffer.concat([
    bytes.bitfield(bits),
    bytes.extended(1, payload),
    bytes.PROTOCOL,
    Buffer.from([0, 0, 0, 0, 0, 0x10, 0, 1]),
    hash,
    id,
    bytes.extended(2, Buffer.from('d1:a1:xe')),
    bytes.bitfield(bits),
  ]);
  wire.bitfield(bits);
  wire.extended(1, payload);
  wire.handshake(hash, id, { dht: true });
  wire.extended(2, dictionary);
  wire.bitfield({ buffer: bits });
  for (const memory of [bits, payload, hash, id, dictionary.a]) memory.fill(0xee);
  assert.ok(output(wire).equals(expected));
});

test('a block is the same memory all the way, read or unread', async () => {
  const wire = pwp();
  const block = Buffer.alloc(16384, 1);
  wire.piece(0, 0, block);
  wire.have(1);
  const chunks = [];
  for (let chunk = wire.read(); chunk !== null; chunk = wire.read()) chunks.push(chunk);
  assert.ok(Buffer.concat(chunks).equals(Buffer.concat([bytes.piece(0, 0, block), bytes.have(1)])));
  assert.ok(block.equals(Buffer.alloc(16384, 1)));
});

test('every reader sees the same order, whatever the one before it sends', async () => {
  const wire = pwp();
  const chunks = [];
  let sent = 0;
  wire.on('data', () => {
    if (sent === 3) return;
    sent++;
    // Enough not to wait for the end of the tick.
    wire.piece(sent, 0, Buffer.alloc(130 * 1024, sent));
    wire.read();
  });
  wire.on('data', (chunk) => chunks.push(chunk));
  await turn();
  wire.have(0);
  const blocks = [1, 2, 3].map((i) => bytes.piece(i, 0, Buffer.alloc(130 * 1024, i)));
  const expected = Buffer.concat([bytes.have(0), ...blocks]);
  while (Buffer.concat(chunks).length < expected.length) await turn();
  assert.ok(Buffer.concat(chunks).equals(expected));
});
