'use strict';

// Ports that swarms listen on, alone and together, and the peers that come.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const net = require('node:net');
const { test } = require('node:test');
const { freePort } = require('../../scripts/start/free-port.js');
const { INFO_HASH, OTHER_HASH, bytes } = require('./helpers/peers.js');
const { Swarm } = require('./helpers/sides.js');
const { World, hasIPv6, quiet, until } = require('./helpers/world.js');

/**
 * Whether somebody takes connections there.
 * @param {number} port
 */
async function isOpen(port) {
  const socket = net.connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * @param {import('node:test').TestContext} t
 * @returns {Promise<number>} a port that somebody else has
 */
async function takenPort(t) {
  const server = net.createServer();
  t.after(() => server.close());
  server.listen(0);
  await once(server, 'listening');
  return /** @type {net.AddressInfo} */ (server.address()).port;
}

test('a taken port is an error of every swarm that wanted it', async (t) => {
  const world = new World(Swarm, t);
  const port = await takenPort(t);
  const swarms = [world.swarm('one'), world.swarm('two', {}, OTHER_HASH)];
  const errors = swarms.map((swarm) => once(swarm, 'error'));
  for (const swarm of swarms) swarm.listen(port, () => assert.fail('it listens'));
  for (const told of errors) {
    const [error] = await told;
    assert.equal(error.code, 'EADDRINUSE');
    assert.match(error.message, new RegExp(`${port}`));
  }
  assert.equal(world.trace.filter((line) => line.includes('error')).length, 2);
  // Another port does.
  swarms[0].removeAllListeners('listening');
  swarms[0].listen(0);
  await once(swarms[0], 'listening');
  assert.ok(await isOpen(swarms[0].port));
});

test('an error that one swarm does not listen to does not keep the others from hearing it', async (t) => {
  const world = new World(Swarm, t);
  const port = await takenPort(t);
  /** @type {any[]} */
  const thrown = [];
  process.setUncaughtExceptionCaptureCallback((error) => thrown.push(error));
  t.after(() => process.setUncaughtExceptionCaptureCallback(null));
  const [deaf, other] = [world.swarm('deaf'), world.swarm('other', {}, OTHER_HASH)];
  deaf.removeAllListeners('error');
  deaf.listen(port);
  other.listen(port);
  const [error] = await once(other, 'error');
  assert.deepEqual(thrown, [error]);
});

test('a port is closed with its last swarm, and can be opened again at once', async (t) => {
  const world = new World(Swarm, t);
  const port = await freePort();
  const one = world.swarm('one');
  const two = world.swarm('two', {}, OTHER_HASH);
  one.listen(port);
  two.listen(port);
  await Promise.all([once(one, 'listening'), once(two, 'listening')]);
  one.destroy();
  assert.ok(await isOpen(port));
  two.destroy();
  const three = world.swarm('three');
  three.listen(port);
  await once(three, 'listening');
  assert.ok(await isOpen(port));
  three.destroy();
  await quiet();
  assert.equal(await isOpen(port), false);
});

test('who has not said what it wants is disconnected with the last swarm', async (t) => {
  const world = new World(Swarm, t);
  const [one, two] = [world.swarm('one'), world.swarm('two', {}, OTHER_HASH)];
  one.listen(0);
  await once(one, 'listening');
  two.listen(one.port);
  const caller = world.caller(one.port, null);
  await once(caller.socket, 'connect');
  await quiet();
  one.destroy();
  await quiet();
  assert.deepEqual(caller.log, ['connected']);
  two.destroy();
  await until(() => caller.log.includes('close'));
});

test('the same torrent twice on a port: an error, and the first goes on', async (t) => {
  const world = new World(Swarm, t);
  const [one, two] = [world.swarm('one'), world.swarm('two')];
  one.listen(0);
  await once(one, 'listening');
  two.listen(one.port, () => assert.fail('it listens'));
  const [error] = await once(two, 'error');
  assert.equal(error.code, 'ERR_PWP_INFO_HASH_IN_USE');
  assert.equal(error.message, 'port and info hash already in use');
  two.destroy();
  await quiet();
  world.caller(one.port);
  await until(() => one.wires.length === 1);
  one.listen(one.port);
  assert.equal((await once(one, 'error'))[0].code, 'ERR_PWP_INFO_HASH_IN_USE');
  one.destroy();
  await quiet();
  assert.equal(await isOpen(one.port), false);
});

test('port 0 is any port, of each swarm its own', async (t) => {
  const world = new World(Swarm, t);
  const [one, two, three] = ['one', 'two', 'three'].map((name) => world.swarm(name));
  one.listen(0, () => assert.ok(one.port > 0));
  two.listen();
  await Promise.all([once(one, 'listening'), once(two, 'listening')]);
  assert.ok(one.port > 0 && two.port > 0 && one.port !== two.port);
  // Others can join it by its number.
  const other = world.swarm('other', {}, OTHER_HASH);
  other.listen(one.port);
  await once(other, 'listening');
  world.caller(one.port, OTHER_HASH);
  await until(() => other.wires.length === 1);
  three.listen(one.port);
  assert.equal((await once(three, 'error'))[0].code, 'ERR_PWP_INFO_HASH_IN_USE');
});

test('a swarm on two ports, which both go with it', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  swarm.listen(0);
  await once(swarm, 'listening');
  const first = swarm.port;
  swarm.listen(await freePort());
  await once(swarm, 'listening');
  assert.notEqual(swarm.port, first);
  world.caller(first);
  world.caller(swarm.port);
  await until(() => swarm.wires.length === 2);
  swarm.destroy();
  await quiet();
  assert.deepEqual([await isOpen(first), await isOpen(swarm.port)], [false, false]);
});

