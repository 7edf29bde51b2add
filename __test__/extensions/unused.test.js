'use strict';

// A wire on which no extension was put to use is that of 0.7.1: nothing is sent by itself, and what
// comes is handed on as it came.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { describe, test } = require('node:test');
const bencode = require('bencode');
const {
  PATIENCE,
  ROLES,
  connect,
  delivered,
  published,
  pwp,
  title,
} = require('./helpers/peers.js');
const { bytes, introduction, named, sending } = require('./helpers/recorded.js');

const INTRODUCTION = { m: { ut_metadata: 3, ut_pex: 1 }, metadata_size: 40_000, v: 'Peer 1.0' };

/** @param {import('node:test').TestContext} t */
function greeted(t) {
  const wire = pwp();
  t.after(() => wire.destroy());
  /** @type {unknown[][]} */
  const raw = [];
  wire.on('extended', (...args) => raw.push(args));
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.write(bytes.handshake());
  return { wire, raw, sent: sending(wire) };
}

describe('without use()', () => {
  test('nothing is sent after the handshake, whoever began', async (t) => {
    const { wire, sent } = greeted(t);
    wire.write(introduction(INTRODUCTION));
    assert.deepEqual(await sent(), [['handshake']]);
    const answering = pwp();
    const answers = sending(answering);
    answering.on('handshake', () => answering.handshake(bytes.INFO_HASH, bytes.PEER_ID));
    answering.write(bytes.handshake());
    assert.deepEqual(await answers(), [['handshake']]);
  });

  test('messages come raw: the handshake, one with an id, one that is nonsense', (t) => {
    const { wire, raw } = greeted(t);
    const payloads = [bencode.encode(INTRODUCTION), Buffer.from('hello'), Buffer.from('d1:')];
    const ids = [0, 7, 0];
    for (const [i, id] of ids.entries()) wire.write(bytes.extended(id, payloads[i]));
    assert.deepEqual(
      raw,
      ids.map((id, i) => [id, payloads[i]]),
    );
    assert.ok(raw.every(([, payload]) => Buffer.isBuffer(payload)));
  });

  test('peerPieces has no methods of bittorrent-protocol', (t) => {
    const { wire } = greeted(t);
    wire.write(bytes.have(3));
    assert.equal('get' in wire.peerPieces, false);
    assert.equal('set' in wire.peerPieces, false);
    assert.deepEqual(Reflect.ownKeys(wire.peerPieces), ['3', 'length']);
  });

  test('no extension is known by name', (t) => {
    const { wire } = greeted(t);
    wire.write(introduction(INTRODUCTION));
    assert.throws(() => wire.extended('ut_pex', {}), { code: 'ERR_INVALID_ARG_TYPE' });
    assert.deepEqual(wire.peerExtendedMapping, {});
    assert.deepEqual(wire.peerExtendedHandshake, {});
  });

  test('looking at the fields, or setting what to send, begins nothing', async (t) => {
    const { wire, raw, sent } = greeted(t);
    wire.extendedHandshake.v = 'us';
    assert.deepEqual([wire.extendedMapping, wire.peerExtendedMapping], [{}, {}]);
    wire.write(introduction(INTRODUCTION));
    assert.deepEqual(await sent(), [['handshake']]);
    assert.equal(raw[0][0], 0);
    assert.equal('get' in wire.peerPieces, false);
  });

  test('an extension that was refused begins nothing either', async (t) => {
    const { wire, raw, sent } = greeted(t);
    assert.throws(() => wire.use(named('request')));
    wire.write(introduction(INTRODUCTION));
    assert.deepEqual(await sent(), [['handshake']]);
    assert.equal(raw[0][0], 0);
  });

  for (const roles of ROLES.filter(({ serving }) => serving === 'native')) {
    test(`${title(roles)}: it can be spoken by hand`, PATIENCE, async (t) => {
      const { utMetadata } = await published;
      const { server, client, greet } = await connect(t, roles);
      client.use(utMetadata());
      client.ut_metadata.fetch();
      const asked = [];
      server.on('extended', (/** @type {number} */ id, /** @type {Buffer} */ payload) => {
        const said = bencode.decode(payload);
        if (id !== 0) asked.push([id, said.msg_type, said.piece]);
        else server.extended(0, { m: { ut_metadata: 77 }, metadata_size: 20_000 });
      });
      const refused = once(client.ut_metadata, 'warning');
      greet();
      await once(client, 'extended');
      for (let i = 0; i < 6; i++) server.extended(1, bencode.encode({ msg_type: 2, piece: 0 }));
      const [{ message }] = await refused;
      assert.equal(message, 'Peer sent "reject" too much');
      await delivered(client, server);
      const first = [
        [77, 0, 0],
        [77, 0, 1],
      ];
      // Four more chances for two pieces.
      assert.deepEqual(asked, [...first, ...Array(4).fill([77, 0, 0])]);
    });
  }
});

test('from use() on messages come by name', async (t) => {
  const { wire, raw } = greeted(t);
  wire.write(bytes.extended(1, Buffer.from('before')));
  wire.use(named('alpha'));
  wire.write(bytes.extended(1, Buffer.from('after')));
  wire.write(bytes.extended(2, Buffer.from('nobody')));
  wire.write(introduction(INTRODUCTION));
  wire.write(bytes.extended(0, Buffer.from('d1:')));
  assert.deepEqual(
    raw.map(([name, what]) => [name, Buffer.isBuffer(what) ? what.toString() : 'dictionary']),
    [
      [1, 'before'],
      ['alpha', 'after'],
      [2, 'nobody'],
      ['handshake', 'dictionary'],
    ],
  );
  assert.deepEqual(wire.peerExtendedMapping, { ut_metadata: 3, ut_pex: 1 });
  assert.equal(typeof (/** @type {any} */ (wire.peerPieces).get), 'function');
});
