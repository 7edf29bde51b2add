'use strict';

const { folderFor } = require('./helpers/prepare.js');
const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const fs = require('node:fs/promises');
const path = require('node:path');
const { describe, it } = require('node:test');
const { createSource } = require('../../scripts/start/source.js');
const { download, startEngine } = require('./helpers/engine.js');
const { pythonFor, startLibtorrent } = require('./helpers/libtorrent.js');

const LENGTH = 64 * 1024 * 1024;
const PIECE_LENGTH = 256 * 1024;
const TIMEOUT = 90_000;

/** @param {string} folder */
async function prepare(folder) {
  const options = { pieceLength: PIECE_LENGTH };
  const source = await createSource(path.join(folder, 'seeder'), LENGTH, options);
  const torrent = path.join(folder, 'file.torrent');
  await fs.writeFile(torrent, source.torrent);
  return { source, torrent };
}

for (const variant of /** @type {const} */ (['native', 'swarm'])) {
  describe(`libtorrent and fixture/${variant}`, { concurrency: true }, () => {
    it('seeds 64 MiB to this package, from the magnet on', { timeout: TIMEOUT }, async (t) => {
      const python = pythonFor(t);
      if (!python) return;
      const folder = folderFor(t);
      const { source, torrent } = await prepare(folder);
      const seeder = await startLibtorrent(t, python, {
        role: 'seed',
        torrent,
        folder: path.join(folder, 'seeder'),
      });
      const magnet = `magnet:?xt=urn:btih:${source.infoHash}`;
      const leecher = await startEngine(t, variant, magnet, path.join(folder, 'leecher'));
      leecher.engine.connect(`127.0.0.1:${seeder.port}`);

      assert.equal(await download(leecher), source.sha1);
      assert.equal(leecher.engine.swarm.downloaded, LENGTH);
      assert.deepEqual(leecher.engine.metadata, source.metadata);
      assert.equal(seeder.told.peer_error, undefined);
    });

    it('leeches 64 MiB from this package', { timeout: TIMEOUT }, async (t) => {
      const python = pythonFor(t);
      if (!python) return;
      const folder = folderFor(t);
      const { source, torrent } = await prepare(folder);
      const data = path.join(folder, 'seeder');
      const seeder = await startEngine(t, variant, source.torrent, data);
      await seeder.ready;
      const leecher = await startLibtorrent(t, python, {
        role: 'leech',
        torrent,
        folder: path.join(folder, 'leecher'),
        peer: seeder.port,
      });

      await leecher.when('done');
      const bytes = await fs.readFile(path.join(folder, 'leecher', source.name));
      assert.equal(createHash('sha1').update(bytes).digest('hex'), source.sha1);
      assert.equal(leecher.told.downloaded, LENGTH);
      assert.equal(seeder.engine.swarm.uploaded, LENGTH);
      assert.equal(leecher.told.peer_error, undefined);
    });
  });
}
