'use strict';

// Connections that we begin: what is told of them, when, and what is known of both ends.

const assert = require('node:assert/strict');
const { Duplex, PassThrough } = require('node:stream');
const net = require('node:net');
const { describe, test } = require('node:test');
const { deafPort } = require('./helpers/deaf.js');
const S = require('./helpers/sockets.js');

const { HOST, accepted, bytes, dialled, ended, lifeOf, listen, pair, pwp, when } = S;
const { INFO_HASH, PEER_ID } = bytes;

/** Both ends of a wire, or of a socket of Node's. @param {any} one */
const endsOf = (one) => ({
  local: [one.localAddress, one.localPort, one.localFamily],
  remote: [one.remoteAddress, one.remotePort, one.remoteFamily],
});

describe('the life of a wire', () => {
  test('connect, handshake, then close, finish and end once each', async (t) => {
    const server = net.createServer((socket) => socket.end(bytes.handshake()));
    const wire = pwp.connect({ port: await listen(t, server), host: HOST });
    const life = lifeOf(wire);
    assert.equal(wire.connecting, true);
    assert.equal(wire.destroyed, false);
    wire.once('connect', () => assert.equal(wire.connecting, false));
    await ended(wire);
    assert.deepEqual(life, ['connect', 'handshake', 'close', 'finish', 'end']);
    assert.equal(wire.closeReason, null);
    assert.equal(wire.connecting, false);
    assert.equal(wire.destroyed, true);
  });

  test('a wire that was accepted is connected already', async (t) => {
    const { wire, peer } = await accepted(t);
    const life = lifeOf(wire);
    assert.equal(wire.connecting, false);
    peer.end(bytes.handshake());
    await ended(wire);
    assert.deepEqual(life, ['handshake', 'close', 'finish', 'end']);
  });

  test('what is sent at once waits for the connection, and leaves in order', async (t) => {
    const server = net.createServer();
    const port = await listen(t, server);
    const given = when(server, 'connection');
    const wire = pwp.connect({ port, host: HOST });
    wire.handshake(INFO_HASH, PEER_ID);
    wire.have(1);
    wire.piece(2, 3, Buffer.alloc(100_000, 7));
    // Some of it is handed over before the connection stands.
    await S.turn();
    wire.unchoke();
    wire.have(4);
    const [socket] = await given;
    const parts = [bytes.have(1), bytes.piece(2, 3, Buffer.alloc(100_000, 7))];
    const expected = Buffer.concat([bytes.handshake(), ...parts, bytes.unchoke, bytes.have(4)]);
    const received = [];
    let length = 0;
    for await (const chunk of socket) {
      received.push(chunk);
      length += chunk.length;
      if (length >= expected.length) break;
    }
    assert.ok(Buffer.concat(received).equals(expected));
    wire.destroy();
  });

  test('pendingBytes counts what waits for it', async (t) => {
    const { port, release } = await deafPort(t);
    const wire = pwp.connect({ port, host: HOST });
    t.after(() => wire.destroy());
    assert.equal(wire.pendingBytes, 0);
    wire.handshake(INFO_HASH, PEER_ID);
    wire.piece(2, 3, Buffer.alloc(1000));
    await S.turn();
    assert.equal(wire.pendingBytes, 68 + 13 + 1000);
    const connected = when(wire, 'connect');
    release();
    await connected;
    await S.until(() => wire.pendingBytes === 0, 'the bytes to leave');
  });

  test('destroyed before the connection stands, it says nothing of one', async (t) => {
    const server = net.createServer();
    const port = await listen(t, server);
    const wire = pwp.connect({ port, host: HOST });
    const life = lifeOf(wire);
    assert.equal(wire.destroy(), wire);
    assert.equal(wire.connecting, false);
    await ended(wire);
    assert.deepEqual(life, ['close', 'finish', 'end']);
    assert.equal(wire.closeReason, null);
  });
});

