'use strict';

// ut_pex (BEP 11), unmodified: what one side knows of peers, the other learns.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { describe, test } = require('node:test');
const FakeTimers = require('@sinonjs/fake-timers');
const { PATIENCE, ROLES, connect, delivered, published, title } = require('./helpers/peers.js');

/** ut_pex sends this often, in milliseconds. */
const INTERVAL = 65_000;
/** What it goes by. Sockets need the other timers to be real. */
const CLOCK = ['setInterval', 'clearInterval', 'Date'];

const NO_FLAGS = {
  prefersEncryption: false,
  isSender: false,
  supportsUtp: false,
  supportsUtHolepunch: false,
  isReachable: false,
};

/**
 * Two wires that have greeted each other, and what the client hears of ut_pex.
 * @param {import('node:test').TestContext} t
 * @param {import('./helpers/peers.js').Roles} roles
 */
async function exchanging(t, roles) {
  const { utPex } = await published;
  const clock = FakeTimers.install({ toFake: CLOCK, now: 1e12 });
  t.after(() => clock.uninstall());
  const { server, client, meet } = await connect(t, roles);
  server.use(utPex());
  client.use(utPex());
  await meet();
  /** @type {unknown[][]} */
  const heard = [];
  for (const name of ['peer', 'dropped', 'warning']) {
    client.ut_pex.on(name, (/** @type {unknown[]} */ ...args) => heard.push([name, ...args]));
  }
  return {
    clock,
    server,
    client,
    /** What the client has heard since this was last called, an interval later. */
    async round() {
      await clock.tickAsync(INTERVAL);
      await delivered(server, client);
      return heard.splice(0);
    },
  };
}

for (const roles of ROLES) {
  describe(title(roles), PATIENCE, () => {
    test('peers met and lost, of IPv4 and IPv6, with flags', async (t) => {
      const { server, round } = await exchanging(t, roles);
      const pex = server.ut_pex;
      pex.start();
      pex.addPeer('127.0.0.1:6889', { isSender: true, supportsUtp: true });
      pex.addPeer('10.1.2.3:65535');
      pex.addPeer6('[2001:db8::1]:6881', { prefersEncryption: true, supportsUtHolepunch: true });
      pex.addPeer6('[::1]:1', { isReachable: true });
      pex.dropPeer('192.168.0.1:80');
      pex.dropPeer6('[fe80::2]:443');
      assert.deepEqual(await round(), [
        ['peer', '127.0.0.1:6889', { ...NO_FLAGS, isSender: true, supportsUtp: true }],
        ['peer', '10.1.2.3:65535', NO_FLAGS],
        [
          'peer',
          '[2001:db8::1]:6881',
          { ...NO_FLAGS, prefersEncryption: true, supportsUtHolepunch: true },
        ],
        ['peer', '[::1]:1', { ...NO_FLAGS, isReachable: true }],
        ['dropped', '192.168.0.1:80'],
        ['dropped', '[fe80::2]:443'],
      ]);
      pex.dropPeer('127.0.0.1:6889');
      pex.addPeer('192.168.0.1:80');
      assert.deepEqual(await round(), [
        ['peer', '192.168.0.1:80', NO_FLAGS],
        ['dropped', '127.0.0.1:6889'],
      ]);
    });

    test('only what is new is told, 50 at a time, and nothing of nonsense', async (t) => {
      const { server, round } = await exchanging(t, roles);
      const names = Array.from({ length: 60 }, (_, i) => `10.0.0.${i}:6881`);
      for (const name of [...names, 'nonsense', names[3]]) server.ut_pex.addPeer(name);
      server.ut_pex.addPeer('10.9.9.9:1');
      server.ut_pex.dropPeer('10.9.9.9:1');
      server.ut_pex.start();
      const peers = (/** @type {unknown[][]} */ heard) =>
        heard.filter(([name]) => name === 'peer').map(([, peer]) => peer);
      const first = await round();
      assert.deepEqual(peers(first), names.slice(0, 50));
      assert.deepEqual(first.at(-1), ['dropped', '10.9.9.9:1']);
      assert.deepEqual(peers(await round()), names.slice(50));
      server.ut_pex.addPeer(names[3]);
      assert.deepEqual(await round(), [], 'it has come before');
    });

    test('what a peer has told is not told to it', async (t) => {
      const { clock, server, client, round } = await exchanging(t, roles);
      server.ut_pex.addPeer('10.0.0.1:1');
      server.ut_pex.start();
      await round();
      const learnt = [];
      server.ut_pex.on('peer', (/** @type {string} */ peer) => learnt.push(peer));
      client.ut_pex.addPeer('10.0.0.1:1');
      client.ut_pex.addPeer('10.0.0.2:2');
      client.ut_pex.start();
      await clock.tickAsync(INTERVAL);
      await delivered(client, server);
      assert.deepEqual(learnt, ['10.0.0.2:2']);
    });

    test('start(), stop() and reset()', async (t) => {
      const { server, client, round } = await exchanging(t, roles);
      let messages = 0;
      client.on('extended', () => messages++);
      const pex = server.ut_pex;
      pex.addPeer('10.0.0.1:1');
      assert.deepEqual(await round(), [], 'not started');
      pex.start();
      pex.stop();
      assert.deepEqual(await round(), [], 'stopped');
      pex.start();
      assert.deepEqual(await round(), [['peer', '10.0.0.1:1', NO_FLAGS]]);
      assert.equal(messages, 1);
      pex.addPeer('10.0.0.2:2');
      pex.reset();
      assert.deepEqual(await round(), []);
      assert.equal(messages, 1);
      pex.start();
      assert.deepEqual(await round(), [], 'and forgotten');
      assert.equal(messages, 2);
      client.ut_pex.reset();
      pex.addPeer('10.0.0.1:1');
      assert.deepEqual(await round(), [['peer', '10.0.0.1:1', NO_FLAGS]], 'new once more');
    });

    test('a message a minute at most: the wire of who sends more is closed', async (t) => {
      const { clock, server, client, round } = await exchanging(t, roles);
      let closed = 0;
      client.on('close', () => closed++);
      server.ut_pex.start();
      await round();
      assert.deepEqual([closed, client.destroyed], [0, false]);
      await clock.tickAsync(59_000);
      const finished = once(client, 'finish');
      const warned = once(client.ut_pex, 'warning');
      const pex = { added: Buffer.from([10, 0, 0, 1, 0, 1]), 'added.f': Buffer.from([0]) };
      server.extended('ut_pex', pex);
      const [{ message }] = await warned;
      assert.equal(message, 'Peer disconnected for sending PEX messages too frequently');
      await finished;
      assert.deepEqual(client.ut_pex._remoteAddedPeers, {}, 'and what came is not believed');
      if (roles.asking !== 'native') return;
      assert.deepEqual([closed, client.destroyed, client.closeReason], [1, true, null]);
    });
  });
}
