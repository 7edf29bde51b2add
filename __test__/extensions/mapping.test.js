'use strict';

// Each side numbers its extensions as it likes, and each has names for what the other's numbers mean.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { PATIENCE, ROLES, connect, delivered, pwp, title } = require('./helpers/peers.js');
const { bytes, introduction, logging, named, sending } = require('./helpers/recorded.js');

/**
 * A wire that has both handshakes, with extensions that log.
 * @param {import('node:test').TestContext} t
 * @param {...string} names
 */
function introduced(t, ...names) {
  const wire = pwp();
  t.after(() => wire.destroy());
  /** @type {any[][]} */
  const log = [];
  for (const name of names) wire.use(logging(log, name));
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.write(bytes.handshake());
  log.length = 0;
  return { wire, log, sent: sending(wire) };
}

const UNKNOWN = { code: 'ERR_PWP_UNKNOWN_EXTENSION', message: 'Unrecognized extension: alpha' };

for (const roles of ROLES) {
  test(`${title(roles)}: the ids of both differ`, PATIENCE, async (t) => {
    const { server, client, meet } = await connect(t, roles);
    /** @type {any[][]} */
    const log = [];
    for (const name of ['one', 'two', 'three']) server.use(logging(log, name));
    for (const name of ['three', 'more', 'one']) client.use(logging(log, name));
    await meet();
    log.length = 0;
    assert.deepEqual(server.extendedMapping, { 1: 'one', 2: 'two', 3: 'three' });
    assert.deepEqual(server.peerExtendedMapping, { three: 1, more: 2, one: 3 });
    assert.deepEqual(client.peerExtendedMapping, { one: 1, two: 2, three: 3 });
    server.extended('one', Buffer.from('a'));
    server.extended('three', Buffer.from('b'));
    server.extended(2, Buffer.from('c'));
    await delivered(server, client);
    client.extended('one', Buffer.from('d'));
    client.extended('three', { dictionary: 1 });
    client.extended('two', Buffer.from('e'));
    await delivered(client, server);
    assert.deepEqual(log, [
      ['one.onMessage', 'a'],
      ['three.onMessage', 'b'],
      ['more.onMessage', 'c'],
      ['one.onMessage', 'd'],
      ['three.onMessage', 'd10:dictionaryi1ee'],
      ['two.onMessage', 'e'],
    ]);
    assert.throws(() => client.extended('more', {}), /^Error: Unrecognized extension: more$/);
  });
}

describe('what a later extension handshake says', () => {
  test('is added; 0 takes away; an id may change', async (t) => {
    const { wire, log, sent } = introduced(t, 'alpha', 'beta');
    await sent();
    const send = (/** @type {string} */ name) => wire.extended(name, Buffer.from('x'));
    wire.write(introduction({ m: { alpha: 3 } }));
    wire.write(introduction({ m: { beta: 4 }, v: 'one' }));
    send('alpha');
    send('beta');
    wire.write(introduction({ m: { alpha: 0, beta: 200 } }));
    // An extension that is in the middle of something must not throw for what its peer did.
    send('alpha');
    send('beta');
    wire.write(introduction({ m: { alpha: 5 } }));
    send('alpha');
    assert.deepEqual(
      (await sent()).map(([, id]) => id),
      [3, 4, 200, 5],
    );
    assert.deepEqual(wire.peerExtendedMapping, { alpha: 5, beta: 200 });
    assert.deepEqual(wire.peerExtendedHandshake, { m: { alpha: 5 } }, 'the last');
    // The hook of one that the peer has taken away is not called.
    const called = log.map(([name, said]) => `${name[0]} ${JSON.stringify(said.m)}`);
    assert.deepEqual(called, [
      'a {"alpha":3}',
      'a {"beta":4}',
      'b {"beta":4}',
      'b {"alpha":0,"beta":200}',
      'a {"alpha":5}',
      'b {"alpha":5}',
    ]);
  });

  test('one taken away is still heard: the id is ours', (t) => {
    const { wire, log } = introduced(t, 'alpha');
    wire.write(introduction({ m: { alpha: 3 } }));
    wire.write(introduction({ m: { alpha: 0 } }));
    log.length = 0;
    wire.write(bytes.extended(1, Buffer.from('x')));
    assert.deepEqual(log, [['alpha.onMessage', 'x']]);
  });

  test('an id that is none is no announcement', (t) => {
    const { wire } = introduced(t, 'alpha');
    for (const id of [256, -1, 2 ** 40, '3', [3], { id: 3 }]) {
      wire.write(introduction({ m: { alpha: id, beta: 1 } }));
    }
    assert.deepEqual(wire.peerExtendedMapping, { beta: 1 });
    assert.throws(() => wire.extended('alpha', {}), UNKNOWN);
  });

  test('names that mean something to JavaScript are nothing special', (t) => {
    const { wire } = introduced(t, 'alpha');
    for (const name of ['toString', 'constructor', '__proto__', 'hasOwnProperty']) {
      assert.throws(() => wire.extended(name, {}), { code: 'ERR_PWP_UNKNOWN_EXTENSION' });
    }
    wire.write(introduction({ m: { toString: 4, hasOwnProperty: 5, constructor: 0 } }));
    wire.write(bytes.extended(0, Buffer.from('d1:md9:__proto__i3eee')));
    assert.deepEqual({ ...wire.peerExtendedMapping }, { toString: 4, hasOwnProperty: 5 });
    assert.equal(wire.closeReason, null);
  });
});

