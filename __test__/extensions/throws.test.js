'use strict';

// An extension that throws: most often the peer's doing. It costs the connection, and nobody else.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const { describe, test } = require('node:test');
const { PATIENCE, ROLES, connect, pwp, title } = require('./helpers/peers.js');
const {
  bytes,
  introduction,
  logEvents,
  logging,
  named,
  sending,
} = require('./helpers/recorded.js');

const HOOKS = /** @type {const} */ (['onHandshake', 'onExtendedHandshake', 'onMessage']);
const CAUSE = new TypeError('a mistake of the extension');

/** What the peer sends so that all hooks are called. */
const CONVERSATION = [
  bytes.handshake(),
  introduction({ m: { alpha: 3 } }),
  bytes.extended(1, Buffer.from('hello')),
];

/**
 * @param {string} hook that throws
 * @param {unknown} [what] it throws
 */
const throwing = (hook, what = CAUSE) =>
  named('alpha', {
    [hook]() {
      throw what;
    },
  });

for (const hook of HOOKS) {
  describe(hook, () => {
    test('closes the wire, with the cause kept', async () => {
      const wire = pwp();
      wire.use(throwing(hook));
      wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
      /** @type {unknown[]} */
      const errors = [];
      let closed = 0;
      wire.on('error', (error) => errors.push(error));
      wire.on('close', () => closed++);
      for (const chunk of CONVERSATION.slice(0, HOOKS.indexOf(hook) + 1)) wire.write(chunk);
      const { closeReason } = wire;
      assert.equal(closed, 1);
      assert.deepEqual(errors, [closeReason]);
      assert.equal(closeReason?.code, 'ERR_PWP_EXTENSION');
      assert.equal(closeReason?.cause, CAUSE);
      assert.equal(closeReason?.message, `extension alpha threw: ${CAUSE.message}`);
      wire.removeAllListeners('error');
      wire.resume();
      await once(wire, 'end');
      assert.equal(closed, 1);
    });

    test('its event is not emitted, but that of the handshake, which came before', () => {
      const wire = pwp();
      wire.use(throwing(hook));
      /** @type {any[][]} */
      const log = [];
      logEvents(wire, log);
      wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
      for (const chunk of CONVERSATION.slice(0, HOOKS.indexOf(hook) + 1)) wire.write(chunk);
      const names = log.map(([name, what]) => (name === 'extended' ? `extended ${what}` : name));
      const expected = ['handshake', 'extended handshake', 'extended alpha'];
      assert.deepEqual(names, [...expected.slice(0, Math.max(HOOKS.indexOf(hook), 1)), 'close']);
    });

    test('whatever it throws', () => {
      for (const [what, says] of [
        ['text', 'text'],
        [undefined, 'undefined'],
        [null, 'null'],
        [7, '7'],
      ]) {
        const wire = pwp();
        wire.use(
          named('alpha', {
            [hook]() {
              throw what;
            },
          }),
        );
        wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
        for (const chunk of CONVERSATION.slice(0, HOOKS.indexOf(hook) + 1)) wire.write(chunk);
        assert.equal(wire.closeReason?.code, 'ERR_PWP_EXTENSION');
        assert.equal(wire.closeReason?.message, `extension alpha threw: ${says}`);
        assert.ok('cause' in /** @type {Error} */ (wire.closeReason));
        assert.equal(wire.closeReason?.cause, what);
      }
    });

    for (const roles of ROLES.filter(({ asking }) => asking === 'native')) {
      test(`${title(roles)}: the peer sees the connection end`, PATIENCE, async (t) => {
        const { server, client, greet } = await connect(t, roles);
        const ended = once(server, 'finish');
        // Not once(): a listener for `error` would change what happens.
        const closed = new Promise((resolve) => client.on('close', resolve));
        client.use(throwing(hook));
        server.use(named('alpha'));
        server.on('extended', () => server.extended('alpha', Buffer.from('hello')));
        greet();
        await closed;
        await ended;
        assert.equal(client.closeReason.cause, CAUSE);
      });
    }
  });
}

