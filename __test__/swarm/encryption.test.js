'use strict';

// Swarms with encryption: how they dial, and which peers they take.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const net = require('node:net');
const { test } = require('node:test');
const pwp = require('../../index.js');
const { freePort } = require('../../scripts/start/free-port.js');
const { INFO_HASH, OTHER_HASH } = require('./helpers/peers.js');
const { Swarm } = require('./helpers/sides.js');
const { holdWaits, endWait, waits } = require('./helpers/waits.js');
const { PEER_ID, World, quiet, until } = require('./helpers/world.js');

/** @typedef {'off' | 'prefer' | 'require'} Encryption */

/**
 * @param {import('./helpers/world.js').World} world
 * @param {Encryption} encryption
 * @param {Buffer} [infoHash]
 */
async function listening(world, encryption, infoHash) {
  const swarm = world.swarm('listening', { encryption }, infoHash);
  const port = await freePort();
  swarm.listen(port);
  await once(swarm, 'listening');
  return { swarm, address: `127.0.0.1:${port}` };
}

const RC4 = 'rc4';

/** What comes of a dial, by both sides' option. @type {[Encryption, Encryption, string | false | null][]} */
const PAIRS = [
  ['off', 'off', false],
  ['off', 'prefer', false],
  ['off', 'require', null],
  ['prefer', 'off', false],
  ['prefer', 'prefer', RC4],
  ['prefer', 'require', RC4],
  ['require', 'off', null],
  ['require', 'prefer', RC4],
  ['require', 'require', RC4],
];

for (const [dialling, taking, expected] of PAIRS) {
  const outcome = expected === null ? 'nothing' : expected || 'in the clear';
  test(`${dialling} dials ${taking}: ${outcome}`, async (t) => {
    const world = new World(Swarm, t);
    const { swarm: taker, address } = await listening(world, taking);
    const swarm = world.swarm('dialling', { encryption: dialling });
    swarm.add(address);
    if (expected === null) {
      await until(() => swarm.connections.length === 0);
      await quiet();
      assert.deepEqual([swarm.wires.length, taker.wires.length], [0, 0]);
      assert.equal(swarm.queued, 0);
      return;
    }
    await until(() => swarm.wires.length === 1 && taker.wires.length === 1);
    assert.deepEqual([swarm.wires[0].encrypted, taker.wires[0].encrypted], [expected, expected]);
    assert.equal(swarm.wires[0].peerAddress, address);
  });
}

for (const manner of /** @type {const} */ (['hang up', 'reset'])) {
  test(`a peer that will have none of it (${manner}) is dialled once more, in the clear`, async (t) => {
    const world = new World(Swarm, t);
    const peer = await world.peer('A', manner);
    const swarm = world.swarm('one', { encryption: 'prefer' });
    swarm.add(peer.address);
    await until(() => peer.log.filter((line) => line === 'dialled').length === 2);
    await until(() => swarm.connections.length === 0);
    await quiet();
    assert.equal(peer.log.filter((line) => line === 'dialled').length, 2, 'no third time');
    assert.equal(swarm.queued, 0);
    // Given up: it can be added again, and is dialled encrypted again.
    peer.manner = 'mute';
    const before = peer.handshakes.length;
    swarm.add(peer.address);
    await until(() => peer.handshakes.length > before);
    const [last] = peer.handshakes.slice(-1);
    assert.notEqual(last.toString('latin1', 1, 20), 'BitTorrent protocol');
  });
}

test('so is one that waits for more', async (t) => {
  const world = new World(Swarm, t);
  const peer = await world.peer('A', 'mute');
  const swarm = world.swarm('one', { encryption: 'prefer', handshakeTimeout: 200 });
  swarm.add(peer.address);
  await until(() => peer.handshakes.length === 2);
  const [first, second] = peer.handshakes.map((came) => came.toString('latin1', 1, 20));
  assert.notEqual(first, 'BitTorrent protocol');
  assert.equal(second, 'BitTorrent protocol');
  await until(() => swarm.connections.length === 0);
  await quiet();
  assert.equal(peer.handshakes.length, 2, 'no third time');
});

test('that is no retry, and the peer is known not to speak it until it is not there', async (t) => {
  holdWaits(t);
  const world = new World(Swarm, t);
  const peer = await world.peer('A', 'plain');
  const swarm = world.swarm('one', { encryption: 'prefer' });
  const kinds = () =>
    peer.log
      .filter((line) => /^(handshake|something)/.test(line))
      .map((line) => (line === 'something else' ? 'encrypted' : 'plain'));
  swarm.add(peer.address);
  await until(() => swarm.wires.length === 1);
  assert.deepEqual(kinds(), ['encrypted', 'plain']);
  peer.hangUp();
  await until(() => waits().length === 1);
  assert.equal(endWait(), 1000, 'as the first');
  await until(() => swarm.wires.length === 1);
  assert.deepEqual(kinds(), ['encrypted', 'plain', 'plain']);
  peer.manner = 'refuse';
  peer.hangUp();
  await until(() => waits().length === 1);
  assert.equal(endWait(), 1000);
  await until(() => waits().length === 1);
  peer.manner = 'plain';
  assert.equal(endWait(), 5000);
  await until(() => swarm.wires.length === 1);
  assert.deepEqual(kinds().slice(-3), ['plain', 'encrypted', 'plain']);
});

test('the second dial comes before whoever waits', async (t) => {
  const world = new World(Swarm, t);
  const [a, b] = [await world.peer('A', 'plain'), await world.peer('B', 'plain')];
  const swarm = world.swarm('one', { encryption: 'prefer', size: 1 });
  swarm.add(a.address);
  swarm.add(b.address);
  await until(() => swarm.wires.length === 1);
  assert.equal(swarm.wires[0].peerAddress, a.address);
  assert.deepEqual([b.log, swarm.queued], [[], 1]);
});

