'use strict';

// How peers are dialled, and with which options.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { test } = require('node:test');
const pwp = require('../../index.js');
const { deafAddress } = require('./helpers/deaf.js');
const { INFO_HASH, OTHER_HASH, bytes, handshake } = require('./helpers/peers.js');
const { Swarm } = require('./helpers/sides.js');
const { PEER_ID, World, hasIPv6, quiet, until } = require('./helpers/world.js');

/** What became of the wires that are made while a test runs. */
function reasons(/** @type {any} */ swarm) {
  /** @type {any[]} */
  const told = [];
  const { push } = swarm.connections;
  swarm.connections.push = (/** @type {any} */ wire) => {
    wire.once('close', () => told.push(wire.closeReason?.code ?? null));
    return push.call(swarm.connections, wire);
  };
  return told;
}

test('a peer that does not take the connection is given up', async (t) => {
  if (process.platform !== 'linux') {
    t.skip('what a full backlog does differs');
    return;
  }
  const world = new World(Swarm, t);
  const address = await deafAddress(t);
  const swarm = world.swarm('one', { connectTimeout: 100, size: 1 });
  const peer = await world.peer('A');
  const told = reasons(swarm);
  const start = performance.now();
  swarm.add(address);
  swarm.add(peer.address);
  await until(() => told.length > 0);
  const took = performance.now() - start;
  assert.ok(took > 90 && took < 2500, `${took} ms`);
  assert.deepEqual(told, ['ERR_PWP_CONNECTION_TIMEOUT']);
  await until(() => swarm.wires.length === 1);
  assert.equal(swarm.wires[0].peerAddress, peer.address);
  assert.equal(Swarm(INFO_HASH, PEER_ID).connectTimeout, 3000);
});

test('why a peer did not become a wire', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  const told = reasons(swarm);
  for (const [manner, code] of /** @type {const} */ ([
    ['other', 'ERR_PWP_OTHER_TORRENT'],
    ['mute', 'ERR_PWP_HANDSHAKE_TIMEOUT'],
    ['reset', 'ERR_PWP_CONNECTION_RESET'],
    ['refuse', null],
  ])) {
    told.length = 0;
    if (manner === 'mute') swarm.handshakeTimeout = 100;
    swarm.add((await world.peer(manner, manner)).address);
    swarm.handshakeTimeout = 25_000;
    await until(() => told.length === 1 && swarm.connections.length === 0);
    assert.equal(told[0], code);
  }
  told.length = 0;
  swarm.add(await world.nobody());
  await until(() => told.length === 1);
  assert.deepEqual(told, ['ERR_PWP_CONNECTION_REFUSED']);
  assert.equal(Swarm(INFO_HASH, PEER_ID).handshakeTimeout, 25_000);
});

test('the timeouts can be changed later', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  swarm.handshakeTimeout = 100;
  const told = reasons(swarm);
  swarm.add((await world.peer('A', 'mute')).address);
  await until(() => told.length === 1);
  assert.deepEqual(told, ['ERR_PWP_HANDSHAKE_TIMEOUT']);
});

test('a name is dialled', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  const peer = await world.peer('A');
  swarm.add(`localhost:${peer.port}`);
  await until(() => swarm.wires.length === 1);
  assert.equal(swarm.wires[0].peerAddress, `localhost:${peer.port}`);
});

test('IPv6 is dialled', async (t) => {
  if (!hasIPv6()) {
    t.skip('this machine has none');
    return;
  }
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  const six = await world.peer('B', 'greet', { host: '::1' });
  swarm.add(six.address);
  await until(() => swarm.wires.length === 1);
  const [wire] = swarm.wires;
  assert.equal(wire.peerAddress, `[::1]:${six.port}`);
  assert.deepEqual(
    [wire.remoteAddress, wire.remotePort, wire.remoteFamily],
    ['::1', six.port, 'IPv6'],
  );
  swarm.remove(`[::1]:${six.port}`);
  assert.equal(swarm.wires.length, 0);
});

test('what is sent: both hashes, and what the handshake announces', async (t) => {
  const world = new World(Swarm, t);
  const peer = await world.peer('A');
  const swarm = world.swarm('one', { handshake: { dht: true, fast: true } });
  swarm.add(peer.address);
  await until(() => swarm.wires.length === 1);
  const expected = Buffer.concat([
    bytes.PROTOCOL,
    Buffer.from([0, 0, 0, 0, 0, 0x10, 0, bytes.BITS.dht | bytes.BITS.fast]),
    INFO_HASH,
    Buffer.from(PEER_ID),
  ]);
  assert.deepEqual(peer.handshakes[0], expected);
  peer.hangUp();
  await until(() => swarm.connections.length === 0);
  swarm.handshake = undefined;
  const other = await world.peer('B');
  swarm.add(other.address);
  await until(() => swarm.wires.length === 1);
  assert.equal(other.handshakes[0][27], 0);
});

test('an info hash of version 2 is dialled with, and answered to, by its first 20 bytes', async (t) => {
  const world = new World(Swarm, t);
  const options = { handshake: { v2: true } };
  const long = Buffer.concat([OTHER_HASH, Buffer.alloc(12, 1)]);
  const listening = world.swarm('listening', options, long);
  listening.listen(0);
  await once(listening, 'listening');
  const dialling = world.swarm('dialling', options, long.toString('hex'));
  dialling.add(`127.0.0.1:${listening.port}`);
  await until(() => dialling.wires.length === 1 && listening.wires.length === 1);
  assert.ok(dialling.wires[0].hasV2);
  assert.deepEqual(dialling.infoHash, long);
});

