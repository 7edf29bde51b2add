'use strict';

// torrent-stream, unmodified, on this swarm: a magnet link becomes a file.

const { ensureFixtures } = require('../../scripts/setup.js');

process.noDeprecation = true; // torrent-stream is of 2018
ensureFixtures(['original', 'swarm']);

const assert = require('node:assert/strict');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const pwp = require('../../index.js');
const { cleanUpAfter } = require('../e2e/helpers/cleanup.js');
const { download, startEngine } = require('../e2e/helpers/engine.js');
const { createSource } = require('../../scripts/start/source.js');

const LENGTH = 3 * 1024 * 1024 + 12_345; // with a last piece and a last block that are short
const TIMEOUT = 60_000;

/** @typedef {import('../../scripts/start/fixture.js').Variant} Variant */

// Who seeds, who downloads, and with which encryption.
const PAIRS = /** @type {[Variant, Variant, string][]} */ ([
  ['swarm', 'swarm', 'off'],
  ['original', 'swarm', 'off'],
  ['swarm', 'original', 'off'],
  ['swarm', 'swarm', 'require'],
  ['original', 'swarm', 'prefer'],
]);

for (const [seeding, leeching, encryption] of PAIRS) {
  const name = `${seeding} seeds, ${leeching} downloads, encryption ${encryption}`;
  test(name, { timeout: TIMEOUT }, async (t) => {
    process.env.PEER_WIRE_PROTOCOL_ENCRYPTION = encryption;
    cleanUpAfter(t, () => {
      delete process.env.PEER_WIRE_PROTOCOL_ENCRYPTION;
    });
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-swarm-'));
    cleanUpAfter(t, () => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
    const source = await createSource(path.join(folder, 'seeder'), LENGTH, { pieceLength: 65_536 });
    const seeder = await startEngine(t, seeding, source.torrent, path.join(folder, 'seeder'));
    await seeder.ready;
    const magnet = `magnet:?xt=urn:btih:${source.infoHash}`;
    const leecher = await startEngine(t, leeching, magnet, path.join(folder, 'leecher'));
    leecher.engine.connect(seeder.address);

    assert.equal(await download(leecher), source.sha1);
    assert.deepEqual(leecher.engine.metadata, source.metadata);
    assert.equal(leecher.engine.swarm.downloaded, LENGTH);
    assert.equal(seeder.engine.swarm.uploaded, LENGTH);
    const [wire] = leecher.engine.swarm.wires;
    assert.equal(wire instanceof pwp.SocketWire, leeching === 'swarm');
    assert.equal(wire.encrypted ?? false, encryption === 'require' ? 'rc4' : false);
  });
}
