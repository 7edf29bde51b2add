'use strict';

// libtorrent, as it is probed.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs/promises');
const path = require('node:path');
const { test } = require('node:test');
const { createSource } = require('../../scripts/start/source.js');
const { pythonFor, startLibtorrent } = require('../e2e/helpers/libtorrent.js');
const { folderFor } = require('./helpers/folder.js');
const { objects, run } = require('./helpers/run.js');

const LENGTH = 8 * 1024 * 1024;
const PIECE_LENGTH = 128 * 1024;

for (const encrypted of [false, true]) {
  test(`libtorrent ${encrypted ? 'that speaks RC4 alone' : 'in the clear'}`, async (t) => {
    const python = pythonFor(t);
    if (!python) return;
    const folder = folderFor(t);
    const source = await createSource(folder, LENGTH, { pieceLength: PIECE_LENGTH });
    const torrent = path.join(folder, 'file.torrent');
    await fs.writeFile(torrent, source.torrent);
    const { port } = await startLibtorrent(t, python, { role: 'seed', torrent, folder, encrypted });

    const magnet = `magnet:?xt=urn:btih:${source.infoHash}`;
    const args = ['probe', `127.0.0.1:${port}`, magnet, '--json', '--download', '2'];
    const { code, stdout, stderr } = await run(t, args);
    assert.equal(code, 0, stderr);
    const summary = objects(stdout).at(-1);
    assert.equal(summary.encryption, encrypted ? 'rc4' : 'none');
    assert.equal(summary.redialled, !encrypted);
    assert.equal(summary.handshake.client.name, 'libtorrent');
    assert.equal(summary.handshake.extensions.fast, true);
    assert.match(summary.extended.v, /^libtorrent/);
    assert.deepEqual(summary.torrent, {
      name: source.name,
      pieceLength: PIECE_LENGTH,
      pieceCount: LENGTH / PIECE_LENGTH,
      files: 1,
      size: LENGTH,
      metadataSize: source.metadata.length,
    });
    assert.equal(summary.pieces.have, LENGTH / PIECE_LENGTH);
    assert.equal(summary.downloaded, 2 * 1024 * 1024);
    assert.ok(summary.speed > 0);
    assert.equal(summary.closed.by, 'us');
  });
}

/** A torrent of version 2 alone, made by libtorrent. */
const MAKE = `
import sys
import libtorrent as lt
files = lt.file_storage()
lt.add_files(files, sys.argv[1])
torrent = lt.create_torrent(files, ${PIECE_LENGTH}, flags=lt.create_torrent.v2_only)
lt.set_piece_hashes(torrent, sys.argv[2])
made = torrent.generate()
open(sys.argv[3], "wb").write(lt.bencode(made))
print(lt.torrent_info(made).info_hashes().v2)
`;

test('libtorrent with a torrent of version 2', async (t) => {
  const python = pythonFor(t);
  if (!python) return;
  const folder = folderFor(t);
  await fs.mkdir(path.join(folder, 'files'));
  await fs.writeFile(path.join(folder, 'files/a'), Buffer.alloc(LENGTH, 1));
  await fs.writeFile(path.join(folder, 'files/b'), Buffer.alloc(1000, 2));
  const torrent = path.join(folder, 'file.torrent');
  const made = spawnSync(python, ['-c', MAKE, path.join(folder, 'files'), folder, torrent], {
    encoding: 'utf8',
  });
  assert.equal(made.status, 0, made.stderr);
  const infoHash = made.stdout.trim();
  const { port } = await startLibtorrent(t, python, { role: 'seed', torrent, folder });

  const args = ['probe', `127.0.0.1:${port}`, infoHash, '--json', '--download', '0.25'];
  const { code, stdout, stderr } = await run(t, args);
  assert.equal(code, 0, stderr);
  const summary = objects(stdout).at(-1);
  assert.equal(infoHash.length, 64);
  assert.equal(summary.handshake.isRight, true);
  assert.deepEqual(
    [summary.torrent.files, summary.torrent.size, summary.torrent.pieceCount],
    [2, LENGTH + 1000, LENGTH / PIECE_LENGTH + 1],
  );
  assert.equal(summary.pieces.have, summary.torrent.pieceCount);
  assert.equal(summary.downloaded, 256 * 1024);
});
