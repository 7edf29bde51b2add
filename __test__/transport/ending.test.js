'use strict';

// What was sent before a wire is destroyed goes out; and a peer that does not take it is not waited for
// without end.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { flood } = require('./helpers/flood.js');
const { CALLERS, SERVERS } = require('./helpers/meeting.js');
const S = require('./helpers/sockets.js');

const { HOST, ROLES, bytes, ended, lifeOf, listen, pair, pwp, turn, until, when } = S;
const { INFO_HASH, PEER_ID } = bytes;
const MIB = 2 ** 20;
/** Milliseconds that a connection which was ended may take: see the README. */
const LINGER = 5000;

/**
 * Reads with pauses.
 * @param {import('node:net').Socket} socket
 * @param {number} each bytes between two pauses
 */
async function readSlowly(socket, each) {
  /** @type {Buffer[]} */
  const received = [];
  let since = 0;
  for await (const chunk of socket) {
    received.push(chunk);
    since += chunk.length;
    if (since < each) continue;
    since = 0;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return Buffer.concat(received);
}

for (const [role, make] of ROLES) {
  describe(`destroy(), ${role}`, () => {
    test('lets out what was sent before, and nothing after', async (t) => {
      const { wire, peer } = await make(t);
      const life = lifeOf(wire);
      peer.pause();
      wire.handshake(INFO_HASH, PEER_ID);
      const blocks = Array.from({ length: 300 }, (_, i) => Buffer.alloc(100_000, i));
      for (const [i, block] of blocks.entries()) wire.piece(i, 0, block);
      wire.have(5);
      assert.equal(wire.destroy(), wire);
      assert.deepEqual(life, ['close']);
      wire.have(6);
      assert.ok(wire.pendingBytes > MIB, 'nothing waits');
      await ended(wire);
      assert.deepEqual(life, ['close', 'finish', 'end']);
      wire.have(7);
      const expected = [bytes.handshake(), ...blocks.map((block, i) => bytes.piece(i, 0, block))];
      const received = await readSlowly(peer, 2 * MIB);
      assert.ok(received.equals(Buffer.concat([...expected, bytes.have(5), bytes.have(6)])));
      assert.equal(wire.pendingBytes, 0);
    });

    test('end() does, too', async (t) => {
      const { wire, peer } = await make(t);
      peer.pause();
      wire.handshake(INFO_HASH, PEER_ID);
      for (let i = 0; i < 100; i++) wire.piece(i, 0, Buffer.alloc(100_000, i));
      wire.end();
      await ended(wire);
      const received = await readSlowly(peer, 2 * MIB);
      assert.equal(received.length, 68 + 100 * 100_013);
      assert.ok(received.subarray(-100_000).equals(Buffer.alloc(100_000, 99)));
    });

    test('as does a wire that is closed for what its peer said, as a piped one', async (t) => {
      const { wire, peer } = await make(t);
      peer.pause();
      wire.handshake(INFO_HASH, PEER_ID);
      for (let i = 0; i < 100; i++) wire.piece(i, 0, Buffer.alloc(100_000, i));
      await turn();
      peer.write(Buffer.concat([bytes.handshake(), bytes.message(4), bytes.have(1)]));
      await ended(wire);
      assert.equal(wire.closeReason.code, 'ERR_PWP_MESSAGE_LENGTH');
      const received = await readSlowly(peer, 2 * MIB);
      assert.equal(received.length, 68 + 100 * 100_013);
    });

    test('is heard by the peer as an end, though it goes on sending', async (t) => {
      const { wire, peer } = await make(t);
      wire.handshake(INFO_HASH, PEER_ID);
      peer.write(bytes.handshake());
      await when(wire, 'handshake');
      // The peer's half stays open for a while.
      peer.allowHalfOpen = true;
      const seen = [];
      wire.on('have', (index) => seen.push(index));
      const errors = [];
      peer.on('error', (error) => errors.push(error));
      peer.resume();
      const end = when(peer, 'end');
      wire.destroy();
      await end;
      for (let i = 0; i < 20; i++) {
        peer.write(bytes.have(i));
        await turn();
      }
      assert.deepEqual([seen, errors], [[], []]);
      peer.end();
      await when(peer, 'close');
      assert.deepEqual(errors, []);
    });

    test('twice is once, and a reason is the first', async (t) => {
      const { wire } = await make(t);
      const life = lifeOf(wire);
      const first = new Error('first');
      wire.destroy(first);
      wire.destroy(new Error('second'));
      wire.end();
      await ended(wire);
      wire.destroy();
      await turn();
      assert.deepEqual(life, ['close', 'finish', 'end']);
      assert.equal(wire.closeReason, first);
    });
  });
}

// At once: one of them takes as long as all others.
describe('the end', { concurrency: true }, () => {
  test('a large amount goes out encrypted, to a slow piped wire', async (t) => {
    const options = { encryption: 'require', infoHashes: [INFO_HASH] };
    let next = 0;
    let wrong = 0;
    const server = SERVERS.piped(options, (/** @type {any} */ wire) => {
      wire.on('handshake', () => wire.handshake(INFO_HASH, PEER_ID));
      wire.on(
        'piece',
        (/** @type {number} */ index, /** @type {number} */ _, /** @type {Buffer} */ block) => {
          if (index !== next++ || !block.equals(Buffer.alloc(50_000, index))) wrong++;
          if (index % 40 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
        },
      );
    });
    const wire = CALLERS.own(options, await listen(t, server));
    wire.handshake(INFO_HASH, PEER_ID);
    await when(wire, 'handshake');
    for (let i = 0; i < 400; i++) wire.piece(i, 0, Buffer.alloc(50_000, i));
    wire.destroy();
    await until(() => next === 400, 'all of it');
    assert.equal(wrong, 0);
  });

  test('a peer that does not read is waited for, but not for long', async (t) => {
    const servers = [pwp.createServer(), pwp.createServer()];
    const start = performance.now();
    const times = await Promise.all(
      servers.map(async (server, i) => {
        const port = await listen(t, server);
        const peer = S.call(t, port);
        // One takes nothing; the other takes all there is, and never ends its own half.
        if (i === 0) peer.pause();
        else peer.resume().allowHalfOpen = true;
        const [wire] = await when(server, 'connection');
        wire.handshake(INFO_HASH, PEER_ID);
        for (let n = 0; n < 200; n++) wire.piece(n, 0, Buffer.alloc(100_000));
        wire.destroy();
        await ended(wire);
        assert.ok(performance.now() - start < LINGER / 2, 'the program had to wait');
        assert.equal(server.listening, true);
        server.close();
        await when(server, 'close');
        assert.equal(wire.pendingBytes, 0);
        return performance.now() - start;
      }),
    );
    t.diagnostic(times.map((time) => time.toFixed()).join(' and '));
    for (const time of times) assert.ok(time > LINGER - 100 && time < LINGER + 4000, `${time} ms`);
  });

  test('a peer that sends without end is not listened to any more', async (t) => {
    const server = pwp.createServer();
    const port = await listen(t, server);
    const child = flood(t, port, { count: 1e9, length: 16_384 });
    const exit = when(child, 'exit');
    const [wire] = await when(server, 'connection');
    await when(wire, 'piece');
    const start = performance.now();
    wire.destroy();
    let more = 0;
    wire.on('piece', () => more++);
    server.close();
    await when(server, 'close');
    await exit;
    assert.equal(more, 0);
    assert.ok(performance.now() - start < LINGER + 4000);
  });

  test('both ends destroy at once', async (t) => {
    for (let i = 0; i < 30; i++) {
      const { near, far } = await pair(t);
      const lives = [near, far].map(lifeOf);
      near.handshake(INFO_HASH, PEER_ID);
      far.handshake(INFO_HASH, PEER_ID);
      if (i % 3 === 0) await when(near, 'handshake');
      near.destroy();
      far.destroy();
      await Promise.all([ended(near), ended(far)]);
      for (const life of lives) assert.deepEqual(life.slice(-3), ['close', 'finish', 'end']);
      assert.deepEqual([near.closeReason, far.closeReason], [null, null]);
    }
  });

  test('connections come and go, hundreds at once', async (t) => {
    let accepted = 0;
    const server = pwp.createServer((wire) => {
      accepted++;
      wire.on('handshake', () => wire.handshake(INFO_HASH, PEER_ID));
    });
    const port = await listen(t, server);
    const wires = Array.from({ length: 400 }, () => pwp.connect({ port, host: HOST }));
    for (const wire of wires) {
      wire.handshake(INFO_HASH, PEER_ID);
      wire.on('handshake', () => wire.destroy());
    }
    await Promise.all(wires.map(ended));
    assert.equal(accepted, 400);
    assert.deepEqual([...new Set(wires.map(({ closeReason }) => closeReason))], [null]);
    server.close();
    await when(server, 'close');
  });
});
