'use strict';

// Where 0.12.2 is wrong, and what is so instead: what the README says of it, shown on the original as it
// was published (on peer-wire-protocol 0.7.1, also published) and on ours.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { test } = require('node:test');
const { freePort } = require('../../scripts/start/free-port.js');
const { OTHER_HASH } = require('./helpers/peers.js');
const { Original, Swarm } = require('./helpers/sides.js');
const { endWait, holdWaits, waits } = require('./helpers/waits.js');
const { PEER_ID, World, quiet, until } = require('./helpers/world.js');

/** @typedef {import('./helpers/world.js').World} World */
/** @typedef {import('node:test').TestContext} TestContext */

/**
 * What is seen of a swarm, of the original's and of ours.
 * @typedef {object} Row
 * @property {string} name
 * @property {(world: World, t: TestContext) => Promise<unknown>} see
 * @property {unknown} original
 * @property {unknown} ours
 */

/** @param {World} world */
async function listening(world) {
  const swarm = world.swarm('one');
  swarm.listen(await freePort());
  await once(swarm, 'listening');
  return swarm;
}

/** @param {World} world @param {string} name */
const count = (world, name) => world.trace.filter((line) => line === name).length;

/** @type {Row[]} */
const ROWS = [
  {
    name: 'port 65535, and addresses of IPv6, which it passes over',
    async see(world) {
      const swarm = world.swarm('one');
      swarm.pause();
      for (const address of ['127.0.0.1:65535', '[::1]:6881']) swarm.add(address);
      return swarm.queued;
    },
    original: 0,
    ours: 2,
  },
  {
    name: 'an address with something behind its port throws out of add()',
    async see(world) {
      const swarm = world.swarm('one');
      try {
        swarm.add('127.0.0.1:80.5');
      } catch (error) {
        return /** @type {any} */ (error).code;
      }
      return swarm.queued;
    },
    original: 'ERR_SOCKET_BAD_PORT',
    ours: 0,
  },
  {
    name: 'an info hash of another length is taken, and throws out of add() when a peer is dialled',
    async see(world) {
      try {
        world.swarm('one', {}, 'aa').add('127.0.0.1:1');
      } catch (error) {
        const { code, stack } = /** @type {any} */ (error);
        return [code, /\.add \(|Swarm\.add/.test(stack)];
      }
    },
    original: [undefined, true],
    ours: ['ERR_OUT_OF_RANGE', false],
  },
  {
    name: 'a peer that refuses the connection can never be added again',
    async see(world) {
      const swarm = world.swarm('one');
      const address = await world.nobody();
      swarm.add(address);
      await until(() => swarm.connections.length === 0);
      await quiet();
      const peer = await world.peer('A', 'greet', { port: Number(address.split(':')[1]) });
      swarm.add(address);
      await quiet();
      return peer.log;
    },
    original: [],
    ours: ['dialled', 'handshake aa'],
  },
  {
    name: 'resume() dials one of the addresses that were added meanwhile',
    async see(world) {
      const swarm = world.swarm('one');
      swarm.pause();
      for (const name of ['A', 'B', 'C']) swarm.add((await world.peer(name)).address);
      swarm.resume();
      return [swarm.connections.length, swarm.queued];
    },
    original: [1, 2],
    ours: [3, 0],
  },
  {
    name: 'a peer that was removed comes back into the queue',
    async see(world, t) {
      holdWaits(t);
      const swarm = world.swarm('one');
      const peer = await world.peer('A');
      swarm.add(peer.address);
      await until(() => swarm.wires.length === 1);
      swarm.remove(peer.address);
      await until(() => swarm.connections.length === 0);
      await quiet();
      swarm.pause();
      return [waits(), endWait(), swarm.queued];
    },
    original: [[1000], 1000, 1],
    ours: [[], null, 0],
  },
  {
    name: 'the end of a removed peer removes the one that was added since',
    async see(world) {
      const swarm = world.swarm('one');
      const peer = await world.peer('A', 'mute');
      swarm.add(peer.address);
      await until(() => peer.handshakes.length === 1);
      swarm.remove(peer.address);
      peer.manner = 'greet';
      swarm.add(peer.address);
      await quiet();
      return [swarm.wires.length, swarm.priority(peer.address, 5)];
    },
    original: [0, 0],
    ours: [1, 5],
  },
  {
    name: 'a peer that is removed before it has shaken hands stays connected, as long as it likes',
    async see(world) {
      const swarm = world.swarm('one');
      const peer = await world.peer('A', 'hold');
      swarm.add(peer.address);
      await until(() => peer.handshakes.length === 1);
      swarm.remove(peer.address);
      await quiet();
      return swarm.connections.length;
    },
    original: 1,
    ours: 0,
  },
  {
    name: 'a peer that has come cannot be removed, for want of its address',
    async see(world) {
      const swarm = await listening(world);
      const caller = world.caller(swarm.port);
      await until(() => swarm.wires.length === 1);
      const [{ peerAddress }] = swarm.wires;
      swarm.remove(swarm.wires[0]);
      return [
        peerAddress.endsWith(`:${swarm.port}`),
        peerAddress === caller.address,
        swarm.wires.length,
      ];
    },
    original: [true, false, 1],
    ours: [false, true, 0],
  },
  {
    name: 'destroy() leaves every other of the peers that have come',
    async see(world) {
      const swarm = await listening(world);
      for (let i = 0; i < 4; i++) world.caller(swarm.port);
      await until(() => swarm.wires.length === 4);
      swarm.destroy();
      const left = swarm.wires.length;
      for (const wire of [...swarm.wires]) wire.destroy();
      return left;
    },
    original: 2,
    ours: 0,
  },
  {
    name: 'destroy() twice is `close` twice',
    async see(world) {
      const swarm = world.swarm('one');
      swarm.destroy();
      swarm.destroy();
      await quiet();
      return count(world, 'one close');
    },
    original: 2,
    ours: 1,
  },
  {
    name: 'who has come and said nothing stays connected when the swarm has gone',
    async see(world) {
      const swarm = await listening(world);
      const caller = world.caller(swarm.port, null);
      await once(caller.socket, 'connect');
      await quiet();
      swarm.destroy();
      await quiet();
      return caller.log;
    },
    original: ['connected'],
    ours: ['connected', 'end', 'close'],
  },
  {
    name: 'the second swarm of a torrent on a port is told `listening`',
    async see(world) {
      const { port } = await listening(world);
      const two = world.swarm('two');
      two.listen(port);
      await quiet();
      return [
        count(world, 'two listening'),
        count(world, 'two error port and info hash already in use'),
      ];
    },
    original: [1, 1],
    ours: [0, 1],
  },
  {
    name: 'and takes the first with it when it is destroyed',
    async see(world) {
      const one = await listening(world);
      const two = world.swarm('two');
      two.listen(one.port);
      await quiet();
      two.destroy();
      world.caller(one.port);
      await quiet();
      return one.wires.length;
    },
    original: 0,
    ours: 1,
  },
  {
    name: 'listen(0) does not tell which port it is, and swarms that ask for any get the same',
    async see(world) {
      const [one, two] = [world.swarm('one'), world.swarm('two', {}, OTHER_HASH)];
      one.listen(0);
      two.listen(0);
      await Promise.all([once(one, 'listening'), once(two, 'listening')]);
      return [one.port > 0, one.port !== two.port];
    },
    original: [false, false],
    ours: [true, true],
  },
  {
    name: 'priority() without a level tells nothing',
    async see(world) {
      const swarm = world.swarm('one');
      swarm.pause();
      swarm.add('127.0.0.1:9');
      swarm.priority('127.0.0.1:9', 2);
      return swarm.priority('127.0.0.1:9');
    },
    original: undefined,
    ours: 2,
  },
  {
    name: 'a priority below 0 is the last that is heard of a peer',
    async see(world) {
      const swarm = world.swarm('one');
      const peer = await world.peer('A');
      swarm.pause();
      swarm.add(peer.address);
      swarm.priority(peer.address, -1);
      const { queued } = swarm;
      swarm.resume();
      await quiet();
      return [queued, peer.log];
    },
    original: [0, []],
    ours: [1, ['dialled', 'handshake aa']],
  },
];

for (const { name, see, original, ours } of ROWS) {
  test(`0.12.2 as run: ${name}`, async (t) => {
    assert.deepEqual(await see(new World(Original, t), t), original);
  });
  test(`mended: ${name}`, async (t) => {
    assert.deepEqual(await see(new World(Swarm, t), t), ours);
  });
}

test('the peer id is checked too', () => {
  assert.throws(() => Swarm(OTHER_HASH, PEER_ID.slice(1)), { code: 'ERR_OUT_OF_RANGE' });
});