describe('addresses', () => {
  for (const [host, address, family] of /** @type {const} */ ([
    ['127.0.0.1', '127.0.0.1', 'IPv4'],
    ['::1', '::1', 'IPv6'],
    ['[::1]', '::1', 'IPv6'],
  ])) {
    test(`both ends know them, dialled as ${host}`, async (t) => {
      const server = pwp.createServer();
      const port = await listen(t, server, host);
      const given = when(server, 'connection');
      const wire = pwp.connect({ port, host });
      assert.deepEqual(endsOf(wire), {
        local: [undefined, undefined, undefined],
        remote: [undefined, undefined, undefined],
      });
      assert.deepEqual(wire.address(), {});
      assert.equal(wire.peerAddress, null);
      const connected = when(wire, 'connect');
      const [far] = await given;
      await connected;
      const { localPort } = wire;
      const here = [address, localPort, family];
      const there = [address, port, family];
      assert.deepEqual(endsOf(wire), { local: here, remote: there });
      assert.deepEqual(endsOf(far), { local: there, remote: here });
      assert.deepEqual(wire.address(), { address, family, port: localPort });
      assert.deepEqual(far.address(), { address, family, port });
      const text = family === 'IPv6' ? `[${address}]` : address;
      assert.equal(wire.peerAddress, `${text}:${port}`);
      assert.equal(far.peerAddress, `${text}:${localPort}`);
      wire.destroy();
      await Promise.all([ended(wire), ended(far)]);
      // They are remembered.
      assert.deepEqual(endsOf(wire), { local: here, remote: there });
      assert.deepEqual(endsOf(far), { local: there, remote: here });
      assert.deepEqual(far.address(), { address, family, port });
    });
  }

  test('of a socket of Node that dials the same server they are the same', async (t) => {
    const server = pwp.createServer();
    server.listen(0);
    t.after(() => server.close());
    await when(server, 'listening');
    const port = server.address()?.port;
    const seen = [];
    server.on('connection', (wire) => {
      seen.push(endsOf(wire));
      wire.destroy();
    });
    const other = net.createServer((socket) => {
      seen.push(endsOf(socket));
      socket.destroy();
    });
    other.listen(0);
    await when(other, 'listening');
    const otherPort = /** @type {any} */ (other.address()).port;
    for (const to of [port, otherPort]) {
      const socket = S.call(t, to);
      await when(socket, 'close');
    }
    other.close();
    // The server is one of both families: an address of IPv4 is one of IPv6 there.
    const [ours, theirs] = seen;
    assert.equal(ours.remote[0], '::ffff:127.0.0.1');
    for (const end of /** @type {const} */ (['local', 'remote'])) {
      assert.deepEqual([ours[end][0], ours[end][2]], [theirs[end][0], theirs[end][2]]);
    }
  });

  for (const host of ['localhost', undefined]) {
    test(`a name: ${host}`, async (t) => {
      const server = net.createServer((socket) => socket.end());
      const port = await listen(t, server, 'localhost');
      const wire = pwp.connect({ port, host });
      await when(wire, 'connect');
      assert.ok(['127.0.0.1', '::1'].includes(String(wire.remoteAddress)));
      await ended(wire);
    });
  }

  test('we dial from the address we are told to', async (t) => {
    const { wire, peer } = await dialled(t, { localAddress: '127.0.0.9' });
    assert.equal(wire.localAddress, '127.0.0.9');
    assert.equal(peer.remoteAddress, '127.0.0.9');
  });

  test('are remembered, though nobody has asked before the end', async (t) => {
    const server = pwp.createServer();
    const port = await listen(t, server);
    const given = when(server, 'connection');
    const near = pwp.connect({ port, host: HOST });
    const [far] = await given;
    far.destroy();
    server.close();
    await Promise.all([ended(near), when(server, 'close')]);
    assert.deepEqual([far.localAddress, far.localPort, far.remoteAddress], [HOST, port, HOST]);
    await S.until(() => near.remotePort === port, 'the other end');
    assert.equal(near.localPort, far.remotePort);
  });

  test('a peerAddress of the program is left alone', async (t) => {
    const server = net.createServer((socket) => socket.end());
    const wire = pwp.connect({ port: await listen(t, server), host: HOST });
    wire.peerAddress = 'tracker said so';
    await ended(wire);
    assert.equal(wire.peerAddress, 'tracker said so');
  });
});

describe('it is a wire', () => {
  test('by instanceof, whichever way it came', async (t) => {
    const { near, far } = await pair(t);
    for (const wire of [near, far]) {
      assert.ok(wire instanceof pwp);
      assert.ok(wire instanceof pwp.Wire);
      assert.ok(wire instanceof pwp.SocketWire);
      assert.ok(wire instanceof Duplex);
    }
    assert.ok(!(pwp() instanceof pwp.SocketWire));
    assert.ok(pwp.createServer() instanceof pwp.Server);
  });

  test('it is not piped, nor written to', async (t) => {
    const { near } = await pair(t);
    const error = { code: 'ERR_PWP_NOT_PIPED' };
    assert.throws(() => near.pipe(new PassThrough()), error);
    assert.throws(() => near.write(bytes.have(1)), error);
    assert.throws(() => near.end(bytes.have(1)), error);
    assert.equal(near.destroyed, false);
    near.destroy();
    await ended(near);
    assert.throws(() => near.write(bytes.have(1)), error);
  });

  test('who reads it gets nothing but the end', async (t) => {
    const { near, far } = await pair(t);
    const data = [];
    near.on('data', (chunk) => data.push(chunk));
    near.handshake(INFO_HASH, PEER_ID);
    assert.equal(near.read(), null);
    await when(far, 'handshake');
    far.destroy();
    await ended(near);
    assert.deepEqual(data, []);
  });

  test('setNoDelay, ref and unref give the wire, at any time', async (t) => {
    const server = net.createServer((socket) => socket.resume());
    const wire = pwp.connect({ port: await listen(t, server), host: HOST, noDelay: false });
    const all = () => {
      for (const isOn of [undefined, false, true]) assert.equal(wire.setNoDelay(isOn), wire);
      assert.equal(wire.unref(), wire);
      assert.equal(wire.ref(), wire);
    };
    all();
    await when(wire, 'connect');
    all();
    wire.destroy();
    all();
    await ended(wire);
    all();
  });
});
