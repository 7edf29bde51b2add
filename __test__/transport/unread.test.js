'use strict';

// A peer that does not read: `piece()` says so, its requests wait, what else is sent to it is bounded; and
// when it reads again, everything goes on and nothing is missing.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { ROLES, bytes, ended, pair, turn, until, when } = require('./helpers/sockets.js');

const { INFO_HASH, PEER_ID } = bytes;
const BLOCK = 16_384;
const MIB = 2 ** 20;

/** @param {number} piece */
const blockOf = (piece) => Buffer.alloc(BLOCK, piece % 251);

/** Reads what a peer gets, and compares it with what it should. */
class Reader {
  length = 0;

  /** @param {import('node:net').Socket} socket @param {Buffer[]} expected */
  constructor(socket, expected) {
    this.socket = socket;
    this.expected = expected;
    this.next = 0;
    this.at = 0;
  }

  /** Reads everything that is expected, and nothing more. */
  async all() {
    for await (const chunk of this.socket) {
      for (let at = 0; at < chunk.length; ) {
        const part = this.expected[this.next];
        assert.ok(part, 'more than was expected');
        const length = Math.min(part.length - this.at, chunk.length - at);
        const isRight = chunk.compare(part, this.at, this.at + length, at, at + length) === 0;
        assert.ok(isRight, `part ${this.next} from ${this.at} on`);
        at += length;
        this.at += length;
        if (this.at === part.length) {
          this.next++;
          this.at = 0;
        }
      }
      if (this.next === this.expected.length) return;
    }
    assert.fail(`the end came after ${this.next} parts of ${this.expected.length}`);
  }
}

for (const [role, make] of ROLES) {
  describe(`a peer that does not read, ${role}`, () => {
    test('piece() says so, and nothing is lost', async (t) => {
      const { wire, peer } = await make(t, { uploadHighWaterMark: 200_000 });
      peer.pause();
      wire.handshake(INFO_HASH, PEER_ID);
      const expected = [bytes.handshake()];
      let sent = 0;
      const send = () => {
        expected.push(bytes.piece(sent, 0, blockOf(sent)));
        return wire.piece(sent, 0, blockOf(sent++));
      };
      // The system takes some megabytes before.
      while (send()) await turn();
      assert.ok(wire.pendingBytes > 200_000 - 10 * BLOCK, `${wire.pendingBytes} bytes`);
      for (let i = 0; i < 10; i++) {
        assert.equal(send(), false);
        await turn();
      }
      await new Reader(peer, expected).all();
      assert.equal(wire.pendingBytes, 0);
    });

    test('its requests wait until it reads, and are answered then', async (t) => {
      const { wire, peer } = await make(t, { uploadHighWaterMark: 200_000, maxPeerRequests: 5000 });
      peer.pause();
      wire.handshake(INFO_HASH, PEER_ID);
      wire.unchoke();
      let asked = 0;
      wire.on('request', (piece, offset, length, respond) => {
        assert.deepEqual([piece, offset, length], [asked++, 0, BLOCK]);
        respond(null, blockOf(piece));
      });
      const pieces = Array.from({ length: 2000 }, (_, piece) => piece);
      const requests = pieces.map((piece) => bytes.request(piece, 0, BLOCK));
      const seen = when(wire, 'keep-alive');
      peer.write(Buffer.concat([bytes.handshake(), ...requests, bytes.keepAlive]));
      await seen;
      await turn();
      const announced = asked;
      assert.ok(announced < 2000, 'none has waited');
      assert.equal(wire.peerRequests.length, 2000 - announced);
      const mark = 200_000 + BLOCK + 13;
      assert.ok(wire.pendingBytes <= mark, `${wire.pendingBytes} bytes wait`);
      for (let i = 0; i < 20; i++) await turn();
      assert.equal(asked, announced);
      const blocks = pieces.map((piece) => bytes.piece(piece, 0, blockOf(piece)));
      await new Reader(peer, [bytes.handshake(), bytes.unchoke, ...blocks]).all();
      assert.equal(wire.peerRequests.length, 0);
    });

    test('of those that are answered late no more is asked than may be', async (t) => {
      const { wire, peer } = await make(t, { uploadHighWaterMark: 100_000 });
      peer.resume();
      wire.handshake(INFO_HASH, PEER_ID);
      wire.unchoke();
      /** @type {(() => void)[]} */
      const waiting = [];
      let most = 0;
      let answered = 0;
      wire.on('request', (piece, _offset, _length, respond) => {
        waiting.push(() => respond(null, blockOf(piece)));
        most = Math.max(most, waiting.length);
      });
      wire.on('upload', () => answered++);
      const requests = Array.from({ length: 100 }, (_, piece) => bytes.request(piece, 0, BLOCK));
      peer.write(Buffer.concat([bytes.handshake(), ...requests]));
      await until(() => {
        waiting.shift()?.();
        return answered === 100;
      }, 'all to be asked for');
      assert.ok(most <= Math.ceil(100_000 / BLOCK) + 1, `${most} at once`);
    });

    test('one that floods is closed: maxBacklog', async (t) => {
      const { wire, peer } = await make(t, { uploadHighWaterMark: 100_000, maxBacklog: 100_000 });
      peer.pause();
      wire.handshake(INFO_HASH, PEER_ID);
      while (wire.piece(0, 0, blockOf(0))) await turn();
      let sent = 0;
      while (!wire.destroyed && sent < 10_000) {
        wire.extended(1, Buffer.alloc(1000));
        sent++;
        await turn();
      }
      assert.equal(wire.closeReason?.code, 'ERR_PWP_BACKLOG');
      assert.ok(sent > 90 && sent < 300, `after ${sent} messages`);
      await ended(wire);
      // What waited for it is given up.
      await until(() => wire.pendingBytes === 0, 'the memory');
    });

    test('one that reads is not, however much it gets', async (t) => {
      const { wire, peer } = await make(t, { uploadHighWaterMark: 100_000, maxBacklog: 100_000 });
      wire.handshake(INFO_HASH, PEER_ID);
      const message = bytes.extended(1, Buffer.alloc(5000, 7));
      const expected = [bytes.handshake(), ...Array(2000).fill(message)];
      const read = new Reader(peer, expected).all();
      for (let i = 0; i < 2000; i++) {
        wire.extended(1, Buffer.alloc(5000, 7));
        // As fast as it reads.
        do await turn();
        while (wire.pendingBytes > 50_000);
      }
      await read;
      assert.equal(wire.closeReason, null);
    });
  });
}

