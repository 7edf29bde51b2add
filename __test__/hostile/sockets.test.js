'use strict';

// What a peer can do to a wire with a socket of its own besides the attacks of the tables: keep its
// socket open, connect too often, and not be there.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const net = require('node:net');
const { test } = require('node:test');
const pwp = require('../../index.js');
const bytes = require('./helpers/bytes.js');
const { KINDS, until } = require('./helpers/loopback.js');

const { connect, healthyPair } = KINDS['a wire with a socket of its own'];

/** Milliseconds that what was sent before may take to leave after the end of a wire. */
const LINGER = 5_000;

/** @param {import('node:test').TestContext} t @param {object} [options] of the wires */
async function listening(t, options) {
  const server = pwp.createServer(options);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  return { server, port };
}

/** @param {number} port @returns {net.Socket} a peer that reads nothing */
function deaf(port) {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  return socket.pause().on('error', () => {});
}

/**
 * Milliseconds until the socket of the only wire of a server is closed, whose peer neither reads nor goes.
 * @param {import('node:test').TestContext} t
 * @param {(peer: net.Socket) => void} play what the peer does
 * @param {object} [options] of the wire
 */
async function letGo(t, play, options) {
  const { server, port } = await listening(t, options);
  const peer = deaf(port);
  t.after(() => peer.destroy());
  const [wire] = await once(server, 'connection');
  wire.on('interested', () => wire.unchoke());
  wire.on('uninterested', () => wire.choke());
  wire.on(
    'request',
    (
      /** @type {number} */ _piece,
      /** @type {number} */ _offset,
      /** @type {number} */ length,
      respond,
    ) => respond(null, Buffer.alloc(length)),
  );
  const closed = new Promise((resolve) => wire.once('close', resolve));
  play(peer);
  await closed;
  const started = performance.now();
  const { pendingBytes } = wire;
  server.close();
  await once(server, 'close');
  return { wire, pendingBytes, waited: performance.now() - started };
}

test('a peer that does not read, and goes no further than to end its side, has five seconds', async (t) => {
  const asked = Array.from({ length: 2000 }, (_, i) => bytes.request(i, 0, 16384));
  const all = Buffer.concat([bytes.handshake(), bytes.interested, ...asked]);
  const { wire, pendingBytes, waited } = await letGo(t, (peer) => peer.end(all));
  assert.equal(wire.closeReason, null);
  assert.ok(pendingBytes > 0, 'nothing was left to send');
  assert.ok(waited > LINGER - 1000 && waited < LINGER + 2000, `${waited} ms`);
  assert.equal(wire.pendingBytes, 0);
});

test('what waits for one that is given up because it does not read goes at once', async (t) => {
  const turns = Buffer.concat([bytes.interested, bytes.uninterested]);
  const all = Buffer.concat([bytes.handshake(), Buffer.alloc(turns.length * 1_000_000, turns)]);
  const options = { maxBacklog: 100_000, uploadHighWaterMark: 0 };
  const { wire, waited } = await letGo(t, (peer) => peer.write(all), options);
  assert.equal(wire.closeReason?.code, 'ERR_PWP_BACKLOG');
  assert.ok(waited < 1000, `${waited} ms`);
  assert.equal(wire.pendingBytes, 0);
});

test('a flood above maxConnections is dropped, beside a healthy pair', async (t) => {
  const healthy = await healthyPair();
  t.after(() => healthy.close());
  const { server, port } = await listening(t);
  server.maxConnections = 10;
  /** @type {any[]} */
  const wires = [];
  let dropped = 0;
  server.on('connection', (wire) => wires.push(wire));
  server.on('drop', () => dropped++);
  const peers = Array.from({ length: 500 }, () => deaf(port));
  t.after(() => peers.forEach((peer) => void peer.destroy()));
  await until(() => wires.length + dropped === 500, 'all of them');
  assert.deepEqual([wires.length, dropped], [10, 490]);
  assert.ok(await healthy.transfer());
  // There is room again.
  for (const peer of peers) peer.destroy();
  await until(() => wires.every(({ destroyed }) => destroyed), 'their end');
  const [[next]] = await Promise.all([once(server, 'connection'), once(deaf(port), 'connect')]);
  next.destroy();
  assert.ok(await healthy.transfer());
});

test('a hundred peers that are not there', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  const wires = Array.from({ length: 100 }, (_, i) => {
    const wire = pwp.connect({ port, host: '127.0.0.1' });
    if (i % 2 === 0) wire.on('error', () => {});
    wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
    return { wire, ended: new Promise((resolve) => wire.once('end', resolve)) };
  });
  await Promise.all(wires.map(({ ended }) => ended));
  for (const { wire } of wires) {
    assert.equal(wire.closeReason?.code, 'ERR_PWP_CONNECTION_REFUSED');
    assert.equal(/** @type {any} */ (wire.closeReason).cause.code, 'ECONNREFUSED');
  }
});

test('a peer that is given up in the middle of its flood is not heard any more', async (t) => {
  const { peer, wire } = await connect(t);
  let heard = 0;
  wire.on('have', () => {
    if (++heard === 1000) wire.destroy();
  });
  peer.write(Buffer.concat([bytes.handshake(), Buffer.alloc(9 * 500_000, bytes.have(1))]));
  await until(() => wire.destroyed, 'the end');
  await new Promise((resolve) => setTimeout(resolve, 50));
  // But for what was read together with the last.
  assert.ok(heard < 10_000, `${heard} messages`);
});
