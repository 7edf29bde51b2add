'use strict';

// Tracing by node:diagnostics_channel and by NODE_DEBUG.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { channel } = require('node:diagnostics_channel');
const path = require('node:path');
const { test } = require('node:test');
const pwp = require('../../index.js');
const { bytes } = require('./helpers/wires.js');

const turn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Everything published on a channel.
 * @param {import('node:test').TestContext} t
 * @param {string} name
 */
function subscribed(t, name) {
  /** @type {any[]} */
  const seen = [];
  const subscriber = (/** @type {any} */ message) => seen.push(message);
  channel(name).subscribe(subscriber);
  t.after(() => channel(name).unsubscribe(subscriber));
  return seen;
}

/** @param {any} wire */
function sayEverything(wire) {
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID, { dht: true });
  wire.bitfield(Buffer.from([0x80]));
  wire.unchoke();
  wire.interested();
  wire.have(7);
  wire.cancel(1, 2, 3);
  wire.piece(4, 5, Buffer.alloc(6));
  wire.port(6881);
  wire.extended(3, Buffer.from('de'));
  wire.uninterested();
  wire.choke();
}

const EVERYTHING = [
  { type: 'handshake', dht: true, extended: true },
  { type: 'bitfield', length: 1 },
  { type: 'unchoke' },
  { type: 'interested' },
  { type: 'have', piece: 7 },
  { type: 'cancel', piece: 1, offset: 2, length: 3 },
  { type: 'piece', piece: 4, offset: 5, length: 6 },
  { type: 'port', port: 6881 },
  { type: 'extended', id: 3, length: 2 },
  { type: 'uninterested' },
  { type: 'choke' },
];

test('every message sent and received is published, with its wire', async (t) => {
  const sent = subscribed(t, 'peer-wire-protocol:sent');
  const received = subscribed(t, 'peer-wire-protocol:received');
  const [near, far] = [pwp(), pwp()];
  near.pipe(far);
  sayEverything(near);
  await turn();
  assert.deepEqual(
    sent.map(({ message }) => message),
    EVERYTHING,
  );
  assert.deepEqual(
    received.map(({ message }) => message),
    EVERYTHING,
  );
  assert.ok(sent.every(({ wire }) => wire === near));
  assert.ok(received.every(({ wire }) => wire === far));
});

test('requests, keep-alives and unknown messages', async (t) => {
  const sent = subscribed(t, 'peer-wire-protocol:sent');
  const received = subscribed(t, 'peer-wire-protocol:received');
  const wire = pwp();
  wire.resume();
  wire.write(Buffer.concat([bytes.handshake(), bytes.unchoke, bytes.keepAlive]));
  wire.write(Buffer.from([0, 0, 0, 3, 99, 1, 2]));
  wire.request(1, 2, 3);
  await turn();
  assert.deepEqual(
    received.slice(1).map(({ message }) => message),
    [{ type: 'unchoke' }, { type: 'keep-alive' }, { type: 'unknownmessage', length: 3 }],
  );
  assert.deepEqual(
    sent.map(({ message }) => message),
    [{ type: 'request', piece: 1, offset: 2, length: 3 }],
  );
});

test('the same have for many wires is published for each', async (t) => {
  const sent = subscribed(t, 'peer-wire-protocol:sent');
  const wires = [pwp(), pwp(), pwp()];
  for (const wire of wires) wire.have(9);
  await turn();
  assert.deepEqual(
    sent.map(({ wire, message }) => [wires.indexOf(wire), message.piece]),
    [0, 1, 2].map((i) => [i, 9]),
  );
});

test('why a wire was closed', (t) => {
  const closed = subscribed(t, 'peer-wire-protocol:closed');
  const wire = pwp();
  wire.write('GET / HTTP/1.1');
  const other = pwp();
  other.destroy();
  assert.deepEqual(
    closed.map(({ wire, reason }) => [wire, reason?.code]),
    [
      [wire, 'ERR_PWP_NOT_BITTORRENT'],
      [other, undefined],
    ],
  );
});

test('NODE_DEBUG=pwp prints them', () => {
  const index = path.join(__dirname, '..', '..', 'index.js');
  const program = `
    const pwp = require(${JSON.stringify(index)});
    const [near, far] = [pwp(), pwp()];
    far.peerAddress = '192.0.2.1:6881';
    near.pipe(far);
    near.handshake(Buffer.alloc(20), Buffer.alloc(20));
    near.have(7);
    far.on('have', () => far.destroy());`;
  const run = (/** @type {string} */ debug) =>
    spawnSync(process.execPath, ['-e', program], {
      encoding: 'utf8',
      env: { ...process.env, NODE_DEBUG: debug },
    }).stderr;
  assert.equal(run(''), '');
  const lines = run('pwp')
    .split('\n')
    .map((line) => line.replace(/^PWP \d+: /, '').trim());
  assert.deepEqual(lines.filter(Boolean), [
    '1 -> handshake false true',
    '1 -> have 7',
    '2 192.0.2.1:6881 <- handshake false true',
    '2 192.0.2.1:6881 <- have 7',
    '2 192.0.2.1:6881 closed',
  ]);
});