test('a wire that does not answer is asked on, and is told everything', async (t) => {
  // Both wires ask and answer, and neither comes to what it gets for a while.
  const { near, far } = await pair(
    t,
    { uploadHighWaterMark: 50_000 },
    { uploadHighWaterMark: 50_000 },
  );
  for (const wire of [near, far]) {
    wire.on('request', (piece, _offset, length, respond) => {
      respond(null, Buffer.alloc(length, piece % 251));
    });
    wire.handshake(INFO_HASH, PEER_ID);
    wire.unchoke();
  }
  await Promise.all([near, far].map((wire) => when(wire, 'unchoke')));
  const ask = (/** @type {any} */ wire) =>
    Promise.all(Array.from({ length: 500 }, (_, piece) => wire.requestBlock(piece, 0, BLOCK * 2)));
  const both = Promise.all([ask(near), ask(far)]);
  for (let i = 0; i < 5; i++) {
    await turn();
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30);
  }
  for (const blocks of await both) {
    for (const [piece, block] of blocks.entries()) {
      assert.ok(block.equals(Buffer.alloc(BLOCK * 2, piece % 251)), `block ${piece}`);
    }
  }
  assert.ok(near.uploaded === 1000 * BLOCK && far.uploaded === 1000 * BLOCK);
});

test('what waits for a peer that does not read is all that is kept', async (t) => {
  const { wire, peer } = await ROLES[0][1](t);
  peer.pause();
  wire.handshake(INFO_HASH, PEER_ID);
  wire.unchoke();
  wire.on('request', (_piece, _offset, length, respond) => respond(null, Buffer.alloc(length)));
  const before = process.memoryUsage.rss();
  const requests = Array.from({ length: 2000 }, (_, piece) => bytes.request(piece, 0, 131_072));
  const seen = when(wire, 'keep-alive');
  peer.write(Buffer.concat([bytes.handshake(), ...requests, bytes.keepAlive]));
  await seen;
  for (let i = 0; i < 20; i++) await turn();
  const grown = (process.memoryUsage.rss() - before) / MIB;
  assert.ok(grown < 32, `${grown} MiB for 250 that were asked for`);
  assert.ok(wire.pendingBytes < 500 * 1024 + 131_072 + 100);
});
