'use strict';

// peerflix knows nothing of encryption: the environment alone decides whether it gets anything from a
// seeder that speaks nothing but RC4.

const { folderFor } = require('./helpers/prepare.js');
const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const fs = require('node:fs/promises');
const path = require('node:path');
const { describe, it } = require('node:test');
const { createSource } = require('../../scripts/start/source.js');
const { pythonFor, startLibtorrent } = require('./helpers/libtorrent.js');
const { startPeerflix } = require('./helpers/peerflix.js');

const LENGTH = 24 * 1024 * 1024 + 4321;
const SILENCE = 5000; // ms
const TIMEOUT = 60_000;

/**
 * @param {import('node:test').TestContext} t
 * @param {string} python
 */
async function seedEncrypted(t, python) {
  const folder = folderFor(t);
  const data = path.join(folder, 'seeder');
  const source = await createSource(data, LENGTH);
  const torrent = path.join(folder, 'file.torrent');
  await fs.writeFile(torrent, source.torrent);
  const options = /** @type {const} */ ({ role: 'seed', torrent, folder: data, encrypted: true });
  const seeder = await startLibtorrent(t, python, options);
  return { source, torrent, seeder, folder, peer: seeder.port };
}

describe('peerflix and a libtorrent that takes only encrypted peers', { concurrency: true }, () => {
  for (const [encryption, start] of /** @type {const} */ ([
    ['require', 'the .torrent'],
    ['require', 'the magnet'],
    ['prefer', 'the .torrent'],
  ])) {
    it(`streams with '${encryption}', from ${start}`, { timeout: TIMEOUT }, async (t) => {
      const python = pythonFor(t);
      if (!python) return;
      const { source, torrent, seeder, folder, peer } = await seedEncrypted(t, python);
      const magnet = `magnet:?xt=urn:btih:${source.infoHash}`;
      const what = start === 'the magnet' ? magnet : torrent;
      const url = await startPeerflix(t, { torrent: what, folder, peer, encryption });

      const response = await fetch(url);
      assert.equal(response.status, 200);
      const bytes = Buffer.from(await response.arrayBuffer());
      assert.equal(createHash('sha1').update(bytes).digest('hex'), source.sha1);
      assert.equal(seeder.told.peer_error, undefined);
    });
  }

  for (const encryption of [null, 'off']) {
    it(`gets nothing with ${encryption ?? 'no variable'}`, { timeout: TIMEOUT }, async (t) => {
      const python = pythonFor(t);
      if (!python) return;
      const { torrent, seeder, folder, peer } = await seedEncrypted(t, python);
      const url = await startPeerflix(t, { torrent, folder, peer, encryption });

      // Not even a header comes before the first byte.
      const signal = AbortSignal.timeout(SILENCE);
      await assert.rejects(fetch(url, { signal }), { name: 'TimeoutError' });
      const stats = /** @type {any} */ (await (await fetch(`${url}.json`)).json());
      assert.deepEqual([stats.totalLength, stats.downloaded, stats.totalPeers], [LENGTH, 0, 0]);
      assert.equal(await seeder.when('visited'), true);
    });
  }
});
