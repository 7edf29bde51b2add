'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { Meter } = require('../measure.js');
const { Counterpart } = require('../processes/counterpart.js');
const { cheaper } = require('../rows.js');
const { workload } = require('./workload.js');

// What `npm start` does, with 1 GiB and the pieces kept in memory: a seeder in one process, peerflix
// in this one, a reader of its HTTP server in a third. Start-up is left out: the meter runs from the
// first block to the last byte served.

const LENGTH = 2 ** 30;
const START = path.resolve(__dirname, '../../scripts/start');
const SOURCE = 'source.json';
const METADATA = 'metadata';
const TORRENT = 'file.torrent';

function missing() {
  if (fs.existsSync(path.join(START, 'seeder-process.js'))) return null;
  return 'scripts/start is not there';
}

/** @param {string} folder */
async function setUp(folder) {
  if (fs.existsSync(path.join(folder, SOURCE))) return; // another workload's, and the same
  const { ensureFixtures } = require('../../scripts/setup.js');
  const { createSource } = require('../../scripts/start/source.js');
  ensureFixtures();
  const { metadata, torrent, ...source } = await createSource(path.join(folder, 'file'), LENGTH);
  fs.writeFileSync(path.join(folder, METADATA), metadata);
  fs.writeFileSync(path.join(folder, TORRENT), torrent);
  fs.writeFileSync(path.join(folder, SOURCE), JSON.stringify(source));
}

/**
 * @param {any} parseTorrent
 * @param {string} magnet
 * @returns {Promise<any>}
 */
function parse(parseTorrent, magnet) {
  return new Promise((resolve, reject) => {
    parseTorrent.remote(magnet, (/** @type {Error | null} */ error, /** @type {any} */ parsed) =>
      error ? reject(error) : resolve(parsed),
    );
  });
}

/**
 * Streams the file through peerflix.
 * @param {import('../../scripts/setup.js').FixtureName} variant
 * @param {string} folder
 * @param {(source: any, own: string) => InstanceType<typeof Counterpart>} seed starts a seeder, which tells that it listens
 */
async function stream(variant, folder, seed) {
  const { openFixture } = require('../../scripts/start/fixture.js');
  const { freePort } = require('../../scripts/start/free-port.js');
  const source = JSON.parse(fs.readFileSync(path.join(folder, SOURCE), 'utf8'));
  const own = fs.mkdtempSync(path.join(folder, 'run-'));
  const seeder = seed(source, own);
  const { port } = await seeder.next('listening');

  const { parseTorrent, peerflix } = openFixture(variant);
  const engine = peerflix(await parse(parseTorrent, `magnet:?xt=urn:btih:${source.infoHash}`), {
    dht: false,
    tracker: false,
    hostname: '127.0.0.1',
    peerPort: await freePort(),
    path: own,
    tmp: own,
    // @ts-expect-error it has no types
    storage: require('memory-chunk-store'),
  });
  const meter = new Meter();
  engine.swarm.once('download', () => meter.start());
  engine.connect(`127.0.0.1:${port}`);
  await new Promise((resolve) => engine.server.once('listening', resolve));
  const reader = new Counterpart('reader', {
    url: `http://127.0.0.1:${engine.server.address().port}/`,
  });
  const { bytes, digest } = await reader.next('read');
  meter.stop();
  if (digest !== source.sha1) throw new Error('what peerflix served is not the file');
  reader.close();
  seeder.close();
  return { values: meter.per(bytes), digest, seen: bytes };
}

/**
 * From a seeder on the same wire.
 * @param {'native' | 'original'} variant
 * @param {string} folder
 */
function run(variant, folder) {
  return stream(
    variant,
    folder,
    (source, own) =>
      new Counterpart(path.join(START, 'seeder-process.js'), {
        variant,
        seed: source,
        metadataFile: path.join(folder, METADATA),
        folder: own, // removed by the seeder when it ends, so not the one that holds the file
      }),
  );
}

const NAME = 'peerflix';

module.exports = {
  TORRENT,
  missing,
  setUp,
  stream,
  workloads: [
    workload({
      name: NAME,
      runners: ['native', 'original'],
      unable: { 'bittorrent-protocol': 'not the wire that peer-wire-swarm takes' },
      mostRounds: 3,
      missing,
      setUp,
      run,
    }),
  ],
  rows: [
    cheaper({
      table: 'sockets',
      title: 'peerflix, 1 GiB, storage in memory',
      workload: NAME,
      value: 'cpu',
      unit: 'CPU s/GB',
      most: 0.8,
    }),
    cheaper({
      table: 'sockets',
      title: 'peerflix, by the clock',
      workload: NAME,
      value: 'wall',
      unit: 's/GB',
      most: 1,
    }),
  ],
};
