'use strict';

// The same as scenarios.js, of swarms that listen, and of their end.

const { freePort } = require('../../../scripts/start/free-port.js');
const { INFO_HASH, OTHER_HASH } = require('../helpers/peers.js');
const { quiet, until } = require('../helpers/world.js');
const { look } = require('./look.js');

/** @type {import('./scenarios.js').Scenario[]} */
const scenarios = [
  {
    name: 'peers that come take places, and none is turned away',
    async run(world) {
      const swarm = world.swarm('one', { size: 1 });
      const port = await freePort();
      swarm.listen(port);
      await until(() => world.trace.length > 0);
      world.caller(port);
      await until(() => swarm.wires.length === 1);
      world.caller(port);
      await until(() => swarm.wires.length === 2);
      const peer = await world.peer('A');
      swarm.add(peer.address);
      look(world, swarm, 'added, and there is no room');
      swarm.wires[0].destroy();
      await until(() => swarm.connections.length === 1);
      look(world, swarm, 'one left');
      swarm.wires[0].destroy();
      await until(() => swarm.wires.length === 1);
      look(world, swarm, 'the other left');
    },
  },
  {
    name: 'peers that come, of two swarms on a port and of none',
    async run(world) {
      const port = await freePort();
      const one = world.swarm('one', { handshakeTimeout: 600 });
      const two = world.swarm('two', {}, OTHER_HASH);
      one.listen(port, () => world.did('called back'));
      two.listen(port);
      world.did(`${one.port === port} ${two.port === port}`);
      await until(() => world.trace.filter((line) => line.includes('listening')).length === 2);
      const three = world.swarm('three', {}, 'cc'.repeat(20));
      three.listen(port);
      world.did('three has been told to listen');
      process.nextTick(() => world.did('the next tick'));
      await quiet();
      const callers = [];
      for (const [hash, swarm] of /** @type {const} */ ([
        [INFO_HASH, one],
        [OTHER_HASH, two],
        [Buffer.alloc(20, 0xcc), three],
      ])) {
        const caller = world.caller(port, hash);
        callers.push(caller);
        await until(() => swarm.wires.length === 1 && caller.log.includes('handshake'));
      }
      callers.push(world.caller(port, Buffer.alloc(20, 0xdd)));
      await until(() => callers[3].log.includes('close'));
      callers.push(world.caller(port, null));
      await until(() => callers[4].log.includes('close'));
      for (const swarm of [one, two, three]) look(world, swarm, 'who has come');
      callers[0].socket.end();
      await until(() => one.wires.length === 0 && callers[0].log.includes('close'));
      world.did(callers.map(({ log }) => log.join()).join(' / '));
      one.destroy();
      callers.push(world.caller(port, INFO_HASH));
      await until(() => callers[5].log.includes('close'));
      callers.push(world.caller(port, OTHER_HASH));
      await until(() => two.wires.length === 2 && callers[6].log.includes('handshake'));
      world.did(callers.map(({ log }) => log.join()).join(' / '));
    },
  },
  {
    name: 'the same torrent twice on a port',
    async run(world) {
      const port = await freePort();
      const one = world.swarm('one');
      const two = world.swarm('two');
      one.listen(port);
      two.listen(port);
      await quiet();
      // Whether a port is open in the next tick or a little later is not told.
      world.trace.sort();
      world.caller(port);
      await until(() => one.wires.length + two.wires.length === 1);
      world.did(`${one.wires.length} ${two.wires.length}`);
    },
  },
  {
    name: 'destroyed',
    async run(world) {
      const port = await freePort();
      const swarm = world.swarm('one', { size: 2 });
      swarm.listen(port);
      await quiet();
      world.caller(port);
      await until(() => swarm.wires.length === 1);
      const [a, b] = [await world.peer('A'), await world.peer('B')];
      swarm.add(a.address);
      await until(() => swarm.wires.length === 2);
      swarm.add(b.address);
      look(world, swarm, 'before');
      swarm.destroy();
      look(world, swarm, 'destroyed');
      process.nextTick(() => world.did('the next tick'));
      await until(() => swarm.connections.length === 0);
      swarm.add(b.address);
      look(world, swarm, 'over');
      await quiet();
      world.did(`${a.log} / ${b.log}`);
    },
  },
];

module.exports = { scenarios };
