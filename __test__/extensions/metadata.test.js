'use strict';

// ut_metadata (BEP 9), unmodified: metadata goes from one wire to another.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { describe, test } = require('node:test');
const bencode = require('bencode');
const bytes = require('../hostile/helpers/bytes.js');
const { output } = require('../wire/helpers/wires.js');
const {
  PATIENCE,
  ROLES,
  connect,
  delivered,
  published,
  pwp,
  title,
} = require('./helpers/peers.js');
const { METADATA_PIECE, torrentOfSize } = require('./helpers/torrents.js');

/** Metadata in one message, in some with the last full, and in some with the last short. */
const SIZES = [300, 2 * METADATA_PIECE, 2 * METADATA_PIECE + 1, 100_000];

/** @param {Uint8Array} payload of ut_metadata: a dictionary, and data behind it */
const saidIn = (payload) => {
  const text = Buffer.from(payload).toString('latin1');
  return bencode.decode(Buffer.from(text.slice(0, text.indexOf('ee') + 2), 'latin1'));
};

/**
 * What a wire is told by ut_metadata of its peer.
 * @param {any} wire
 * @param {number} type of message: 0 for a request, 1 for data
 */
function collect(wire, type) {
  /** @type {number[]} */
  const pieces = [];
  wire.on('extended', (/** @type {string} */ name, /** @type {Uint8Array} */ payload) => {
    if (name !== 'ut_metadata') return;
    const { msg_type, piece } = saidIn(payload);
    if (msg_type === type) pieces.push(piece);
  });
  return pieces;
}

/**
 * @param {import('node:test').TestContext} t
 * @param {import('./helpers/peers.js').Roles} roles
 * @param {ReturnType<typeof torrentOfSize>} torrent
 * @param {Uint8Array} [known] what the serving side has from the start
 */
async function connected(t, roles, torrent, known) {
  const { utMetadata } = await published;
  const pair = await connect(t, roles, { infoHash: torrent.infoHash });
  pair.server.use(utMetadata(known));
  pair.client.use(utMetadata());
  return pair;
}

for (const roles of ROLES) {
  describe(title(roles), PATIENCE, () => {
    for (const size of SIZES) {
      test(`metadata of ${size} bytes`, async (t) => {
        const torrent = torrentOfSize(size);
        const { server, client, greet } = await connected(t, roles, torrent, torrent.torrent);
        const asked = collect(server, 0);
        const answered = collect(client, 1);
        client.ut_metadata.fetch();
        const fetched = once(client.ut_metadata, 'metadata');
        greet();
        const [metadata] = await fetched;
        assert.deepEqual(Buffer.from(metadata), torrent.torrent);
        assert.equal(client.peerExtendedHandshake.metadata_size, size);
        const pieces = Array.from({ length: Math.ceil(size / METADATA_PIECE) }, (_, i) => i);
        assert.deepEqual(asked, pieces);
        assert.deepEqual(answered, pieces);
        // Now it is the client's to announce, and to serve.
        assert.equal(client.extendedHandshake.metadata_size, size);
        assert.deepEqual(Buffer.from(client.ut_metadata.metadata), torrent.info);
      });
    }

    test('fetch() after the handshakes, and once it is there', async (t) => {
      const torrent = torrentOfSize(20_000);
      const { server, client, meet } = await connected(t, roles, torrent, torrent.info);
      const asked = collect(server, 0);
      await meet();
      await delivered(client, server);
      assert.deepEqual(asked, [], 'nothing is fetched unasked');
      const fetched = once(client.ut_metadata, 'metadata');
      client.ut_metadata.fetch();
      await fetched;
      client.ut_metadata.fetch();
      await delivered(client, server);
      assert.deepEqual(asked, [0, 1]);
    });

    test('cancel() in the middle, and fetch() again', async (t) => {
      const torrent = torrentOfSize(100_000);
      const { server, client, greet } = await connected(t, roles, torrent, torrent.info);
      const events = [];
      client.ut_metadata.on('metadata', () => events.push('metadata'));
      client.ut_metadata.fetch();
      const answered = collect(client, 1);
      const first = new Promise((resolve) =>
        client.on('extended', (/** @type {string} */ name) => {
          if (name !== 'ut_metadata' || events.length > 0) return;
          events.push('cancelled');
          client.ut_metadata.cancel();
          resolve(null);
        }),
      );
      greet();
      await first;
      await delivered(client, server);
      await delivered(server, client);
      assert.equal(answered.length, 7, 'all of it has come, to no avail');
      assert.deepEqual(events, ['cancelled']);
      client.ut_metadata.fetch();
      await once(client.ut_metadata, 'metadata');
      assert.deepEqual(Buffer.from(client.ut_metadata.metadata), torrent.info);
      assert.deepEqual(events, ['cancelled', 'metadata']);
    });

    test('setMetadata() on a side without, which then serves it', async (t) => {
      const torrent = torrentOfSize(40_000);
      const { server, client, greet } = await connected(t, roles, torrent);
      const known = once(server.ut_metadata, 'metadata');
      assert.equal(await server.ut_metadata.setMetadata(torrent.torrent), true);
      assert.deepEqual(Buffer.from((await known)[0]), torrent.torrent);
      client.ut_metadata.fetch();
      const fetched = once(client.ut_metadata, 'metadata');
      greet();
      assert.deepEqual(Buffer.from((await fetched)[0]), torrent.torrent);
    });

    test('setMetadata() of another torrent is refused once the info hash is known', async (t) => {
      const torrent = torrentOfSize(300);
      const { client, meet } = await connected(t, roles, torrent, torrent.info);
      let events = 0;
      client.ut_metadata.on('metadata', () => events++);
      await meet();
      assert.equal(await client.ut_metadata.setMetadata(torrentOfSize(301).info), false);
      assert.equal(events, 0);
      assert.equal(await client.ut_metadata.setMetadata(torrent.info), true);
      assert.equal(events, 1);
    });
  });
}

test('all pieces are asked for at once, and may come in any order', async (t) => {
  const { utMetadata } = await published;
  const { info, infoHash, torrent } = torrentOfSize(60_000);
  const wire = pwp();
  t.after(() => wire.destroy());
  wire.use(utMetadata());
  wire.handshake(infoHash, bytes.PEER_ID);
  wire.ut_metadata.fetch();
  const introduction = { m: { ut_metadata: 9 }, metadata_size: info.length };
  const greeting = bytes.handshake();
  // It is the peer's info hash by which the extension judges.
  infoHash.copy(greeting, greeting.length - 40);
  wire.write(greeting);
  output(wire);
  wire.write(bytes.extended(0, bencode.encode(introduction)));
  const requests = [0, 1, 2, 3].map((piece) => bencode.encode({ msg_type: 0, piece }));
  const expected = Buffer.concat(requests.map((request) => bytes.extended(9, request)));
  assert.deepEqual(output(wire), expected);
  const fetched = once(wire.ut_metadata, 'metadata');
  for (const piece of [3, 1, 0, 2]) {
    const head = bencode.encode({ msg_type: 1, piece, total_size: info.length });
    const part = info.subarray(piece * METADATA_PIECE, (piece + 1) * METADATA_PIECE);
    wire.write(bytes.extended(1, Buffer.concat([head, part])));
  }
  assert.deepEqual(Buffer.from((await fetched)[0]), torrent);
});