test('destroyed before it listens, it never does', async (t) => {
  const world = new World(Swarm, t);
  const port = await freePort();
  const one = world.swarm('one');
  one.listen(port);
  one.destroy();
  const late = world.swarm('late');
  late.destroy();
  late.listen(port);
  await quiet();
  assert.deepEqual(
    world.trace.filter((line) => !line.startsWith(' ')),
    ['one close', 'late close'],
  );
  assert.equal(await isOpen(port), false);
  // Nor does one that joined a port that was open.
  const open = world.swarm('open');
  open.listen(port);
  await once(open, 'listening');
  const joined = world.swarm('joined', {}, OTHER_HASH);
  joined.listen(port);
  joined.destroy();
  await quiet();
  assert.ok(!world.trace.includes('joined listening'));
});

test('the address of a peer that comes is its own', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  swarm.listen(0);
  await once(swarm, 'listening');
  const hosts = hasIPv6() ? ['127.0.0.1', '::1'] : ['127.0.0.1'];
  for (const host of hosts) {
    const caller = world.caller(swarm.port, INFO_HASH, host);
    const [wire] = await once(swarm, 'wire');
    const { localAddress, localPort } = caller.socket;
    const expected = host === '::1' ? `[::1]:${localPort}` : `${localAddress}:${localPort}`;
    assert.equal(wire.peerAddress, expected);
    assert.equal(wire.remotePort, localPort);
    assert.equal(wire.localPort, swarm.port);
  }
});

test('a peer that has come is removed by its wire, or by its address', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  swarm.listen(0);
  await once(swarm, 'listening');
  const callers = [1, 2, 3].map(() => world.caller(swarm.port));
  await until(() => swarm.wires.length === 3);
  const [first, second, third] = swarm.wires.slice();
  swarm.remove(second);
  assert.deepEqual(swarm.wires, [first, third]);
  swarm.remove(first.peerAddress);
  assert.deepEqual(swarm.wires, [third]);
  await until(() => callers.filter(({ log }) => log.includes('close')).length === 2);
  assert.equal(swarm.connections.length, 1);
});

test('a peer for a torrent that nobody has is turned away, and told nothing', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  swarm.listen(0);
  await once(swarm, 'listening');
  const caller = world.caller(swarm.port, OTHER_HASH);
  await until(() => caller.log.includes('close'));
  assert.ok(!caller.log.includes('handshake'));
  assert.equal(swarm.connections.length, 0);
});

test('a peer that says nothing is turned away in time', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  swarm.handshakeTimeout = 100;
  swarm.listen(0);
  await once(swarm, 'listening');
  const start = performance.now();
  const caller = world.caller(swarm.port, null);
  await until(() => caller.log.includes('close'));
  const took = performance.now() - start;
  assert.ok(took > 90 && took < 2000, `${took} ms`);
});

test('a port that is opened again has the options of its new first swarm', async (t) => {
  const world = new World(Swarm, t);
  const port = await freePort();
  const strict = world.swarm('strict', { strict: true });
  strict.listen(port);
  await once(strict, 'listening');
  strict.destroy();
  const lax = world.swarm('lax');
  lax.listen(port);
  await once(lax, 'listening');
  const caller = world.caller(port);
  await until(() => lax.wires.length === 1);
  const [wire] = lax.wires;
  let unknown = 0;
  wire.on('unknownmessage', () => unknown++);
  caller.socket.write(bytes.message(99));
  await until(() => unknown === 1 || wire.destroyed);
  assert.equal(wire.closeReason, null);
});

test('a swarm that once failed to listen takes nothing from those that listen there later', async (t) => {
  const world = new World(Swarm, t);
  const server = net.createServer();
  server.listen(0);
  await once(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  const failed = world.swarm('failed');
  failed.listen(port);
  await once(failed, 'error');
  server.close();
  await once(server, 'close');
  const [one, two] = [world.swarm('one'), world.swarm('two', {}, OTHER_HASH)];
  one.listen(port);
  await once(one, 'listening');
  failed.destroy();
  two.listen(port);
  await once(two, 'listening');
  world.caller(port);
  world.caller(port, OTHER_HASH);
  await until(() => one.wires.length === 1 && two.wires.length === 1);
});

test('many swarms on a port, of which each gets its own', async (t) => {
  const world = new World(Swarm, t);
  const port = await freePort();
  const hashes = Array.from({ length: 30 }, (_, i) => Buffer.alloc(20, i + 1));
  const swarms = hashes.map((hash, i) => world.swarm(`${i}`, {}, hash));
  for (const swarm of swarms) swarm.listen(port);
  await until(() => world.trace.filter((line) => line.endsWith('listening')).length === 30);
  // Told in the order in which they came.
  const order = world.trace.filter((line) => line.endsWith('listening'));
  assert.deepEqual(
    order,
    hashes.map((_, i) => `${i} listening`),
  );
  const dialling = hashes.map((hash, i) => world.swarm(`to ${i}`, {}, hash));
  for (const swarm of dialling) swarm.add(`127.0.0.1:${port}`);
  await until(() => [...swarms, ...dialling].every(({ wires }) => wires.length === 1));
  for (const swarm of swarms.slice(0, 29)) swarm.destroy();
  assert.ok(await isOpen(port));
});
