'use strict';

// How a swarm is made, what it is then, and what it does with wrong arguments.

const assert = require('node:assert/strict');
const { EventEmitter, once } = require('node:events');
const { test } = require('node:test');
const { INFO_HASH, handshake } = require('./helpers/peers.js');
const { Original, Swarm } = require('./helpers/sides.js');
const { PEER_ID, World, quiet, until } = require('./helpers/world.js');

const HEX = INFO_HASH.toString('hex');

test('made with new or without, of bytes or of text', () => {
  const made = [
    Swarm(INFO_HASH, Buffer.from(PEER_ID)),
    new Swarm(HEX, PEER_ID),
    Swarm(HEX, Buffer.from(PEER_ID), {}),
    new Swarm(new Uint8Array(INFO_HASH), new Uint8Array(Buffer.from(PEER_ID)), null),
  ];
  for (const swarm of made) {
    assert.ok(swarm instanceof Swarm && swarm instanceof EventEmitter);
    assert.equal(swarm.constructor, Swarm);
    assert.ok(Buffer.isBuffer(swarm.infoHash) && Buffer.isBuffer(swarm.peerId));
    assert.deepEqual([swarm.infoHash, swarm.peerId], [INFO_HASH, Buffer.from(PEER_ID)]);
  }
  const hash = Buffer.from(INFO_HASH);
  assert.equal(Swarm(hash, PEER_ID).infoHash, hash, 'the same Buffer');
});

test('can be extended', (t) => {
  class Mine extends Swarm {
    /** @param {string} name */
    constructor(name) {
      super(INFO_HASH, PEER_ID, { size: 7 });
      this.name = name;
    }
    pause() {
      super.pause();
      this.emit('rest');
    }
  }
  const swarm = new Mine('mine');
  t.after(() => swarm.destroy());
  assert.ok(swarm instanceof Mine && swarm instanceof Swarm);
  assert.deepEqual([swarm.name, swarm.size], ['mine', 7]);
  let rests = 0;
  swarm.on('rest', () => rests++);
  swarm.pause();
  assert.deepEqual([rests, swarm.paused], [1, true]);
  const old = Object.create(Swarm.prototype);
  assert.throws(() => Swarm.call(old, INFO_HASH, PEER_ID), /class … extends/);
});

/** What options make of the fields that show them. @type {any[]} */
const OPTIONS = [
  undefined,
  null,
  false,
  {},
  { size: 3 },
  { size: 0 },
  { size: '50' },
  { utp: true },
  { utp: 1 },
  { handshake: { dht: true } },
  { connectTimeout: 5, handshakeTimeout: 6 },
  { connectTimeout: 0, handshakeTimeout: 0 },
  { speed: 10 },
  { speed: 0 },
  { speed: null },
  { whatever: 1 },
];

const FIELDS = /** @type {const} */ ([
  'port',
  'size',
  'utp',
  'handshake',
  'handshakeTimeout',
  'connectTimeout',
  'infoHash',
  'peerId',
  'downloaded',
  'uploaded',
  'connections',
  'wires',
  'paused',
  'queued',
]);

for (const options of OPTIONS) {
  test(`the fields of a new swarm, with ${JSON.stringify(options)}, are the original's`, () => {
    const [expected, swarm] = [Original, Swarm].map((Side) => Side(HEX, PEER_ID, options));
    for (const field of FIELDS) assert.deepEqual(swarm[field], expected[field], field);
    for (const meter of ['downloadSpeed', 'uploadSpeed']) {
      assert.equal(swarm[meter](), 0);
      assert.equal(typeof expected[meter], 'function');
    }
  });
}

test('everything public of the original is there', () => {
  const original = Original(HEX, PEER_ID);
  const swarm = Swarm(HEX, PEER_ID);
  const names = [...Object.keys(original), ...Object.keys(Original.prototype)];
  const missing = names.filter((name) => !name.startsWith('_') && !(name in swarm));
  assert.deepEqual(missing, []);
  for (const name of Object.keys(Original.prototype).filter((name) => !name.startsWith('_'))) {
    assert.equal(typeof swarm[name], typeof original[name], name);
  }
});

