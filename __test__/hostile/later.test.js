'use strict';

// A peer that never reads, against a program whose answers come a moment later, as from a disk: what
// lies unread, or waits for the system to take it, is bounded all the same.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { test } = require('node:test');
const pwp = require('../../index.js');
const bytes = require('./helpers/bytes.js');
const { KINDS, until } = require('./helpers/loopback.js');

const BLOCK = 16384;
const MARK = 500 * 1024;

/** @param {number} count of requests */
async function serveLater(count) {
  const wire = pwp();
  wire.write(bytes.handshake());
  wire.unchoke();
  let announced = 0;
  wire.on('request', (_piece, _offset, length, respond) => {
    announced++;
    setImmediate(() => respond(null, Buffer.alloc(length)));
  });
  wire.write(Buffer.concat(Array.from({ length: count }, (_, i) => bytes.request(i, 0, BLOCK))));
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
  return { wire, announced: () => announced };
}

test('answers that come later are bounded by the mark, too', async () => {
  const { wire, announced } = await serveLater(2000);
  assert.ok(wire.readableLength > 0);
  assert.ok(
    wire.readableLength <= MARK + BLOCK + 13,
    `${wire.readableLength} bytes unread, of ${announced()} requests announced`,
  );
});

test('all of them are answered once it reads', async () => {
  const { wire, announced } = await serveLater(2000);
  let length = 0;
  wire.on('data', (chunk) => {
    length += chunk.length;
  });
  while (wire.peerRequests.length > 0) await new Promise(setImmediate);
  await new Promise(setImmediate);
  assert.equal(announced(), 2000);
  assert.equal(length, 5 + 2000 * (BLOCK + 13));
});

test('the end of one that was never read comes', async () => {
  const { wire } = await serveLater(2000);
  wire.destroy();
  await once(wire, 'end');
  assert.equal(wire.peerRequests.length, 0);
});

test('the same over a socket of its own, whose peer reads in the end', async (t) => {
  const { connect } = KINDS['a wire with a socket of its own'];
  const { peer, wire, received } = await connect(t);
  peer.pause();
  let announced = 0;
  wire.on('interested', () => wire.unchoke());
  wire.on('request', (_piece, _offset, length, respond) => {
    announced++;
    setImmediate(() => respond(null, Buffer.alloc(length)));
  });
  const asked = Array.from({ length: 2000 }, (_, i) => bytes.request(i, 0, BLOCK));
  peer.write(Buffer.concat([bytes.handshake(), bytes.interested, ...asked]));
  await until(() => wire.pendingBytes > MARK / 2 && wire.peerRequests.length > 0, 'what waits');
  let before = -1;
  while (before !== announced) {
    before = announced;
    assert.ok(wire.pendingBytes <= MARK + BLOCK + 13, `${wire.pendingBytes} bytes wait`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  assert.ok(announced < 2000, 'all of them announced');
  peer.resume();
  await until(() => received().length === 5 + 2000 * (BLOCK + 13), 'all blocks');
  assert.equal(announced, 2000);
});
