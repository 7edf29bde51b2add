'use strict';

// What an extension is told, and when. The same expectations for bittorrent-protocol and for this
// package.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { make } = require('./helpers/peers.js');
const { bytes, introduction, logEvents, logging, sending } = require('./helpers/recorded.js');

const HASH = bytes.INFO_HASH.toString('hex');
const ID = bytes.PEER_ID.toString('hex');
const KINDS = /** @type {const} */ (['native', 'bittorrent-protocol']);

/**
 * @param {(typeof KINDS)[number]} kind
 * @param {import('node:test').TestContext} t
 */
async function started(kind, t) {
  const wire = await make(kind);
  t.after(() => wire.destroy());
  /** @type {any[][]} */
  const log = [];
  return {
    wire,
    log,
    sent: sending(wire),
    /** Names of what was logged since this was last called. */
    names: () => log.splice(0).map(([name]) => name),
  };
}

const flags = (/** @type {string} */ kind) => ({
  dht: false,
  extended: true,
  ...(kind === 'native' ? {} : { fast: false }),
});

for (const kind of KINDS) {
  describe(kind, () => {
    test('the hooks and their arguments', async (t) => {
      const { wire, log, sent } = await started(kind, t);
      wire.use(logging(log, 'alpha'));
      wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
      assert.deepEqual(await sent(), [['handshake']]);
      const said = { m: { alpha: 3 }, v: 'Peer 1.0', reqq: 500, metadata_size: 7, odd: { a: 'b' } };
      wire.write(bytes.handshake());
      wire.write(introduction(said));
      wire.write(bytes.extended(1, Buffer.from('hello')));
      assert.deepEqual(await sent(), [['extended', 0, { m: { alpha: 1 } }]]);
      assert.deepEqual(log, [
        ['alpha.onHandshake', HASH, ID, flags(kind)],
        ['alpha.onExtendedHandshake', said],
        ['alpha.onMessage', 'hello'],
      ]);
      assert.equal(wire.alpha.wire, wire);
    });

    test('before the hook of the handshake its event, after the others theirs', async (t) => {
      const { wire, log, sent, names } = await started(kind, t);
      wire.use(logging(log, 'alpha'));
      logEvents(wire, log);
      wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
      wire.write(bytes.handshake());
      await sent();
      assert.deepEqual(names(), ['handshake', 'alpha.onHandshake']);
      wire.write(introduction({ m: { alpha: 3 } }));
      wire.write(bytes.extended(1, Buffer.from('hello')));
      wire.write(bytes.extended(9, Buffer.from('nobody')));
      await sent();
      assert.deepEqual(log, [
        ['alpha.onExtendedHandshake', { m: { alpha: 3 } }],
        ['extended', 'handshake', { m: { alpha: 3 } }],
        ['alpha.onMessage', 'hello'],
        ['extended', 'alpha', 'hello'],
        ['extended', 9, 'nobody'],
      ]);
    });

    test('who has sent its handshake introduces itself after the hooks', async (t) => {
      const { wire, log, sent } = await started(kind, t);
      const Extension = logging(log, 'alpha', {
        onHandshake() {
          this.wire.extendedHandshake.v = 'told in the hook';
        },
      });
      wire.use(Extension);
      wire.on('handshake', () => {
        wire.extendedHandshake.p = 6881;
      });
      wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
      wire.write(bytes.handshake());
      const expected = { m: { alpha: 1 }, p: 6881, v: 'told in the hook' };
      assert.deepEqual(await sent(), [['handshake'], ['extended', 0, expected]]);
    });

    test('who answers a handshake introduces itself at once', async (t) => {
      const { wire, log, sent } = await started(kind, t);
      const Extension = logging(log, 'alpha', {
        onHandshake() {
          this.wire.extendedHandshake.v = 'too late';
          this.wire.extended(0, {});
        },
      });
      wire.use(Extension);
      logEvents(wire, log);
      wire.on('handshake', () => {
        wire.extendedHandshake.p = 6881;
        wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
        wire.have(1);
      });
      wire.write(bytes.handshake());
      assert.deepEqual(await sent(), [
        ['handshake'],
        ['extended', 0, { m: { alpha: 1 }, p: 6881 }],
        [4],
        ['extended', 0, {}],
      ]);
      assert.deepEqual(
        log.map(([name]) => name),
        ['handshake', 'alpha.onHandshake'],
      );
    });

    test('who answers later introduces itself then', async (t) => {
      const { wire, log, sent } = await started(kind, t);
      wire.use(logging(log, 'alpha'));
      wire.write(bytes.handshake());
      assert.deepEqual(await sent(), []);
      wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
      assert.deepEqual(await sent(), [['handshake'], ['extended', 0, { m: { alpha: 1 } }]]);
    });

    test('a peer that does not speak the extension protocol', async (t) => {
      const { wire, log, sent, names } = await started(kind, t);
      wire.use(logging(log, 'alpha'));
      wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
      const greeting = bytes.handshake();
      greeting[25] = 0;
      wire.write(greeting);
      assert.deepEqual(await sent(), [['handshake']]);
      assert.deepEqual(names(), ['alpha.onHandshake']);
    });

    test('what a constructor leaves in extendedHandshake, a field or all of it', async (t) => {
      const { wire, sent } = await started(kind, t);
      wire.use(
        logging([], 'alpha', {
          made(itself) {
            itself.extendedHandshake = { hello: 'world' };
          },
        }),
      );
      wire.use(
        logging([], 'beta', {
          made(itself) {
            itself.extendedHandshake.reqq = 12;
          },
        }),
      );
      wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
      wire.write(bytes.handshake());
      const expected = { hello: 'world', m: { alpha: 1, beta: 2 }, reqq: 12 };
      assert.deepEqual(await sent(), [['handshake'], ['extended', 0, expected]]);
      assert.deepEqual(wire.extendedHandshake, { hello: 'world', reqq: 12 });
    });

    test('two extensions, of which the peer has one', async (t) => {
      const { wire, log, sent, names } = await started(kind, t);
      wire.use(logging(log, 'alpha'));
      wire.use(logging(log, 'beta'));
      wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
      wire.write(bytes.handshake());
      wire.write(introduction({ m: { beta: 3, gamma: 4 } }));
      wire.write(bytes.extended(2, Buffer.from('b')));
      wire.write(bytes.extended(1, Buffer.from('a')));
      await sent();
      assert.deepEqual(names(), [
        'alpha.onHandshake',
        'beta.onHandshake',
        'beta.onExtendedHandshake',
        'beta.onMessage',
        'alpha.onMessage',
      ]);
    });

    test('an extension without hooks, by a function, hears nothing and is there', async (t) => {
      const { wire, sent } = await started(kind, t);
      function Extension() {}
      Extension.prototype.name = 'bare';
      wire.use(Extension);
      wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
      wire.write(bytes.handshake());
      wire.write(introduction({ m: { bare: 3 } }));
      wire.write(bytes.extended(1, Buffer.from('x')));
      assert.deepEqual(await sent(), [['handshake'], ['extended', 0, { m: { bare: 1 } }]]);
      assert.ok(wire.bare instanceof Extension);
      wire.extended('bare', Buffer.from('y'));
      assert.deepEqual(await sent(), [['extended', 3, 'y']]);
    });
  });
}

test('of a peer that goes over to version 2 extensions are told the info hash we gave', async (t) => {
  const { wire, log } = await started('native', t);
  wire.use(logging(log, 'alpha'));
  logEvents(wire, log);
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID, { v2: true });
  const greeting = bytes.handshake(0x10); // the bit of BEP 52
  greeting.fill(0xbb, 28, 48);
  wire.write(greeting);
  assert.equal(log[0][0], 'handshake');
  assert.deepEqual(log[1].slice(0, 2), ['alpha.onHandshake', HASH]);
});