/** @type {[string, any[], string][]} */
const WRONG = [
  ['infoHash', [undefined, PEER_ID], 'ERR_INVALID_ARG_TYPE'],
  ['infoHash', [HEX.slice(2), PEER_ID], 'ERR_OUT_OF_RANGE'],
  ['infoHash', [Buffer.alloc(32), PEER_ID], 'ERR_OUT_OF_RANGE'],
  ['peerId', [HEX], 'ERR_INVALID_ARG_TYPE'],
  ['peerId', [HEX, 'short'], 'ERR_OUT_OF_RANGE'],
  ['options', [HEX, PEER_ID, 'x'], 'ERR_INVALID_ARG_TYPE'],
  ['options.size', [HEX, PEER_ID, { size: -1 }], 'ERR_OUT_OF_RANGE'],
  ['options.size', [HEX, PEER_ID, { size: 'many' }], 'ERR_OUT_OF_RANGE'],
  ['options.connectTimeout', [HEX, PEER_ID, { connectTimeout: '5' }], 'ERR_INVALID_ARG_TYPE'],
  ['options.connectTimeout', [HEX, PEER_ID, { connectTimeout: -5 }], 'ERR_OUT_OF_RANGE'],
  ['options.handshakeTimeout', [HEX, PEER_ID, { handshakeTimeout: '5' }], 'ERR_INVALID_ARG_TYPE'],
  ['options.encryption', [HEX, PEER_ID, { encryption: 'yes' }], 'ERR_OUT_OF_RANGE'],
  ['options.pieceCount', [HEX, PEER_ID, { pieceCount: 0 }], 'ERR_OUT_OF_RANGE'],
  ['options.speed', [HEX, PEER_ID, { speed: '10' }], 'ERR_INVALID_ARG_TYPE'],
];

for (const [name, args, code] of WRONG) {
  test(`made with a wrong ${name} (${args.length}), it throws ${code}`, () => {
    assert.throws(
      () => Reflect.apply(Swarm, undefined, args),
      (/** @type {any} */ error) => error.code === code && error.message.includes(`"${name}`),
    );
  });
}

test('wrong arguments throw, and change nothing', (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  /** @type {[string, any[], string][]} */
  const calls = [
    ['add', [undefined], 'ERR_INVALID_ARG_TYPE'],
    ['add', [{ host: 'a', port: 1 }], 'ERR_INVALID_ARG_TYPE'],
    ['remove', [undefined], 'ERR_INVALID_ARG_TYPE'],
    ['remove', [{}], 'ERR_INVALID_ARG_TYPE'],
    ['priority', [null, 1], 'ERR_INVALID_ARG_TYPE'],
    ['priority', ['127.0.0.1:1', Number.NaN], 'ERR_OUT_OF_RANGE'],
    ['listen', [-1], 'ERR_OUT_OF_RANGE'],
    ['listen', [65_536], 'ERR_OUT_OF_RANGE'],
    ['listen', [1.5], 'ERR_OUT_OF_RANGE'],
    ['listen', ['x'], 'ERR_OUT_OF_RANGE'],
    ['listen', [''], 'ERR_INVALID_ARG_TYPE'],
    ['listen', [{ port: 1 }], 'ERR_INVALID_ARG_TYPE'],
    ['listen', [0, 'x'], 'ERR_INVALID_ARG_TYPE'],
  ];
  for (const [method, args, code] of calls) {
    assert.throws(() => swarm[method](...args), { code }, `${method}(${args})`);
  }
  assert.deepEqual([swarm.port, swarm.queued, swarm.connections.length], [0, 0, 0]);
  assert.equal(swarm.listenerCount('listening'), 1, "the world's");
});

