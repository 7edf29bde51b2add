'use strict';

const { openFixture } = require('./fixture.js');
const { freePort } = require('./free-port.js');
const { runInside, tell } = require('./inside.js');

const PROGRESS_MS = 250;
const START_POLL_MS = 10;

/**
 * @param {any} parseTorrent
 * @param {string} torrent file, address, magnet link or info hash, as peerflix's own command takes it
 * @returns {Promise<any>}
 */
function parse(parseTorrent, torrent) {
  return new Promise((resolve, reject) => {
    parseTorrent.remote(torrent, (/** @type {Error | null} */ error, /** @type {any} */ parsed) => {
      if (error) reject(Object.assign(error, { code: 'ERR_START_TORRENT' }));
      else resolve(parsed);
    });
  });
}

/**
 * The CPU time of this process from the first block to the question, and the wall time.
 * @param {any} engine
 */
function startMeterAtFirstBlock(engine) {
  let started = process.hrtime.bigint();
  let before = process.cpuUsage();
  let downloadedBefore = 0;
  engine.swarm.once('download', (/** @type {number} */ bytes) => {
    started = process.hrtime.bigint();
    before = process.cpuUsage();
    downloadedBefore = bytes;
  });
  return () => {
    const { user, system } = process.cpuUsage(before);
    return {
      cpuSeconds: (user + system) / 1e6,
      seconds: Number(process.hrtime.bigint() - started) / 1e9,
      downloaded: engine.swarm.downloaded - downloadedBefore,
    };
  };
}

/**
 * Tells `progress` of the file that is served: bytes in verified pieces, speed and peers.
 * @param {any} engine
 */
function reportProgress(engine) {
  const file = engine.server.index;
  const { pieceLength } = engine.torrent;
  const first = Math.floor(file.offset / pieceLength);
  const last = Math.floor((file.offset + file.length - 1) / pieceLength);
  let verified = 0;
  const count = (/** @type {number} */ piece) => {
    if (piece < first || piece > last) return;
    const start = Math.max(piece * pieceLength, file.offset);
    const end = Math.min((piece + 1) * pieceLength, file.offset + file.length);
    verified += end - start;
  };
  for (let piece = first; piece <= last; piece++) if (engine.bitfield.get(piece)) count(piece);
  const report = () => {
    const { wires } = engine.swarm;
    tell({
      event: 'progress',
      verified,
      speed: engine.swarm.downloadSpeed(),
      peers: wires.length,
      active: wires.filter((/** @type {any} */ wire) => !wire.peerChoking).length,
    });
  };
  engine.on('verify', (/** @type {number} */ piece) => {
    count(piece);
    // A short file is there before the first look at the clock.
    if (verified === file.length) report();
  });
  setInterval(report, PROGRESS_MS).unref();
}

/**
 * Counts those who read from the server beside the parent, so that it can wait for them.
 * @param {any} server
 */
function watchReaders(server) {
  let reading = 0;
  let last = 0; // ms, of the last sign of a foreign reader; 0 when there never was one
  server.on('request', (/** @type {any} */ request, /** @type {any} */ response) => {
    if (request.headers['x-own-reader']) return;
    reading++;
    last = Date.now();
    response.once('close', () => {
      reading--;
      last = Date.now();
    });
  });
  return () => ({ reading, idleMs: last === 0 ? null : Date.now() - last });
}

/**
 * Of the addresses it gets before it has started, peer-wire-swarm takes only one.
 * @param {any} engine
 * @param {string[]} peers
 */
function connectWhenStarted(engine, peers) {
  const timer = setInterval(() => {
    if (engine.swarm.paused) return;
    clearInterval(timer);
    for (const peer of peers) engine.connect(peer);
  }, START_POLL_MS);
}

// Streams settings.torrent through peerflix; with peers given, from them alone.
runInside(async ({ variant, torrent, peers, folder }) => {
  const { Wire, parseTorrent, peerflix, wire } = openFixture(variant);
  tell({ event: 'wire', wire });
  const parsed = await parse(parseTorrent, torrent);
  const isAlone = peers.length > 0;
  const engine = peerflix(parsed, {
    dht: !isAlone,
    tracker: !isAlone,
    hostname: '127.0.0.1',
    peerPort: await freePort(),
    path: `${folder}/leecher`,
    tmp: `${folder}/leecher-tmp`, // else the metadata is taken from the cache of an earlier run
  });
  engine.on('wire', (/** @type {any} */ peer) => {
    if (!(peer instanceof Wire)) throw new TypeError('peer-wire-swarm runs on another wire');
  });
  const usage = startMeterAtFirstBlock(engine);
  const readers = watchReaders(engine.server);
  engine.server.once('listening', () => {
    reportProgress(engine);
    const { index } = engine.server;
    tell({
      event: 'serving',
      url: `http://127.0.0.1:${engine.server.address().port}/`,
      name: index.name,
      length: index.length,
    });
  });
  connectWhenStarted(engine, peers);
  return { usage, readers };
});