test('of what came with it nothing more is read, as if it had come later', () => {
  const wire = pwp();
  /** @type {any[][]} */
  const log = [];
  wire.use(throwing('onMessage'));
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.write(CONVERSATION[0]);
  logEvents(wire, log);
  const [, , hello] = CONVERSATION;
  wire.write(Buffer.concat([bytes.have(1), hello, bytes.have(2), hello, bytes.have(3)]));
  assert.deepEqual(log, [['have', 1], ['close']]);
});

test('requests fail as on any wire that closes', async () => {
  const wire = pwp();
  wire.use(throwing('onMessage'));
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.write(Buffer.concat([...CONVERSATION.slice(0, 2), bytes.unchoke]));
  const block = wire.requestBlock(0, 0, 4);
  wire.write(CONVERSATION[2]);
  await assert.rejects(block, { code: 'ERR_PWP_WIRE_CLOSED' });
});

test('the other extensions have had the message, or will not', () => {
  for (const [at, expected] of /** @type {const} */ ([
    [0, []],
    [1, ['beta.onExtendedHandshake']],
  ])) {
    const wire = pwp();
    /** @type {any[][]} */
    const log = [];
    const classes = [logging(log, 'beta')];
    classes.splice(at, 0, throwing('onExtendedHandshake'));
    for (const Extension of classes) wire.use(Extension);
    wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
    wire.write(bytes.handshake());
    log.length = 0;
    wire.write(introduction({ m: { alpha: 3, beta: 4 } }));
    assert.deepEqual(
      log.map(([name]) => name),
      expected,
    );
    assert.equal(wire.closeReason?.code, 'ERR_PWP_EXTENSION');
  }
});

test('after onHandshake threw the others are not told, nor is anything announced', async () => {
  const wire = pwp();
  /** @type {any[][]} */
  const log = [];
  wire.use(throwing('onHandshake'));
  wire.use(logging(log, 'beta'));
  const sent = sending(wire);
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.write(bytes.handshake());
  assert.deepEqual([log, await sent()], [[], [['handshake']]]);
});

test("a constructor that throws is its user's: nothing has changed", async () => {
  const wire = pwp();
  const sent = sending(wire);
  const Extension = named('alpha', {
    made() {
      throw CAUSE;
    },
  });
  assert.throws(() => wire.use(Extension), CAUSE);
  assert.deepEqual([wire.closeReason, wire.destroyed, 'alpha' in wire], [null, false, false]);
  assert.deepEqual(wire.extendedMapping, {});
  assert.equal('get' in wire.peerPieces, false);
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.write(bytes.handshake());
  assert.deepEqual(await sent(), [['handshake']]);
});

test('the process lives, and so do its other wires', () => {
  const child = `
    const pwp = require('../../index.js');
    const { bytes, introduction, named } = require('./helpers/recorded.js');
    const chunks = [
      bytes.handshake(),
      introduction({ m: { alpha: 3 } }),
      bytes.extended(1, Buffer.from('hello')),
    ];
    const hooks = ['onHandshake', 'onExtendedHandshake', 'onMessage'];
    const wires = hooks.map((hook) => {
      const wire = pwp();
      wire.use(named('alpha', { [hook]() { throw new Error(hook); } }));
      return wire;
    });
    const other = pwp();
    other.on('handshake', () => {
      for (const { closeReason } of wires) console.log(closeReason.code, closeReason.cause.message);
    });
    for (const [i, wire] of wires.entries()) for (const chunk of chunks.slice(0, i + 1)) wire.write(chunk);
    setTimeout(() => other.write(chunks[0]), 10);
  `;
  const options = /** @type {const} */ ({ cwd: __dirname, encoding: 'utf8' });
  const said = execFileSync(process.execPath, ['-e', child], options);
  assert.deepEqual(
    said.trim().split('\n'),
    HOOKS.map((hook) => `ERR_PWP_EXTENSION ${hook}`),
  );
});