describe('use()', () => {
  test('the same name twice: the second takes its place, under the same id', async (t) => {
    const wire = pwp();
    t.after(() => wire.destroy());
    /** @type {any[][]} */
    const log = [];
    const [First, Second] = [logging(log, 'alpha'), logging(log, 'alpha')];
    wire.use(First);
    wire.use(named('beta'));
    wire.use(Second);
    assert.ok(/** @type {any} */ (wire).alpha instanceof Second);
    const sent = sending(wire);
    wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
    wire.write(bytes.handshake());
    wire.write(bytes.extended(1, Buffer.from('x')));
    assert.deepEqual(await sent(), [['handshake'], ['extended', 0, { m: { alpha: 1, beta: 2 } }]]);
    assert.deepEqual(
      log.map(([name]) => name),
      ['alpha.onHandshake', 'alpha.onMessage'],
    );
  });

  test('a constructor may ask what the peer has', () => {
    const wire = pwp();
    wire.write(Buffer.concat([bytes.handshake(), bytes.have(3)]));
    const has = [];
    const made = (/** @type {any} */ { peerPieces }) => has.push(peerPieces.get(3));
    wire.use(named('alpha', { made }));
    assert.deepEqual(has, [true]);
  });

  test('255 at most, with a name each', async (t) => {
    const { wire, log, sent } = introduced(t);
    let made = 0;
    const count = { made: () => made++ };
    for (let i = 1; i <= 255; i++) wire.use(logging(log, `extension ${i}`, count));
    assert.throws(() => wire.use(named('one more', count)), { code: 'ERR_OUT_OF_RANGE' });
    assert.equal(made, 255);
    assert.equal('one more' in wire, false);
    wire.use(logging(log, 'extension 7', count));
    const [, [, , said]] = await sent();
    assert.equal(Object.keys(said.m).length, 255);
    assert.deepEqual([said.m['extension 1'], said.m['extension 255']], [1, 255]);
    wire.write(bytes.extended(255, Buffer.from('last')));
    wire.write(bytes.extended(7, Buffer.from('seventh')));
    assert.deepEqual(log, [
      ['extension 255.onMessage', 'last'],
      ['extension 7.onMessage', 'seventh'],
    ]);
  });
});

describe('use() refuses', () => {
  const taken = [
    ...['request', 'extended', 'handshake', 'use', 'destroy', 'pipe', 'emit', 'on', 'write', 'end'],
    ...['peerPieces', 'requests', 'pieceCount', 'closeReason', 'uploaded', 'amChoking'],
    ...['peerExtendedMapping', 'extendedHandshake', 'hasFast', 'allowedFastSet', '_callback'],
    ...['_events', '_writableState', 'constructor', 'toString', '__proto__', 'mine'],
  ];

  test('names that mean something to a wire, or to its owner', async (t) => {
    const { wire, sent } = introduced(t);
    await sent();
    /** @type {any} */ (wire).mine = 'a field of the program';
    const before = taken.map((name) => /** @type {any} */ (wire)[name]);
    for (const name of taken) {
      const Extension = named(name, { made: () => assert.fail('must not be made') });
      Object.defineProperty(Extension.prototype, 'name', { value: name });
      const expected = { code: 'ERR_OUT_OF_RANGE', message: /Extension\.prototype\.name/ };
      assert.throws(() => wire.use(Extension), expected, name);
    }
    assert.deepEqual(
      taken.map((name) => /** @type {any} */ (wire)[name]),
      before,
    );
    assert.equal('get' in wire.peerPieces, false, 'none is in use');
    assert.deepEqual(await sent(), []);
  });

  test('what is no class, or has no name', (t) => {
    const { wire } = introduced(t);
    const odd = [
      undefined,
      null,
      {},
      'ut_pex',
      () => {},
      class {},
      named(''),
      named(/** @type {any} */ (7)),
    ];
    for (const Extension of odd) {
      assert.throws(() => wire.use(Extension), { code: 'ERR_INVALID_ARG_TYPE', name: 'TypeError' });
    }
    assert.deepEqual(wire.extendedMapping, {});
  });
});
