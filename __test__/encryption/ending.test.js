'use strict';

// The end of a wire at every stage of the exchange, from either side, and in every way.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { describe, test } = require('node:test');
const FakeTimers = require('@sinonjs/fake-timers');
const native = require('../../lib/addon.js');
const { PLAIN, RC4 } = require('./reference.js');
const { Initiator, Responder } = require('./helpers/peers.js');
const H = require('./helpers/wires.js');

const { INFO_HASH, PEER_ID, bytes, logOf, output, pwp, turn } = H;
const UNSUPPORTED = 'ERR_PWP_ENCRYPTION_UNSUPPORTED';
const TIMEOUT = 'ERR_PWP_ENCRYPTION_TIMEOUT';

/** Brings an initiator of ours to a stage. @type {[string, string | null, (wire: any, peer: Responder) => void][]} */
const BEGUN = [
  ['made', null, () => {}],
  ['begun, not sent yet', UNSUPPORTED, (wire) => wire.handshake(INFO_HASH, PEER_ID)],
  [
    'begun',
    UNSUPPORTED,
    (wire) => {
      wire.handshake(INFO_HASH, PEER_ID);
      output(wire);
    },
  ],
  [
    'begun ahead of the handshake',
    UNSUPPORTED,
    (wire) => {
      wire.startEncryption(INFO_HASH);
      output(wire);
    },
  ],
  [
    'part of a key has come',
    UNSUPPORTED,
    (wire, peer) => {
      wire.handshake(INFO_HASH, PEER_ID);
      wire.write(peer.read(output(wire)).subarray(0, 95));
    },
  ],
  [
    'the key has come',
    null,
    (wire, peer) => {
      wire.handshake(INFO_HASH, PEER_ID);
      wire.write(peer.read(output(wire)));
    },
  ],
  [
    'part of the answer has come',
    null,
    (wire, peer) => {
      wire.handshake(INFO_HASH, PEER_ID);
      wire.write(peer.read(output(wire)));
      wire.write(peer.read(output(wire)).subarray(0, 13));
    },
  ],
  [
    'settled',
    null,
    (wire, peer) => {
      wire.handshake(INFO_HASH, PEER_ID);
      wire.write(peer.read(output(wire)));
      wire.write(peer.read(output(wire)));
    },
  ],
];

/** The same of a responder of ours. @type {[string, (wire: any, peer: Initiator) => void][]} */
const ASKED = [
  ['made', () => {}],
  [
    'part of a handshake in the clear has come',
    (wire) => wire.write(bytes.handshake().subarray(0, 9)),
  ],
  ['part of a key has come', (wire, peer) => wire.write(peer.opening.subarray(0, 95))],
  ['the key has come', (wire, peer) => wire.write(peer.opening)],
  [
    'part of the request has come',
    (wire, peer) => {
      wire.write(peer.opening);
      wire.write(peer.read(output(wire)).subarray(0, 50));
    },
  ],
  [
    'settled',
    (wire, peer) => {
      wire.write(peer.opening);
      wire.write(peer.read(output(wire)));
    },
  ],
];

/** @type {[string, (wire: any) => void][]} */
const ENDS = [
  ['end', (wire) => wire.end()],
  ['destroy', (wire) => wire.destroy()],
];

/**
 * @param {any} wire
 * @param {(wire: any) => void} end
 */
async function over(wire, end) {
  const before = native.openCount();
  const log = logOf(wire, ['close', 'finish', 'end', 'encryption', 'error']);
  end(wire);
  wire.resume();
  for (let i = 0; i < 4; i++) await turn();
  assert.equal(native.openCount(), before - 1);
  assert.ok(log.some(([name]) => name === 'end'));
  assert.ok(!log.some(([name]) => name === 'encryption'));
  // Nothing comes of what is called on it now.
  wire.startEncryption(INFO_HASH);
  wire.setInfoHash(INFO_HASH);
  wire.handshake(INFO_HASH, PEER_ID);
  wire.have(1);
  const count = log.length;
  await turn();
  assert.equal(log.length, count);
  assert.equal(output(wire).length, 0);
}

for (const [how, end] of ENDS) {
  describe(`the wire ends by ${how}()`, () => {
    for (const [stage, reason, bring] of BEGUN) {
      test(`we begin: ${stage}`, async (t) => {
        const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
        t.after(() => clock.uninstall());
        const wire = pwp({ encryption: 'prefer' });
        bring(wire, new Responder({ infoHash: INFO_HASH }));
        await over(wire, end);
        assert.equal(wire.closeReason?.code ?? null, reason);
        assert.equal(clock.countTimers(), 0, 'a timer is left');
      });
    }

    for (const [stage, bring] of ASKED) {
      test(`the peer begins: ${stage}`, async (t) => {
        const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
        t.after(() => clock.uninstall());
        const wire = pwp({ encryption: 'prefer', infoHashes: [INFO_HASH] });
        bring(wire, new Initiator({ infoHash: INFO_HASH }));
        await over(wire, end);
        assert.equal(wire.closeReason, null);
        assert.equal(clock.countTimers(), 0, 'a timer is left');
      });
    }
  });
}

