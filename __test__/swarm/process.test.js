'use strict';

// What keeps a process alive, and what does not.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { test } = require('node:test');
const { freePort } = require('../../scripts/start/free-port.js');
const { run } = require('./helpers/program.js');
const { SWARM, Swarm } = require('./helpers/sides.js');
const { World } = require('./helpers/world.js');

/**
 * Connects to a port as soon as it is open, says nothing, and keeps its side open whatever happens.
 * @param {World} world
 * @param {number} port
 */
async function reach(world, port) {
  for (;;) {
    const caller = world.caller(port, null);
    caller.socket.allowHalfOpen = true;
    await once(caller.socket, 'close', { signal: AbortSignal.timeout(200) }).catch(() => {});
    if (caller.log.includes('connected')) return caller;
  }
}

test('a swarm that does nothing keeps no process alive', async (t) => {
  const { code, said } = await run(t, SWARM, `process.on('exit', () => console.log('over'));`);
  assert.deepEqual([code, said], [0, 'over\n']);
});

test('a swarm that listens does, until it is destroyed', async (t) => {
  const { code, said, took } = await run(
    t,
    SWARM,
    `swarm.listen(0, () => setTimeout(() => { console.log('alive'); swarm.destroy(); }, 400).unref());`,
  );
  assert.deepEqual([code, said], [0, 'alive\n']);
  assert.ok(took > 400 && took < 5000, `${took} ms`);
});

test('a connection does, until the swarm is destroyed; what lingers does not', async (t) => {
  const world = new World(Swarm, t);
  // It does not end its side when we end ours.
  const peer = await world.peer('A', 'stay');
  const { code, said, took } = await run(
    t,
    SWARM,
    `swarm.add('${peer.address}');
     swarm.on('wire', () => setTimeout(() => { console.log('alive'); swarm.destroy(); }, 400).unref());`,
  );
  assert.deepEqual([code, said], [0, 'alive\n']);
  assert.ok(took > 400 && took < 4000, `${took} ms`);
});

test('who came and said nothing does not, once the swarm is destroyed', async (t) => {
  const world = new World(Swarm, t);
  const port = await freePort();
  const child = run(
    t,
    SWARM,
    `swarm.listen(${port}, () => console.log('listening'));
     setTimeout(() => { console.log('alive'); swarm.destroy(); }, 1000);`,
  );
  const caller = await reach(world, port);
  const { code, said, took } = await child;
  assert.deepEqual([code, said], [0, 'listening\nalive\n']);
  assert.ok(caller.log.includes('connected'));
  assert.ok(took > 1000 && took < 5000, `${took} ms`);
});

test('the wait for a lost peer does', async (t) => {
  const world = new World(Swarm, t);
  const peer = await world.peer('A');
  const { code, said } = await run(
    t,
    SWARM,
    `swarm.add('${peer.address}');
     let times = 0;
     swarm.on('wire', (wire) => {
       console.log('wire');
       if (++times === 2) swarm.destroy(); else wire.destroy();
     });`,
  );
  assert.deepEqual([code, said], [0, 'wire\nwire\n']);
});

test('a port that is taken ends a process that does not listen for it, as any error would', async (t) => {
  const world = new World(Swarm, t);
  const peer = await world.peer('A');
  const unheard = await run(t, SWARM, `swarm.listen(${peer.port});`);
  assert.equal(unheard.code, 1);
  assert.match(unheard.complained, /EADDRINUSE/);
  const heard = await run(
    t,
    SWARM,
    `swarm.on('error', (error) => console.log(error.code)); swarm.listen(${peer.port});`,
  );
  assert.deepEqual([heard.code, heard.said], [0, 'EADDRINUSE\n']);
});
