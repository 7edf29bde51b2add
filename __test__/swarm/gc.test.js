'use strict';

// What a swarm has done with, it keeps nothing of, as long as it lives.

const assert = require('node:assert/strict');
const { subscribe, unsubscribe } = require('node:diagnostics_channel');
const { once } = require('node:events');
const { after, test } = require('node:test');
const { setTimeout: sleep } = require('node:timers/promises');
const v8 = require('node:v8');
const vm = require('node:vm');
const { OTHER_HASH } = require('./helpers/peers.js');
const { Swarm } = require('./helpers/sides.js');
const { World, until } = require('./helpers/world.js');

v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc');
after(() => v8.setFlagsFromString('--no-expose-gc'));

/** Rounds in which everything has to have been collected. */
const ROUNDS = 200;

/** The wires that are closed while a test runs. */
function closedWires(/** @type {import('node:test').TestContext} */ t) {
  /** @type {WeakRef<object>[]} */
  const wires = [];
  const see = (/** @type {any} */ { wire }) => wires.push(new WeakRef(wire));
  subscribe('peer-wire-protocol:closed', see);
  t.after(() => unsubscribe('peer-wire-protocol:closed', see));
  return wires;
}

/** @param {WeakRef<object>[]} references */
async function collect(references) {
  for (let i = 0; i < ROUNDS && references.some((reference) => reference.deref()); i++) {
    // Not in the turn in which they were looked at, which holds them.
    await sleep(1);
    gc();
  }
  return references.filter((reference) => reference.deref()).length;
}

test('of peers that came and left, said nothing, or wanted something else', async (t) => {
  const world = new World(Swarm, t);
  const closed = closedWires(t);
  const swarm = world.swarm('one');
  swarm.listen(0);
  await once(swarm, 'listening');
  const callers = [
    world.caller(swarm.port),
    world.caller(swarm.port, null),
    world.caller(swarm.port, OTHER_HASH),
  ];
  await until(() => callers.every(({ log }) => log.includes('connected')));
  await until(() => swarm.wires.length === 1);
  for (const { socket } of callers) socket.end();
  await until(() => closed.length === 3);
  assert.equal(await collect(closed), 0);
  assert.equal(swarm.wires.length, 0);
});

test('of peers that were dialled, whether they shook hands or not', async (t) => {
  const world = new World(Swarm, t);
  const closed = closedWires(t);
  const swarm = world.swarm('one');
  const manners = /** @type {const} */ (['greet', 'refuse', 'reset', 'other']);
  const peers = [];
  for (const manner of manners) peers.push(await world.peer(manner, manner));
  for (const { address } of peers) swarm.add(address);
  await until(() => closed.length === 3 && swarm.wires.length === 1);
  // It waits for the next try.
  peers[0].hangUp();
  await until(() => closed.length === 4);
  assert.equal(await collect(closed), 0);
  assert.deepEqual([swarm.wires.length, swarm.connections.length], [0, 0]);
});