test('a connection that is cut once it is encrypted is dialled again like any other', async (t) => {
  holdWaits(t);
  const world = new World(Swarm, t);
  const { address } = await listening(world, 'prefer');
  /** @type {net.Socket[]} */
  const sockets = [];
  const between = net.createServer((socket) => {
    const onward = net.connect(Number(address.split(':')[1]), '127.0.0.1');
    for (const end of [socket, onward]) end.on('error', () => {});
    socket.pipe(onward).pipe(socket);
    sockets.push(socket);
  });
  t.after(() => between.close());
  between.listen(0, '127.0.0.1');
  await once(between, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (between.address());
  const swarm = world.swarm('dialling', { encryption: 'prefer' });
  swarm.add(`127.0.0.1:${port}`);
  await until(() => swarm.wires.length === 1);
  const [wire] = swarm.wires;
  sockets[0].resetAndDestroy();
  await until(() => swarm.connections.length === 0);
  assert.equal(wire.closeReason?.code, 'ERR_PWP_CONNECTION_RESET');
  await quiet();
  assert.deepEqual([waits(), sockets.length], [[1000], 1]);
  endWait();
  await until(() => swarm.wires.length === 1);
  assert.equal(swarm.wires[0].encrypted, RC4);
});

test('the second dial waits while the swarm is paused', async (t) => {
  const world = new World(Swarm, t);
  const peer = await world.peer('A', 'plain');
  const swarm = world.swarm('one', { encryption: 'prefer' });
  swarm.add(peer.address);
  swarm.pause();
  await until(() => swarm.connections.length === 0);
  await quiet();
  assert.equal(swarm.queued, 1);
  swarm.resume();
  await until(() => swarm.wires.length === 1);
  assert.equal(swarm.wires[0].encrypted, false);
});

test('a removed peer is not dialled a second time', async (t) => {
  const world = new World(Swarm, t);
  const peer = await world.peer('A', 'mute');
  const swarm = world.swarm('one', { encryption: 'prefer' });
  swarm.add(peer.address);
  await until(() => peer.log.includes('dialled'));
  swarm.remove(peer.address);
  await quiet();
  assert.deepEqual(
    peer.log.filter((line) => line === 'dialled'),
    ['dialled'],
  );
  assert.equal(swarm.queued, 0);
});

for (const encryption of /** @type {const} */ (['off', 'require'])) {
  test(`with ${encryption} nobody is dialled a second time`, async (t) => {
    const world = new World(Swarm, t);
    const peer = await world.peer('A', 'hang up');
    const swarm = world.swarm('one', { encryption });
    swarm.add(peer.address);
    await until(() => swarm.connections.length === 0);
    await quiet();
    assert.deepEqual(
      peer.log.filter((line) => line === 'dialled'),
      ['dialled'],
    );
  });
}

test('peers that come encrypted find their torrent among those of the port that take them', async (t) => {
  const world = new World(Swarm, t);
  const port = await freePort();
  const third = Buffer.alloc(20, 0xcc);
  const hidden = Buffer.alloc(20, 0xdd);
  const plain = world.swarm('plain', { encryption: 'off' }, hidden);
  plain.listen(port);
  await once(plain, 'listening');
  const swarms = [
    world.swarm('one', { encryption: 'prefer' }, INFO_HASH),
    world.swarm('two', { encryption: 'prefer' }, OTHER_HASH),
    world.swarm('three', { encryption: 'require' }, third),
  ];
  for (const swarm of swarms) swarm.listen(port);
  await quiet();

  /** @param {Buffer} infoHash @param {Encryption} encryption */
  const come = async (infoHash, encryption) => {
    const wire = pwp.connect({ host: '127.0.0.1', port, encryption });
    t.after(() => wire.destroy());
    wire.handshake(infoHash, PEER_ID);
    await Promise.race([once(wire, 'handshake'), once(wire, 'close')]);
    return wire.destroyed ? 'turned away' : wire.encrypted;
  };
  assert.equal(await come(OTHER_HASH, 'require'), RC4);
  assert.equal(await come(INFO_HASH, 'require'), RC4);
  assert.equal(await come(third, 'require'), RC4);
  assert.equal(await come(INFO_HASH, 'off'), false);
  assert.equal(await come(third, 'off'), 'turned away');
  assert.equal(await come(hidden, 'off'), false);
  assert.equal(await come(hidden, 'require'), 'turned away');
  assert.equal(await come(Buffer.alloc(20, 0xee), 'require'), 'turned away');
  const counts = [plain, ...swarms].map(({ wires }) => wires.length);
  assert.deepEqual(counts, [1, 2, 1, 1]);

  for (const swarm of swarms) swarm.destroy();
  assert.equal(await come(INFO_HASH, 'require'), 'turned away');
  assert.equal(await come(hidden, 'off'), false);
});

test('what the environment says goes for swarms too', async (t) => {
  process.env.PEER_WIRE_PROTOCOL_ENCRYPTION = 'require';
  t.after(() => delete process.env.PEER_WIRE_PROTOCOL_ENCRYPTION);
  const world = new World(Swarm, t);
  const taker = world.swarm('listening');
  const port = await freePort();
  taker.listen(port);
  await once(taker, 'listening');
  const swarm = world.swarm('dialling');
  swarm.add(`127.0.0.1:${port}`);
  await until(() => taker.wires.length === 1);
  assert.equal(taker.wires[0].encrypted, RC4);
});
