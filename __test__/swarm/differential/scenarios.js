'use strict';

// What is played on the original and on ours, and has to be told alike: every event in its order, with
// how the swarm is at that moment, and what it did to its peers.

const { bytes } = require('../helpers/peers.js');
const { endWait, waits } = require('../helpers/waits.js');
const { quiet, until } = require('../helpers/world.js');
const { look } = require('./look.js');

/** @typedef {import('../helpers/world.js').World} World */
/** @typedef {{ name: string, run: (world: World) => Promise<void> }} Scenario */

/** @type {Scenario[]} */
const scenarios = [
  {
    name: 'a peer that is added, and leaves',
    async run(world) {
      const swarm = world.swarm('one', { handshake: { dht: true } });
      const peer = await world.peer('A');
      swarm.add(peer.address);
      look(world, swarm, 'added');
      swarm.add(peer.address);
      look(world, swarm, 'added again');
      await until(() => swarm.wires.length === 1);
      world.did(`${peer.handshakes[0].toString('latin1', 28)}`);
      peer.hangUp();
      await until(() => swarm.wires.length === 0);
      await until(() => swarm.connections.length === 0);
      look(world, swarm, 'left');
      swarm.destroy();
      await quiet();
      world.did(peer.log.join());
    },
  },
  {
    name: 'peers that do not shake hands',
    async run(world) {
      const swarm = world.swarm('one', { size: 2 });
      for (const manner of /** @type {const} */ (['hang up', 'reset', 'refuse', 'other', 'mute'])) {
        const peer = await world.peer(manner, manner);
        if (manner === 'mute') swarm.handshakeTimeout = 100;
        swarm.add(peer.address);
        look(world, swarm, `${manner} added`);
        await until(() => swarm.connections.length === 0 && peer.log.includes('left'));
        look(world, swarm, 'gone');
        world.did(`${peer.log}`);
      }
      swarm.add(await world.nobody());
      look(world, swarm, 'nobody added');
      await until(() => swarm.connections.length === 0);
      look(world, swarm, 'gone');
    },
  },
  {
    name: 'no more connections than its size, and a queue by priority',
    async run(world) {
      const swarm = world.swarm('one', { size: 1 });
      const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];
      const peers = await Promise.all(names.map((name) => world.peer(name)));
      const [a, b, , d, e, f, g] = peers.map(({ address }) => address);
      for (const { address } of peers) swarm.add(address);
      look(world, swarm, 'all added');
      world.did(`D to 2: ${swarm.priority(d, 2)}`);
      world.did(`E to 2: ${swarm.priority(e, 2)}`);
      world.did(`F to 5: ${swarm.priority(f, 5)}`);
      world.did(`G to 2 and back: ${swarm.priority(g, 2)} ${swarm.priority(g, 0)}`);
      world.did(`B twice: ${swarm.priority(b, 0)} ${swarm.priority(b, 0)}`);
      world.did(`A, which is dialled: ${swarm.priority(a, 1)}`);
      world.did(`nobody: ${swarm.priority('127.0.0.1:9', 3)} ${swarm.priority('127.0.0.1:9')}`);
      look(world, swarm, 'priorities');
      for (let i = 0; i < names.length; i++) {
        await until(() => swarm.wires.length === 1);
        swarm.remove(swarm.wires[0]);
        await until(() => swarm.wires.length === 0);
      }
      await until(() => swarm.connections.length === 0);
      look(world, swarm, 'all gone');
    },
  },
  {
    name: 'paused and resumed',
    async run(world) {
      const swarm = world.swarm('one');
      const [a, b] = [await world.peer('A'), await world.peer('B')];
      swarm.pause();
      swarm.add(a.address);
      world.did(`${swarm.paused}`);
      look(world, swarm, 'added while paused');
      await quiet();
      world.did(`${a.log}`);
      swarm.resume();
      look(world, swarm, 'resumed');
      await until(() => swarm.wires.length === 1);
      swarm.pause();
      swarm.add(b.address);
      a.hangUp();
      await until(() => swarm.connections.length === 0);
      look(world, swarm, 'A left while paused');
      swarm.resume();
      world.did(`${swarm.paused}`);
      await until(() => swarm.wires.length === 1);
      look(world, swarm, 'resumed again');
    },
  },
  {
    name: 'removed while it waits, while it is connected, and by its wire',
    async run(world) {
      const swarm = world.swarm('one', { size: 1 });
      const [a, b, c] = [await world.peer('A'), await world.peer('B'), await world.peer('C')];
      for (const { address } of [a, b, c]) swarm.add(address);
      await until(() => swarm.wires.length === 1);
      swarm.remove(b.address);
      look(world, swarm, 'B removed, which waits');
      swarm.remove(a.address);
      look(world, swarm, 'A removed, which is connected');
      await until(() => swarm.wires.length === 1);
      look(world, swarm, 'C has come');
      swarm.remove(swarm.wires[0]);
      await until(() => swarm.connections.length === 0);
      look(world, swarm, 'C removed by its wire');
      world.did(`${a.log} / ${b.log} / ${c.log}`);
      swarm.remove('127.0.0.1:9');
      look(world, swarm, 'nobody removed');
      swarm.add(b.address);
      await until(() => swarm.wires.length === 1);
      look(world, swarm, 'B added again');
    },
  },
  {
    name: 'a wire destroyed by the program, and its events',
    async run(world) {
      const swarm = world.swarm('one');
      swarm.on('wire', (/** @type {any} */ wire, /** @type {any} */ connection) => {
        world.did(`in the same turn: ${swarm.connections.includes(connection)}`);
        world.did(`${typeof connection.address().port} ${connection.remoteAddress}`);
        wire.once('close', () => look(world, swarm, 'wire: close'));
      });
      swarm.on('wire-disconnect', (/** @type {any} */ wire, /** @type {any} */ connection) => {
        world.did(
          `still there: ${swarm.wires.includes(wire)} ${swarm.connections.includes(connection)}`,
        );
      });
      const { wires, connections } = swarm;
      const peer = await world.peer('A');
      swarm.add(peer.address);
      await until(() => swarm.wires.length === 1);
      world.did('destroy()');
      swarm.wires[0].destroy();
      look(world, swarm, 'destroyed');
      await until(() => swarm.connections.length === 0);
      look(world, swarm, 'over');
      world.did(`the same arrays: ${wires === swarm.wires} ${connections === swarm.connections}`);
    },
  },
  {
    name: 'a connection destroyed by the program',
    async run(world) {
      const swarm = world.swarm('one');
      const peer = await world.peer('A');
      swarm.on('wire', (/** @type {any} */ _wire, /** @type {any} */ connection) => {
        connection.once('close', () => world.did('connection: close'));
        setImmediate(() => connection.destroy());
      });
      swarm.add(peer.address);
      await until(() => world.trace.length > 0 && swarm.connections.length === 0);
      look(world, swarm, 'over');
    },
  },
  {
    name: 'dialled again after 1, 5 and 15 seconds, and then no more',
    async run(world) {
      const swarm = world.swarm('one');
      const peer = await world.peer('A');
      swarm.add(peer.address);
      await until(() => swarm.wires.length === 1);
      peer.hangUp();
      await until(() => waits().length === 1);
      look(world, swarm, `lost: ${waits()}`);
      world.did(`priority while it waits: ${swarm.priority(peer.address, 3)}`);
      endWait();
      look(world, swarm, 'after the wait');
      await until(() => swarm.wires.length === 1);
      look(world, swarm, 'it was there');
      swarm.wires[0].destroy();
      await until(() => waits().length === 1);
      peer.manner = 'refuse';
      for (let i = 0; i < 3; i++) {
        look(world, swarm, `lost: ${waits()}`);
        endWait();
        await until(() => waits().length === 1 || (i === 2 && swarm.connections.length === 0));
      }
      await quiet();
      look(world, swarm, `given up: ${waits()}`);
      peer.manner = 'greet';
      swarm.add(peer.address);
      await until(() => swarm.wires.length === 1);
      peer.hangUp();
      await until(() => waits().length === 1);
      look(world, swarm, `added again and lost again: ${waits()}`);
      swarm.remove(peer.address);
      look(world, swarm, `removed: ${waits()}`);
      swarm.add(peer.address);
      await until(() => swarm.wires.length === 1);
      peer.hangUp();
      await until(() => waits().length === 1);
      swarm.destroy();
      look(world, swarm, `destroyed: ${waits()}`);
      await quiet();
      world.did(peer.log.sort().join());
    },
  },
  {
    name: 'blocks up and down',
    async run(world) {
      const swarm = world.swarm('one');
      const peer = await world.peer('A');
      swarm.add(peer.address);
      await until(() => swarm.wires.length === 1);
      const [wire] = swarm.wires;
      wire.piece(1, 0, Buffer.alloc(1000));
      look(world, swarm, 'sent');
      peer.sockets[0].write(
        Buffer.concat([bytes.piece(0, 0, Buffer.alloc(500)), bytes.piece(0, 500, Buffer.alloc(7))]),
      );
      await until(() => swarm.downloaded === 507);
      world.did(`${wire.downloaded} ${wire.uploaded}`);
      world.did(`${swarm.downloadSpeed() > 0} ${swarm.uploadSpeed() > 0}`);
    },
  },
  {
    name: 'what is no address',
    async run(world) {
      const swarm = world.swarm('one');
      swarm.pause();
      for (const text of ['', ':', 'a', '127.0.0.1', '127.0.0.1:', '127.0.0.1:0', '127.0.0.1:-1']) {
        swarm.add(text);
        swarm.add(`${text}x`);
      }
      swarm.add('127.0.0.1:65536');
      swarm.add('127.0.0.1:66000');
      look(world, swarm, 'none of them');
      swarm.add('127.0.0.1:65534');
      swarm.add('localhost:1');
      look(world, swarm, 'both of them');
    },
  },
];

module.exports = { scenarios };
