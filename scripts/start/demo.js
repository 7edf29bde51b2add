'use strict';

const fs = require('node:fs/promises');
const path = require('node:path');
const { bytes } = require('./format.js');
const { createSource } = require('./source.js');
const { StartError, say, streamTorrent } = require('./stream.js');

/**
 * The main job on a file of our own: a seeder in one process, peerflix in another, which gets the
 * info hash and the seeder's address and nothing else.
 * @param {object} options
 * @param {import('./workspace.js').Workspace} options.workspace
 * @param {import('./progress.js').Progress} options.progress
 * @param {import('../setup.js').FixtureName} options.variant
 * @param {number} options.size bytes
 */
async function streamOwnFile({ workspace, progress, variant, size }) {
  await checkSpace(workspace.folder, size);
  say(`making a file of ${bytes(size)} and its torrent`);
  const { metadata, torrent, ...source } = await createSource(
    path.join(workspace.folder, 'seeder'),
    size,
  );
  const metadataFile = path.join(workspace.folder, 'metadata');
  await fs.writeFile(metadataFile, metadata);
  const seeder = workspace.spawn('seeder-process', { variant, seed: source, metadataFile });
  const { port } = await seeder.next('listening');
  return await streamTorrent({
    workspace,
    progress,
    variant,
    torrent: `magnet:?xt=urn:btih:${source.infoHash}`,
    peers: [`127.0.0.1:${port}`],
    expected: source.sha1,
  });
}

/**
 * The file lies there twice: as it was made, and as peerflix stored it.
 * @param {string} folder
 * @param {number} size
 */
async function checkSpace(folder, size) {
  const { bavail, bsize } = await fs.statfs(folder);
  if (bavail * bsize < 2 * size) {
    const free = bytes(bavail * bsize);
    throw new StartError(
      'ERR_START_NO_SPACE',
      `needs ${bytes(2 * size)} in ${path.dirname(folder)}, where ${free} are free; try a smaller --size`,
    );
  }
}

module.exports = { streamOwnFile };
