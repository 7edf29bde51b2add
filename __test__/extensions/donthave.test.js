'use strict';

// lt_donthave (BEP 54), unmodified: the peer no longer has a piece it had.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { describe, test } = require('node:test');
const { PATIENCE, ROLES, connect, delivered, published, title } = require('./helpers/peers.js');
const { pattern } = require('./helpers/torrents.js');

const PIECES = 10;
const BITS = Buffer.from([0xff, 0xc0]);
const BLOCK = 16384;

/** How the serving side says that it has everything. */
const EVERYTHING = /** @type {const} */ (['bitfield', 'have-all']);

/**
 * Two wires that have met: the server has all pieces, and the client is interested and unchoked.
 * @param {import('node:test').TestContext} t
 * @param {import('./helpers/peers.js').Roles} roles
 * @param {(typeof EVERYTHING)[number]} everything
 * @param {number} [pieceCount] where the client is one that wants to know
 */
async function seeding(t, roles, everything, pieceCount) {
  const { ltDontHave } = await published;
  const extensions = { fast: everything === 'have-all' };
  const pair = await connect(t, roles, { extensions });
  const { server, client, meet } = pair;
  if (pieceCount && roles.asking === 'native') client.pieceCount = pieceCount;
  server.use(ltDontHave());
  client.use(ltDontHave());
  await meet();
  server.unchoke();
  const unchoked = once(client, everything);
  if (everything === 'have-all') server.haveAll();
  else server.bitfield(BITS);
  await unchoked;
  return pair;
}

/**
 * Asks for blocks, one a piece.
 * @param {any} client
 * @param {number[]} pieces
 * @returns {Promise<string[]>} what comes of each, in the order of `pieces`
 */
const ask = (client, pieces) =>
  Promise.all(
    pieces.map(
      (piece) =>
        new Promise((resolve) => {
          client.request(
            piece,
            0,
            BLOCK,
            (/** @type {Error | null} */ error, /** @type {Uint8Array} */ block) => {
              const isRight = !error && Buffer.from(block).equals(pattern(BLOCK, piece));
              resolve(`${piece} ${error?.message ?? (isRight ? 'block' : 'wrong')}`);
            },
          );
        }),
    ),
  );

for (const roles of ROLES) {
  for (const everything of EVERYTHING) {
    describe(`${title(roles)}, after ${everything}`, PATIENCE, () => {
      test('requests for that piece fail, the others do not', async (t) => {
        const { server, client } = await seeding(t, roles, everything);
        const events = [];
        client.lt_donthave.on('donthave', (/** @type {number} */ index) => events.push(index));
        // As the package's README has it.
        server.on('request', (piece, _offset, length, respond) => {
          if (piece % 2 === 0) return respond(null, pattern(length, piece));
          server.lt_donthave.donthave(piece);
          return respond(new Error('not found'));
        });
        const fails = 'peer sent donthave';
        assert.deepEqual(await ask(client, [2, 3, 4, 5, 6]), [
          '2 block',
          `3 ${fails}`,
          '4 block',
          `5 ${fails}`,
          '6 block',
        ]);
        assert.deepEqual(events, [3, 5]);
        assert.deepEqual([client.requests.length, server.peerRequests.length], [0, 0]);
        await delivered(server, client);
        assert.deepEqual(await ask(client, [8]), ['8 block'], 'and the wire goes on');
      });

      test('all requests for that piece fail, the peer need not have answered any', async (t) => {
        const { server, client } = await seeding(t, roles, everything);
        /** @type {string[]} */
        const ends = [];
        for (let i = 0; i < 4; i++) {
          for (const piece of [0, 7]) {
            client.request(piece, i * BLOCK, BLOCK, (/** @type {Error} */ error) =>
              ends.push(`${piece} at ${i}: ${error?.message ?? 'block'}`),
            );
          }
        }
        await delivered(client, server);
        server.lt_donthave.donthave(7);
        await delivered(server, client);
        ends.sort(); // the extension does not keep their order
        assert.deepEqual(
          ends,
          [0, 1, 2, 3].map((i) => `7 at ${i}: peer sent donthave`),
        );
        assert.deepEqual(
          client.requests.map(({ piece }) => piece),
          [0, 0, 0, 0],
        );
      });

      test('peerPieces tells, and tells again after a have', async (t) => {
        const { server, client } = await seeding(t, roles, everything, PIECES);
        // Of a peer with everything bittorrent-protocol goes on believing that it has.
        const isTold = roles.asking === 'native' || everything === 'bitfield';
        const has = () => Array.from({ length: PIECES }, (_, i) => client.peerPieces.get(i));
        assert.deepEqual(has(), Array(PIECES).fill(true));
        const seen = [];
        client.lt_donthave.on('donthave', (/** @type {number} */ index) =>
          seen.push([index, client.peerPieces.get(index)]),
        );
        server.lt_donthave.donthave(3);
        server.lt_donthave.donthave(9);
        await delivered(server, client);
        assert.deepEqual(seen, [
          [3, !isTold],
          [9, !isTold],
        ]);
        const without = has().flatMap((is, i) => (is ? [] : [i]));
        assert.deepEqual(without, isTold ? [3, 9] : []);
        server.have(3);
        await delivered(server, client);
        assert.equal(client.peerPieces.get(3), true);
        if (roles.asking !== 'native') return;
        const expected = Array(PIECES).fill(true);
        expected[9] = false;
        assert.deepEqual([...client.peerPieces], expected);
      });
    });
  }

  describe(title(roles), PATIENCE, () => {
    test('of a piece it never had, and twice of one it had', async (t) => {
      const { ltDontHave } = await published;
      const { server, client, meet } = await connect(t, roles);
      server.use(ltDontHave());
      client.use(ltDontHave());
      await meet();
      server.have(4);
      const seen = [];
      client.lt_donthave.on('donthave', (/** @type {number} */ index) => seen.push(index));
      for (const index of [5, 4, 4, 0xffffffff]) server.lt_donthave.donthave(index);
      server.extended('lt_donthave', Buffer.alloc(3));
      await delivered(server, client);
      assert.deepEqual(seen, [4]);
    });

    test('both sides at once', async (t) => {
      const { server, client } = await seeding(t, roles, 'bitfield');
      client.have(1);
      await delivered(client, server);
      const seen = [];
      for (const wire of [server, client]) {
        wire.lt_donthave.on('donthave', (/** @type {number} */ index) =>
          seen.push([wire === server ? 'server' : 'client', index, wire.peerPieces.get(index)]),
        );
      }
      server.lt_donthave.donthave(2);
      client.lt_donthave.donthave(1);
      await Promise.all([delivered(server, client), delivered(client, server)]);
      assert.deepEqual(seen.sort(), [
        ['client', 2, false],
        ['server', 1, false],
      ]);
    });

    test('to a peer without the extension nothing is said', async (t) => {
      const { ltDontHave, utPex } = await published;
      const { server, client, meet } = await connect(t, roles);
      server.use(ltDontHave());
      client.use(utPex());
      await meet();
      server.have(4);
      let messages = 0;
      client.on('extended', () => messages++);
      server.lt_donthave.donthave(4);
      await delivered(server, client);
      assert.equal(messages, 0);
      assert.equal(client.peerPieces.get(4), true);
    });
  });
}
