'use strict';

const { folderFor } = require('./helpers/prepare.js');
const assert = require('node:assert/strict');
const { once } = require('node:events');
const path = require('node:path');
const { describe, it } = require('node:test');
const { openFixture } = require('../../scripts/start/fixture.js');
const { freePort } = require('../../scripts/start/free-port.js');
const { createSource } = require('../../scripts/start/source.js');
const { cleanUpAfter } = require('./helpers/cleanup.js');
const { download, startEngine } = require('./helpers/engine.js');
const { startHalfSeeder } = require('./helpers/half-seeder.js');

const LENGTH = 4 * 1024 * 1024 + 12_345; // with a last piece and a last block that are short
const TIMEOUT = 60_000;

/** @typedef {import('../../scripts/setup.js').FixtureName} Variant */

// Who sends, who receives, and the piece length: with small ones the metadata is 20 kB and so needs
// more than one block.
const PAIRS = /** @type {[Variant, Variant, number][]} */ ([
  ['native', 'native', 4096],
  ['original', 'native', 65_536],
  ['native', 'original', 65_536],
  ['swarm', 'swarm', 4096],
  ['original', 'swarm', 65_536],
  ['swarm', 'original', 65_536],
]);

describe('torrent-stream', { concurrency: true }, () => {
  for (const [seeding, leeching, pieceLength] of PAIRS) {
    it(`magnet to file: ${seeding} seeds, ${leeching} leeches`, { timeout: TIMEOUT }, async (t) => {
      const folder = folderFor(t);
      const source = await createSource(path.join(folder, 'seeder'), LENGTH, { pieceLength });
      const seeder = await startEngine(t, seeding, source.torrent, path.join(folder, 'seeder'));
      await seeder.ready;
      const magnet = `magnet:?xt=urn:btih:${source.infoHash}`;
      const leecher = await startEngine(t, leeching, magnet, path.join(folder, 'leecher'));
      leecher.engine.connect(seeder.address);

      assert.equal(await download(leecher), source.sha1);
      assert.deepEqual(leecher.engine.metadata, source.metadata);
      assert.equal(leecher.engine.swarm.downloaded, LENGTH);
      assert.equal(seeder.engine.swarm.uploaded, LENGTH);
      assert.equal(seeder.engine.swarm.downloaded, 0);
    });
  }

  for (const other of /** @type {Variant[]} */ (['native', 'original', 'swarm'])) {
    const name = `two leechers, native and ${other}, finish from each other's half`;
    it(name, { timeout: TIMEOUT }, async (t) => {
      const folder = folderFor(t);
      const source = await createSource(path.join(folder, 'seeder'), LENGTH);
      const seeder = await startHalfSeeder(t, 'native', source);
      const magnet = `magnet:?xt=urn:btih:${source.infoHash}`;
      const one = await startEngine(t, 'native', magnet, path.join(folder, 'one'));
      const two = await startEngine(t, other, magnet, path.join(folder, 'two'));
      one.engine.connect(seeder.address);
      two.engine.connect(seeder.address);
      // peer-wire-swarm takes only the first of the addresses it was given before it started.
      await Promise.all([one.ready, two.ready]);
      one.engine.connect(two.address);

      const hashes = await Promise.all([download(one), download(two)]);
      assert.deepEqual(hashes, [source.sha1, source.sha1]);
      assert.equal(seeder.taken.length, 2);
      const pieces = Math.ceil(source.length / source.pieceLength);
      assert.equal(seeder.taken[0].size + seeder.taken[1].size, pieces);
      for (const { engine } of [one, two]) assert.ok(engine.swarm.uploaded > LENGTH / 3);
    });
  }
});

/**
 * @param {import('node:test').TestContext} t
 * @param {Variant} variant
 * @param {string} peerId
 */
async function startSwarm(t, variant, peerId) {
  const { Swarm } = openFixture(variant);
  const swarm = new Swarm('5a'.repeat(20), peerId, { handshake: { dht: true } });
  const port = await freePort();
  await new Promise((resolve) => swarm.listen(port, () => resolve(undefined)));
  cleanUpAfter(t, () => swarm.destroy());
  return { swarm, address: `127.0.0.1:${port}` };
}

describe('peer-wire-swarm', { concurrency: true }, () => {
  for (const [mine, theirs] of PAIRS) {
    it(`${mine} listens, ${theirs} connects`, { timeout: TIMEOUT }, async (t) => {
      const here = await startSwarm(t, mine, '-PW0001-listening---');
      const there = await startSwarm(t, theirs, '-PW0001-connecting--');
      const block = Buffer.alloc(16_384, 7);
      const meetings = Promise.all([once(here.swarm, 'wire'), once(there.swarm, 'wire')]);
      there.swarm.add(here.address);
      const [[incoming], [outgoing]] = await meetings;
      assert.equal(outgoing.peerAddress, here.address);
      assert.deepEqual(incoming.peerExtensions, { dht: true, extended: true });

      incoming.on(
        'request',
        (
          /** @type {number} */ piece,
          /** @type {number} */ offset,
          /** @type {number} */ length,
          /** @type {Function} */ respond,
        ) => {
          assert.deepEqual([piece, offset, length], [3, 0, block.length]);
          respond(null, block);
        },
      );
      incoming.unchoke();
      await once(outgoing, 'unchoke');
      const received = await new Promise((resolve, reject) => {
        outgoing.request(
          3,
          0,
          block.length,
          (/** @type {Error} */ error, /** @type {Buffer} */ data) =>
            error ? reject(error) : resolve(data),
        );
      });
      assert.deepEqual(received, block);
      assert.equal(here.swarm.uploaded, block.length);
      assert.equal(there.swarm.downloaded, block.length);
    });
  }

  for (const [back, other] of /** @type {Variant[][]} */ ([
    ['native', 'native'],
    ['native', 'original'],
    ['swarm', 'swarm'],
    ['swarm', 'original'],
  ])) {
    it(`${back} comes back after ${other} left`, { timeout: TIMEOUT }, async (t) => {
      const here = await startSwarm(t, other, '-PW0001-listening---');
      const there = await startSwarm(t, back, '-PW0001-connecting--');
      there.swarm.add(here.address);
      const [[incoming], [outgoing]] = await Promise.all([
        once(here.swarm, 'wire'),
        once(there.swarm, 'wire'),
      ]);
      incoming.unchoke();
      await once(outgoing, 'unchoke');
      const failed = new Promise((resolve) => outgoing.request(0, 0, 16_384, resolve));
      const again = once(there.swarm, 'wire');
      incoming.destroy();
      assert.equal(/** @type {Error} */ (await failed).message, 'wire is closed');
      assert.equal(there.swarm.wires.length, 0);
      // peer-wire-swarm connects again on the wire's `end`, which the original does not emit here.
      const [second] = await again;
      assert.notEqual(second, outgoing);
      assert.deepEqual(there.swarm.wires, [second]);
    });
  }
});