test('messages that come right behind the handshake are heard', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  const peer = await world.peer('A', 'mute');
  /** @type {number[]} */
  const heard = [];
  swarm.on('wire', (/** @type {any} */ wire) => {
    wire.on('have', (/** @type {number} */ index) => heard.push(index));
  });
  swarm.add(peer.address);
  await until(() => peer.handshakes.length === 1);
  peer.sockets[0].write(Buffer.concat([handshake(), bytes.have(1), bytes.have(2)]));
  await until(() => heard.length === 2);
  assert.deepEqual(heard, [1, 2]);
});

test('wires are wires of this package, and their own connections', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  const peer = await world.peer('A');
  swarm.add(peer.address);
  const [wire, connection] = await once(swarm, 'wire');
  assert.ok(wire instanceof pwp && wire instanceof pwp.SocketWire);
  assert.equal(connection, wire);
  assert.deepEqual(swarm.connections, [wire]);
  assert.deepEqual(connection.address(), {
    address: '127.0.0.1',
    family: 'IPv4',
    port: peer.sockets[0].remotePort,
  });
  const gone = once(swarm, 'wire-disconnect');
  connection.destroy();
  assert.deepEqual(await gone, [wire, wire]);
});

test('options of wires are those of all its wires', async (t) => {
  const world = new World(Swarm, t);
  const options = { strict: true, maxMessageSize: 20_000, pieceCount: 9, idleTimeout: 60_000 };
  const swarm = world.swarm('one', options);
  swarm.listen(0);
  await once(swarm, 'listening');
  const peer = await world.peer('A');
  swarm.add(peer.address);
  const caller = world.caller(swarm.port);
  await until(() => swarm.wires.length === 2);
  const [first, second] = swarm.wires;
  assert.deepEqual([first.pieceCount, second.pieceCount], [9, 9]);
  const socketOf = (/** @type {any} */ wire) =>
    wire.peerAddress === peer.address ? peer.sockets[0] : caller.socket;
  socketOf(first).write(Buffer.concat([bytes.u32(20_001)]));
  socketOf(second).write(bytes.message(99));
  await until(() => swarm.wires.length === 0);
  assert.equal(first.closeReason.code, 'ERR_PWP_MESSAGE_TOO_LONG');
  assert.equal(second.closeReason.code, 'ERR_PWP_UNKNOWN_MESSAGE');
});

test('the number of pieces goes to all wires, those there are and those to come', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  swarm.listen(0);
  await once(swarm, 'listening');
  const [a, b] = [await world.peer('A'), await world.peer('B')];
  assert.equal(swarm.pieceCount, null);
  swarm.add(a.address);
  await until(() => swarm.wires.length === 1);
  assert.equal(swarm.wires[0].pieceCount, null);
  swarm.pieceCount = 5;
  assert.equal(swarm.wires[0].pieceCount, 5);
  swarm.add(b.address);
  const caller = world.caller(swarm.port);
  await until(() => swarm.wires.length === 3);
  assert.deepEqual(
    swarm.wires.map((/** @type {any} */ wire) => wire.pieceCount),
    [5, 5, 5],
  );
  caller.socket.write(bytes.have(5));
  b.sockets[0].write(bytes.have(4));
  await until(() => swarm.wires.length === 2);
  await quiet();
  assert.equal(swarm.wires.length, 2);
  for (const wrong of [0, 1.5, '5', undefined]) {
    assert.throws(() => {
      swarm.pieceCount = wrong;
    }, /pieceCount/);
  }
  assert.equal(swarm.pieceCount, 5);
});

test('there are never more connections than its size, however they end', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one', { size: 2 });
  let most = 0;
  const { push } = swarm.connections;
  swarm.connections.push = (/** @type {any} */ wire) => {
    const length = push.call(swarm.connections, wire);
    most = Math.max(most, length);
    return length;
  };
  const manners = /** @type {const} */ (['hang up', 'reset', 'refuse', 'other']);
  const peers = [];
  for (let i = 0; i < 20; i++) peers.push(await world.peer(`${i}`, manners[i % 4]));
  for (const { address } of peers) swarm.add(address);
  await until(() => peers.every(({ log }) => log.includes('dialled')));
  await until(() => swarm.connections.length === 0);
  assert.equal(most, 2);
});

test('a handler that throws leaves everything as it has to be', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  /** @type {any[]} */
  const thrown = [];
  process.setUncaughtExceptionCaptureCallback((error) => thrown.push(error));
  t.after(() => process.setUncaughtExceptionCaptureCallback(null));
  const [a, b] = [await world.peer('A'), await world.peer('B')];
  swarm.once('wire-disconnect', () => {
    throw new Error('of wire-disconnect');
  });
  swarm.add(a.address);
  await until(() => swarm.wires.length === 1);
  a.hangUp();
  await until(() => swarm.connections.length === 0);
  assert.deepEqual([swarm.wires.length, swarm.connections.length], [0, 0]);
  swarm.once('wire', () => {
    throw new Error('of wire');
  });
  swarm.add(b.address);
  await until(() => swarm.wires.length === 1);
  await quiet();
  assert.deepEqual(
    thrown.map(({ message }) => message),
    ['of wire-disconnect', 'of wire'],
  );
});