test('a reason of the caller comes before that of the exchange', () => {
  const wire = pwp({ encryption: 'prefer' });
  wire.handshake(INFO_HASH, PEER_ID);
  output(wire);
  const reason = new Error('mine');
  wire.destroy(reason);
  assert.equal(wire.closeReason, reason);
});

describe('it is destroyed in a handler of the exchange', () => {
  for (const event of ['data', 'crypto-infohash', 'encryption', 'crypto-handshake']) {
    test(event, async () => {
      const wire = /** @type {any} */ (pwp({ encryption: 'prefer', infoHashes: [] }));
      const log = logOf(wire, ['close', 'finish', 'end']);
      const peer = new Initiator({ infoHash: INFO_HASH, initial: bytes.handshake() });
      /** @type {Buffer[]} */
      const got = [];
      wire.on('data', (/** @type {Buffer} */ chunk) => got.push(chunk));
      wire.on('crypto-infohash', () => wire.setInfoHash(INFO_HASH));
      await turn();
      wire.once(event, () => wire.destroy());
      wire.write(peer.opening);
      const third = peer.read(Buffer.concat(got.splice(0)));
      if (event !== 'data') wire.write(third);
      for (let i = 0; i < 4; i++) await turn();
      assert.deepEqual(log.map(([name]) => name).sort(), ['close', 'end', 'finish']);
    });
  }
});

describe('30 seconds', () => {
  /** @type {[string, any][]} */
  const sides = [
    ...BEGUN.slice(2, 7).map(
      ([stage, , bring]) =>
        /** @type {[string, any]} */ ([
          `we begin: ${stage}`,
          () => {
            const wire = pwp({ encryption: 'prefer' });
            bring(wire, new Responder({ infoHash: INFO_HASH }));
            return wire;
          },
        ]),
    ),
    ...ASKED.slice(1, 5).map(
      ([stage, bring]) =>
        /** @type {[string, any]} */ ([
          `the peer begins: ${stage}`,
          () => {
            const wire = pwp({ encryption: 'prefer', infoHashes: [INFO_HASH] });
            bring(wire, new Initiator({ infoHash: INFO_HASH }));
            return wire;
          },
        ]),
    ),
  ];
  for (const [stage, make] of sides) {
    test(`are the most it may take, ${stage}`, (t) => {
      const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
      t.after(() => clock.uninstall());
      const wire = make();
      const errors = logOf(wire, ['error', 'close']);
      clock.tick(29_999);
      assert.equal(wire.closeReason, null);
      clock.tick(1);
      assert.equal(wire.closeReason?.code, TIMEOUT);
      assert.deepEqual(
        errors.map(([name]) => name),
        ['error', 'close'],
      );
      assert.equal(clock.countTimers(), 0);
    });
  }

  for (const [name, method] of Object.entries({ rc4: RC4, plain: PLAIN })) {
    test(`no longer count once it is settled: ${name}`, (t) => {
      const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
      t.after(() => clock.uninstall());
      for (const { wire } of [H.asked({}, { methods: method }), H.begun({}, { choose: method })]) {
        assert.equal(clock.countTimers(), 0);
        clock.tick(60_000);
        assert.equal(wire.closeReason, null);
      }
    });
  }

  test('no longer count once the peer has begun in the clear', (t) => {
    const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
    t.after(() => clock.uninstall());
    const wire = pwp({ encryption: 'prefer' });
    for (const byte of bytes.handshake()) wire.write(Buffer.from([byte]));
    assert.equal(clock.countTimers(), 0);
  });

  test('do not keep the process alive', () => {
    const program = `
      const pwp = require(${JSON.stringify(path.join(__dirname, '../../index.js'))});
      const wire = pwp({ encryption: 'prefer' });
      wire.handshake(Buffer.alloc(20), Buffer.alloc(20));
      wire.on('data', () => {});
      const other = pwp({ encryption: 'require' });
      other.write(Buffer.alloc(50, 7));
    `;
    const started = Date.now();
    execFileSync(process.execPath, ['-e', program], { timeout: 25_000 });
    assert.ok(Date.now() - started < 25_000);
  });
});

test('a wire that is forgotten in the middle of an exchange is collected with its decoder', async () => {
  const { setFlagsFromString } = require('node:v8');
  setFlagsFromString('--expose-gc');
  const gc = require('node:vm').runInNewContext('gc');
  const clock = FakeTimers.install({ toFake: ['setTimeout', 'clearTimeout'] });
  const before = native.openCount();
  const make = () => {
    for (let i = 0; i < 50; i++) {
      const wire = pwp({ encryption: 'prefer', infoHashes: [INFO_HASH] });
      wire.write(new Initiator({ infoHash: INFO_HASH }).opening);
    }
  };
  make();
  assert.equal(native.openCount(), before + 50);
  // Their time is up: nothing else holds them.
  clock.tick(30_000);
  clock.uninstall();
  for (let i = 0; i < 50 && native.openCount() > before; i++) {
    await turn();
    gc();
  }
  // Those of other tests may have gone too.
  assert.ok(native.openCount() <= before, `${native.openCount()} are open`);
});
