'use strict';

// Why a connection fails, and what is told of it: the reason and its code, what the system calls it,
// and an `error` only to those who listen.

const assert = require('node:assert/strict');
const net = require('node:net');
const { describe, test } = require('node:test');
const { deafPort } = require('./helpers/deaf.js');
const S = require('./helpers/sockets.js');

const { HOST, ROLES, bytes, ended, lifeOf, listen, pwp, when } = S;
const { INFO_HASH, PEER_ID } = bytes;

/** A port that nobody listens to. */
async function closedPort() {
  const server = net.createServer().listen(0, HOST);
  await when(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  server.close();
  await when(server, 'close');
  return port;
}

/** What dialling comes to. @param {any} options */
async function outcome(options) {
  const wire = pwp.connect({ host: HOST, ...options });
  const life = lifeOf(wire);
  await ended(wire);
  const { code, message, cause } = wire.closeReason ?? {};
  assert.deepEqual(life, ['close', 'finish', 'end']);
  assert.equal(wire.connecting, false);
  assert.equal(wire.remoteAddress, undefined);
  return { code, message, cause: cause?.code };
}

describe('a connection that does not come to stand', () => {
  test('nobody listens there', async () => {
    const port = await closedPort();
    assert.deepEqual(await outcome({ port }), {
      code: 'ERR_PWP_CONNECTION_REFUSED',
      message: `the connection to ${HOST}:${port} was refused`,
      cause: 'ECONNREFUSED',
    });
  });

  test('nobody listens there, by IPv6', async () => {
    const { code, message } = await outcome({ host: '::1', port: await closedPort() });
    assert.equal(code, 'ERR_PWP_CONNECTION_REFUSED');
    assert.match(message, /^the connection to \[::1\]:\d+ was refused$/);
  });

  test('a name without an address', async () => {
    for (const host of ['no-such-host.invalid', 'no\0name', '[]', 'x'.repeat(300)]) {
      const { code, cause } = await outcome({ host, port: 1 });
      assert.deepEqual([code, cause], ['ERR_PWP_ADDRESS_NOT_FOUND', 'ENOTFOUND'], host);
    }
  });

  test('what the system says is told as it is', async () => {
    // Reserved for documentation (RFC 5737): no address of this machine.
    const other = await outcome({ port: 1, localAddress: '203.0.113.77' });
    assert.deepEqual([other.code, other.cause], ['ERR_PWP_CONNECTION_FAILED', 'EADDRNOTAVAIL']);
    const mixed = await outcome({ port: 1, host: '::1', localAddress: HOST });
    assert.equal(mixed.code, 'ERR_PWP_CONNECTION_FAILED');
    // The same as to a socket of Node's.
    const socket = net.connect({ port: 1, host: '::1', localAddress: HOST });
    assert.equal(mixed.cause, (await when(socket, 'error'))[0].code);
  });

  test('it does not stand in time', async (t) => {
    const { port } = await deafPort(t);
    const start = performance.now();
    assert.deepEqual(await outcome({ port, connectTimeout: 60 }), {
      code: 'ERR_PWP_CONNECTION_TIMEOUT',
      message: `the connection to ${HOST}:${port} did not stand within 60 ms`,
      cause: undefined,
    });
    const took = performance.now() - start;
    assert.ok(took >= 55 && took < 5000, `${took} ms`);
  });

  test('a peer that answers in time may be as slow as it likes then', async (t) => {
    const server = net.createServer((socket) => {
      setTimeout(() => socket.end(bytes.handshake()), 500);
    });
    const port = await listen(t, server);
    const wire = pwp.connect({ port, host: HOST, connectTimeout: 400 });
    await when(wire, 'handshake');
    await ended(wire);
    assert.equal(wire.closeReason, null);
  });

  test("what was asked for fails, and what is sent then is nobody's", async () => {
    const wire = pwp.connect({ port: await closedPort(), host: HOST });
    wire.handshake(INFO_HASH, PEER_ID);
    const block = wire.requestBlock(1, 0, 16384);
    await assert.rejects(block, { code: 'ERR_PWP_PEER_CHOKING' });
    await ended(wire);
    wire.have(1);
    await assert.rejects(wire.requestBlock(1, 0, 1), { code: 'ERR_PWP_WIRE_CLOSED' });
    await S.until(() => wire.pendingBytes === 0, 'the memory to be given up');
  });
});

describe('error', () => {
  test('is emitted where it is listened for, before close', async () => {
    const wire = pwp.connect({ port: await closedPort(), host: HOST });
    const seen = [];
    wire.on('error', (error) => seen.push(error));
    wire.on('close', () => seen.push('close'));
    await ended(wire);
    assert.deepEqual(seen, [wire.closeReason, 'close']);
    assert.ok(wire.closeReason instanceof Error);
  });

  test('nobody hears of it otherwise: this process goes on', async () => {
    const wire = pwp.connect({ port: await closedPort(), host: HOST });
    await ended(wire);
    assert.equal(wire.closeReason?.code, 'ERR_PWP_CONNECTION_REFUSED');
  });
});

describe('an AbortSignal', () => {
  /** @param {any} wire @param {unknown} reason */
  async function isAborted(wire, reason) {
    await ended(wire);
    const { name, code, cause } = wire.closeReason;
    assert.deepEqual(
      { name, code, cause },
      { name: 'AbortError', code: 'ABORT_ERR', cause: reason },
    );
  }

  test('aborted before, the wire is given all the same, and ends', async () => {
    const reason = new Error('changed my mind');
    const wire = pwp.connect({ port: 1, host: HOST, signal: AbortSignal.abort(reason) });
    const life = lifeOf(wire);
    assert.equal(wire.destroyed, false);
    wire.handshake(INFO_HASH, PEER_ID);
    await isAborted(wire, reason);
    assert.deepEqual(life, ['close', 'finish', 'end']);
  });

  test('aborted while it dials', async (t) => {
    const { port } = await deafPort(t);
    const controller = new AbortController();
    const wire = pwp.connect({ port, host: HOST, signal: controller.signal });
    const life = lifeOf(wire);
    await S.turn();
    assert.equal(wire.connecting, true);
    controller.abort('enough');
    assert.equal(wire.connecting, false);
    await isAborted(wire, 'enough');
    assert.deepEqual(life, ['close', 'finish', 'end']);
  });

  test('aborted once it stands', async (t) => {
    const controller = new AbortController();
    const { wire, peer } = await S.dialled(t, { signal: controller.signal });
    const life = lifeOf(wire);
    peer.write(bytes.handshake());
    peer.resume();
    await when(wire, 'handshake');
    const gone = when(peer, 'end');
    controller.abort();
    await isAborted(wire, controller.signal.reason);
    assert.deepEqual(life, ['handshake', 'close', 'finish', 'end']);
    await gone;
  });

  test('aborted after the end, nothing happens, and nothing listens to it', async (t) => {
    const controller = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = controller.signal;
    Object.assign(controller.signal, {
      /** @this {AbortSignal} @param {[any, any]} args */
      addEventListener(...args) {
        listeners++;
        addEventListener.apply(this, args);
      },
      /** @this {AbortSignal} @param {[any, any]} args */
      removeEventListener(...args) {
        listeners--;
        removeEventListener.apply(this, args);
      },
    });
    const { wire } = await S.dialled(t, { signal: controller.signal });
    assert.equal(listeners, 1);
    wire.destroy();
    await ended(wire);
    assert.equal(listeners, 0);
    controller.abort();
    await S.turn();
    assert.equal(wire.closeReason, null);
  });
});

for (const [role, make] of ROLES) {
  describe(`a connection that stands, ${role}`, () => {
    test('is reset', async (t) => {
      const { wire, peer } = await make(t);
      const life = lifeOf(wire);
      peer.resetAndDestroy();
      await ended(wire);
      assert.deepEqual(life, ['close', 'finish', 'end']);
      const { code, message, cause } = wire.closeReason;
      assert.equal(code, 'ERR_PWP_CONNECTION_RESET');
      assert.equal(message, 'the connection was reset');
      assert.equal(cause.code, 'ECONNRESET');
    });

    test('is reset while we send', async (t) => {
      const { wire, peer } = await make(t);
      peer.pause();
      wire.handshake(INFO_HASH, PEER_ID);
      while (wire.piece(0, 0, Buffer.alloc(100_000))) await S.turn();
      peer.resetAndDestroy();
      await ended(wire);
      assert.equal(wire.closeReason.code, 'ERR_PWP_CONNECTION_RESET');
      assert.ok(['ECONNRESET', 'EPIPE'].includes(wire.closeReason.cause.code));
      await S.until(() => wire.pendingBytes === 0, 'the memory to be given up');
    });

    test('is ended by the peer: all it sent before is told', async (t) => {
      const { wire, peer } = await make(t);
      const indexes = [];
      wire.on('have', (index) => indexes.push(index));
      const life = lifeOf(wire);
      const all = Array.from({ length: 50_000 }, (_, index) => bytes.have(index));
      peer.end(Buffer.concat([bytes.handshake(), ...all]));
      await ended(wire);
      assert.deepEqual(life, ['handshake', 'close', 'finish', 'end']);
      assert.equal(wire.closeReason, null);
      assert.deepEqual(indexes, [...all.keys()]);
    });

    test('breaks the protocol', async (t) => {
      const { wire, peer } = await make(t);
      const life = lifeOf(wire);
      const seen = [];
      wire.on('have', (index) => seen.push(index));
      wire.on('error', (error) => seen.push(error));
      peer.on('data', () => {});
      const gone = when(peer, 'close');
      peer.write(
        Buffer.concat([bytes.handshake(), bytes.have(1), bytes.message(4), bytes.have(2)]),
      );
      await ended(wire);
      assert.deepEqual(life, ['handshake', 'close', 'finish', 'end']);
      assert.deepEqual(seen, [1, wire.closeReason]);
      assert.equal(wire.closeReason.code, 'ERR_PWP_MESSAGE_LENGTH');
      await gone;
    });

    test('says nothing in time', async (t) => {
      const { wire } = await make(t, { handshakeTimeout: 40 });
      await ended(wire);
      assert.equal(wire.closeReason.code, 'ERR_PWP_HANDSHAKE_TIMEOUT');
    });

    test('falls silent, but not before', async (t) => {
      const { wire, peer } = await make(t, { idleTimeout: 240, handshakeTimeout: 200 });
      peer.write(bytes.handshake());
      const beat = setInterval(() => peer.write(bytes.keepAlive), 40);
      t.after(() => clearInterval(beat));
      for (let i = 0; i < 8; i++) await when(wire, 'keep-alive');
      assert.equal(wire.closeReason, null);
      clearInterval(beat);
      const start = performance.now();
      await ended(wire);
      assert.equal(wire.closeReason.code, 'ERR_PWP_IDLE_TIMEOUT');
      assert.ok(performance.now() - start > 150);
    });
  });
}
