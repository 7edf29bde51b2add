'use strict';

// ut_metadata (BEP 9) of a peer that has no metadata, or the wrong one, or breaks the rules.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const { describe, test } = require('node:test');
const bencode = require('bencode');
const bytes = require('../hostile/helpers/bytes.js');
const { turn } = require('../wire/helpers/wires.js');
const {
  PATIENCE,
  ROLES,
  connect,
  delivered,
  make,
  published,
  title,
} = require('./helpers/peers.js');
const { METADATA_PIECE, torrentOfSize } = require('./helpers/torrents.js');

const TORRENT = torrentOfSize(40_000);

/**
 * @param {any} wire
 * @returns {string[]} what its ut_metadata says
 */
function warningsOf(wire) {
  /** @type {string[]} */
  const warnings = [];
  wire.ut_metadata.on('warning', (/** @type {Error} */ { message }) => warnings.push(message));
  wire.ut_metadata.on('metadata', () => warnings.push('metadata all the same'));
  return warnings;
}

for (const roles of ROLES) {
  describe(title(roles), PATIENCE, () => {
    test('of a peer without metadata nothing is asked', async (t) => {
      const { utMetadata } = await published;
      const { server, client, meet } = await connect(t, roles);
      server.use(utMetadata());
      client.use(utMetadata());
      const warnings = warningsOf(client);
      const names = [];
      server.on('extended', (/** @type {string} */ name) => names.push(name));
      client.ut_metadata.fetch();
      await meet();
      await delivered(client, server);
      assert.deepEqual(warnings, ['Peer does not have metadata']);
      assert.deepEqual(names, ['handshake']);
    });

    test('a peer without the extension is not told of, nor does it answer', async (t) => {
      const { utMetadata, utPex } = await published;
      const { server, client, meet } = await connect(t, roles);
      server.use(utPex());
      client.use(utMetadata());
      const warnings = warningsOf(client);
      client.ut_metadata.fetch();
      await meet();
      await delivered(client, server);
      assert.deepEqual(warnings, []);
      assert.throws(() => client.extended('ut_metadata', {}), /^Error: Unrecognized extension/);
    });

    test('a peer that announces no longer having the extension', async (t) => {
      const { utMetadata, utPex } = await published;
      const { server, client, meet } = await connect(t, roles);
      server.use(utMetadata());
      client.use(utMetadata());
      client.use(utPex());
      const warnings = warningsOf(client);
      await meet();
      // Additive: what is not in it stays (BEP 10).
      server.extended(0, { m: { ut_pex: 2 }, metadata_size: 40_000 });
      await delivered(server, client);
      assert.deepEqual(warnings, [
        'Peer does not have metadata',
        'Peer does not support ut_metadata',
      ]);
    });

    test('metadata larger than the extension takes is not asked for', async (t) => {
      const { utMetadata } = await published;
      const { server, client, meet } = await connect(t, roles);
      server.use(utMetadata());
      server.extendedHandshake.metadata_size = 10_000_001;
      client.use(utMetadata());
      const warnings = warningsOf(client);
      client.ut_metadata.fetch();
      await meet();
      assert.deepEqual(warnings, ['Peer gave invalid metadata size']);
    });

    test('wrong metadata is asked for again, then given up', async (t) => {
      const { utMetadata } = await published;
      const wrong = Buffer.from(TORRENT.info);
      wrong[20_000] ^= 1;
      const { server, client, greet } = await connect(t, roles, { infoHash: TORRENT.infoHash });
      // Put there without a word to anybody: setMetadata() would find out in the end.
      server.use(utMetadata(wrong));
      client.use(utMetadata());
      const warnings = warningsOf(client);
      let messages = 0;
      client.on('extended', (/** @type {string} */ name) => {
        if (name === 'ut_metadata') messages++;
      });
      client.ut_metadata.fetch();
      greet();
      await once(client.ut_metadata, 'warning');
      assert.deepEqual(warnings, ['Peer sent invalid metadata']);
      assert.equal(messages, 2 * 3, 'twice three pieces');
      await delivered(client, server);
      await delivered(server, client);
      assert.equal(client.destroyed, false);
    });

    test('pieces the peer rejects are asked for again, then given up', async (t) => {
      const { utMetadata } = await published;
      const { server, client, greet } = await connect(t, roles, { infoHash: TORRENT.infoHash });
      server.use(utMetadata());
      server.extendedHandshake.metadata_size = TORRENT.info.length; // which it does not have
      client.use(utMetadata());
      const warnings = warningsOf(client);
      client.ut_metadata.fetch();
      greet();
      await once(client.ut_metadata, 'warning');
      await delivered(client, server);
      await delivered(server, client);
      // Three pieces, six more chances; of the nine rejects, three find none left.
      assert.deepEqual(warnings, Array(3).fill('Peer sent "reject" too much'));
    });
  });
}

/**
 * A wire of this package that fetches from a peer that is played by hand.
 * @param {import('node:test').TestContext} t
 */
async function fetching(t) {
  const { utMetadata } = await published;
  const wire = await make('native');
  t.after(() => wire.destroy());
  wire.use(utMetadata());
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.ut_metadata.fetch();
  const introduction = { m: { ut_metadata: 3 }, metadata_size: 20_000 };
  wire.write(bytes.handshake());
  wire.write(bytes.extended(0, bencode.encode(introduction)));
  return wire;
}

/** @param {unknown} piece @param {number} length */
const data = (piece, length) =>
  bytes.extended(
    1,
    Buffer.concat([bencode.encode({ msg_type: 1, piece }), Buffer.alloc(length, 'm')]),
  );

test('what the extension does not expect throws in it: it costs the connection alone', async (t) => {
  for (const piece of [2, 1000, -1]) {
    const wire = await fetching(t);
    let closed = 0;
    wire.on('close', () => closed++);
    wire.write(data(piece, METADATA_PIECE));
    assert.equal(closed, 1);
    assert.equal(wire.closeReason.code, 'ERR_PWP_EXTENSION');
    assert.ok(wire.closeReason.cause instanceof Error);
    assert.match(wire.closeReason.message, /^extension ut_metadata threw: /);
  }
});

test('what it takes for no message is passed over', async (t) => {
  const wire = await fetching(t);
  const warnings = warningsOf(wire);
  const junk = ['', 'i1ee', 'd8:msg_typei9ee', 'd8:msg_type', '\xff\xff', 'le'];
  for (const text of junk) wire.write(bytes.extended(1, Buffer.from(text, 'latin1')));
  wire.write(data(0, METADATA_PIECE + 1));
  await turn();
  assert.deepEqual(warnings, []);
  assert.equal(wire.closeReason, null);
});

test('what the package itself would never come back from does not get to it', () => {
  const child = `
    const { bytes } = require('./helpers/recorded.js');
    const { make, published } = require('./helpers/peers.js');
    published.then(async ({ utMetadata, utPex }) => {
      for (const Extension of [utMetadata(), utPex()]) {
        for (const text of ['d-3:', 'l-3:', 'd1:a-6:', '\\xffd-3:ee']) {
          const wire = await make('native');
          wire.use(Extension);
          wire.write(bytes.handshake());
          wire.write(bytes.extended(1, Buffer.from(text, 'latin1')));
        }
      }
      console.log('done');
    });
  `;
  const options = /** @type {const} */ ({ cwd: __dirname, encoding: 'utf8', timeout: 5000 });
  assert.equal(execFileSync(process.execPath, ['-e', child], options), 'done\n');
});