test('priorities: any number, and without one it tells', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one', { size: 1 });
  const names = ['first', 'low', 'high', 'middle'];
  const peers = await Promise.all(names.map((name) => world.peer(name, 'mute')));
  for (const { address } of peers) swarm.add(address);
  const [, low, high, middle] = peers.map(({ address }) => address);
  assert.equal(swarm.priority(low, -2), -2);
  assert.equal(swarm.priority(high, 1.5), 1.5);
  assert.equal(swarm.priority(middle), 0);
  assert.equal(swarm.priority(high), 1.5);
  assert.equal(swarm.priority(high, undefined), 1.5);
  assert.equal(swarm.priority('127.0.0.1:1', 4), 0);
  assert.equal(swarm.queued, 3);
  const order = [];
  for (let i = 0; i < 4; i++) {
    await until(() => peers.some(({ sockets }) => sockets.length > 0));
    const peer = peers.find(({ sockets }) => sockets.length > 0);
    order.push(peer?.name);
    swarm.remove(peer?.address);
    await until(() => peer?.sockets.length === 0);
  }
  assert.deepEqual(order, ['first', 'high', 'middle', 'low']);
});

test('destroy() twice, also when a handler threw the first time: `close` once', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  const peers = [await world.peer('A'), await world.peer('B')];
  for (const { address } of peers) swarm.add(address);
  await until(() => swarm.wires.length === 2);
  swarm.once('wire-disconnect', () => {
    throw new Error('in destroy');
  });
  assert.throws(() => swarm.destroy(), /in destroy/);
  swarm.destroy();
  swarm.destroy();
  await once(swarm, 'close');
  await until(() => peers.every(({ log }) => log.includes('left')));
  await quiet();
  assert.equal(world.trace.filter((line) => line === 'one close').length, 1);
  assert.deepEqual([swarm.wires.length, swarm.connections.length, swarm.queued], [0, 0, 0]);
  swarm.resume();
  swarm.add(peers[0].address);
  assert.equal(swarm.queued, 0);
});

test('what a handler does while the swarm is at it', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one', { size: 2 });
  const [a, b, c] = [await world.peer('A'), await world.peer('B'), await world.peer('C')];
  // Another is added and the one that left is removed, while it is leaving.
  swarm.once('wire-disconnect', (/** @type {any} */ wire) => {
    swarm.add(c.address);
    swarm.remove(wire);
  });
  swarm.add(a.address);
  swarm.add(b.address);
  await until(() => swarm.wires.length === 2);
  a.hangUp();
  await until(() => c.log.includes('handshake aa'));
  await until(() => swarm.wires.length === 2);
  assert.equal(swarm.queued, 0);
  // All of them are destroyed from within.
  swarm.once('wire-disconnect', () => swarm.destroy());
  b.hangUp();
  await until(() => swarm.connections.length === 0);
  await quiet();
  assert.equal(world.trace.filter((line) => line === 'one wire-disconnect C').length, 1);
  assert.equal(world.trace.filter((line) => line === 'one close').length, 1);
});

test('handshakes that had come by the time of destroy() are of no one', async (t) => {
  const world = new World(Swarm, t);
  const swarm = world.swarm('one');
  const peers = [await world.peer('A', 'mute'), await world.peer('B', 'mute')];
  for (const { address } of peers) swarm.add(address);
  await until(() => peers.every(({ handshakes }) => handshakes.length === 1));
  swarm.once('wire', () => swarm.destroy());
  for (const { sockets } of peers) sockets[0].write(handshake());
  // Both are read meanwhile, and told at once.
  const end = Date.now() + 100;
  while (Date.now() < end);
  await once(swarm, 'close');
  await quiet();
  const told = world.trace.filter((line) => /wire/.test(line) && !line.startsWith(' '));
  assert.equal(told.length, 2, `${told}`);
  assert.deepEqual([swarm.wires.length, swarm.connections.length], [0, 0]);
});
