'use strict';

// Extensions that are put to use when the conversation has begun.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { describe, test } = require('node:test');
const {
  PATIENCE,
  ROLES,
  connect,
  delivered,
  pwp,
  published,
  title,
} = require('./helpers/peers.js');
const { bytes, introduction, logging, named, sending } = require('./helpers/recorded.js');
const { torrentOfSize } = require('./helpers/torrents.js');

/** @param {import('node:test').TestContext} t */
function started(t) {
  const wire = pwp();
  t.after(() => wire.destroy());
  /** @type {any[][]} */
  const log = [];
  return { wire, log, sent: sending(wire), greet: () => greet(wire) };
}

/** @param {any} wire */
const greet = (wire) => wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);

describe('in the handler of the handshake', () => {
  test('of a wire that has sent its own: told and announced as if there before', async (t) => {
    const { wire, log, sent } = started(t);
    wire.on('handshake', () => wire.use(logging(log, 'alpha')));
    greet(wire);
    wire.write(bytes.handshake());
    assert.deepEqual(await sent(), [['handshake'], ['extended', 0, { m: { alpha: 1 } }]]);
    assert.deepEqual(
      log.map(([name]) => name),
      ['alpha.onHandshake'],
    );
  });

  for (const order of ['before', 'after']) {
    test(`${order} it sends its own`, async (t) => {
      const { wire, log, sent } = started(t);
      wire.on('handshake', () => {
        if (order === 'after') greet(wire);
        wire.use(logging(log, 'alpha'));
        wire.use(logging(log, 'beta'));
        if (order === 'before') greet(wire);
      });
      wire.write(bytes.handshake());
      assert.deepEqual(await sent(), [
        ['handshake'],
        ['extended', 0, { m: { alpha: 1, beta: 2 } }],
      ]);
      assert.deepEqual(
        log.map(([name]) => name),
        ['alpha.onHandshake', 'beta.onHandshake'],
      );
    });
  }

  test('one before it, one in it: announced once, together', async (t) => {
    const { wire, log, sent } = started(t);
    wire.use(logging(log, 'alpha'));
    wire.on('handshake', () => wire.use(logging(log, 'beta')));
    greet(wire);
    wire.write(bytes.handshake());
    assert.deepEqual(await sent(), [['handshake'], ['extended', 0, { m: { alpha: 1, beta: 2 } }]]);
  });
});

describe('after both handshakes', () => {
  test('announced once for all of a tick, and with those there before', async (t) => {
    const { wire, log, sent } = started(t);
    wire.use(logging(log, 'alpha'));
    greet(wire);
    wire.write(bytes.handshake());
    await sent();
    wire.use(logging(log, 'beta'));
    wire.use(logging(log, 'gamma'));
    wire.extendedHandshake.v = 'set after use';
    assert.deepEqual(await sent(), [
      ['extended', 0, { m: { alpha: 1, beta: 2, gamma: 3 }, v: 'set after use' }],
    ]);
    wire.use(logging(log, 'delta'));
    assert.equal((await sent()).length, 1);
  });

  test('messages reach it; what it has missed does not', async (t) => {
    const { wire, log, sent } = started(t);
    wire.use(logging(log, 'alpha'));
    greet(wire);
    wire.write(bytes.handshake());
    wire.write(introduction({ m: { alpha: 7, beta: 8 } }));
    log.length = 0;
    wire.use(logging(log, 'beta'));
    await sent();
    wire.write(bytes.extended(2, Buffer.from('hello')));
    assert.deepEqual(log, [['beta.onMessage', 'hello']]);
    wire.extended('beta', Buffer.from('hi'));
    assert.deepEqual(await sent(), [['extended', 8, 'hi']], 'what the peer said is known');
    wire.write(introduction({ m: { beta: 9 } }));
    assert.deepEqual(log.slice(1), [
      ['alpha.onExtendedHandshake', { m: { beta: 9 } }],
      ['beta.onExtendedHandshake', { m: { beta: 9 } }],
    ]);
  });

  test('the first of all, of which the peer is told', async (t) => {
    const { wire, log, sent } = started(t);
    greet(wire);
    wire.write(bytes.handshake());
    assert.deepEqual(await sent(), [['handshake']]);
    wire.use(logging(log, 'alpha'));
    assert.deepEqual(await sent(), [['extended', 0, { m: { alpha: 1 } }]]);
    wire.write(introduction({ m: { alpha: 7 } }));
    wire.write(bytes.extended(1, Buffer.from('hello')));
    assert.deepEqual(log, [
      ['alpha.onExtendedHandshake', { m: { alpha: 7 } }],
      ['alpha.onMessage', 'hello'],
    ]);
  });

  test('the first of all, when the peer has introduced itself: what it said was not kept', async (t) => {
    const { wire, sent } = started(t);
    greet(wire);
    wire.write(bytes.handshake());
    wire.write(introduction({ m: { alpha: 7 } }));
    wire.use(named('alpha'));
    await sent();
    assert.throws(() => wire.extended('alpha', {}), { code: 'ERR_PWP_UNKNOWN_EXTENSION' });
    wire.write(introduction({ m: { alpha: 7 } }));
    wire.extended('alpha', Buffer.from('hi'));
    assert.deepEqual(await sent(), [['extended', 7, 'hi']]);
  });

  test('on a wire that has closed', async (t) => {
    const { wire, log, sent } = started(t);
    greet(wire);
    wire.write(bytes.handshake());
    wire.destroy();
    await sent();
    wire.use(logging(log, 'alpha'));
    assert.deepEqual(await sent(), []);
    assert.equal(wire.closeReason, null);
  });

  test('of a peer that does not speak the extension protocol nothing comes of it', async (t) => {
    const { wire, log, sent } = started(t);
    greet(wire);
    const greeting = bytes.handshake();
    greeting[25] = 0;
    wire.write(greeting);
    await sent();
    wire.use(logging(log, 'alpha'));
    assert.deepEqual(await sent(), []);
  });
});

for (const roles of ROLES.filter(({ asking }) => asking === 'native')) {
  test(`${title(roles)}: ut_metadata put to use by who has met its peer`, PATIENCE, async (t) => {
    const { utMetadata, utPex } = await published;
    const torrent = torrentOfSize(40_000);
    const { server, client, meet } = await connect(t, roles, { infoHash: torrent.infoHash });
    server.use(utMetadata(torrent.info));
    client.use(utPex());
    await meet();
    const learnt = once(server, 'extended');
    client.use(utMetadata());
    client.ut_metadata.fetch();
    await learnt;
    // What came before is not told again; a peer that serves has said how much there is.
    client.ut_metadata.onHandshake(torrent.infoHash.toString('hex'));
    const fetched = once(client.ut_metadata, 'metadata');
    client.ut_metadata.onExtendedHandshake(client.peerExtendedHandshake);
    assert.deepEqual(Buffer.from((await fetched)[0]), torrent.torrent);
    await delivered(client, server);
  });
}
