'use strict';

const { temporaryFolder } = require('./helpers/prepare.js');
const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { after, before, describe, it } = require('node:test');
const { openFixture } = require('../../scripts/start/fixture.js');
const { freePort } = require('../../scripts/start/free-port.js');
const { Seeder } = require('../../scripts/start/seeder.js');
const { createSource } = require('../../scripts/start/source.js');

const LENGTH = 24 * 1024 * 1024 + 4321;
const TIMEOUT = 60_000;

describe('peerflix over HTTP, on this package', { timeout: TIMEOUT }, () => {
  /** @type {any} */
  let engine;
  /** @type {Seeder} */
  let seeder;
  /** @type {Buffer} */
  let bytes;
  /** @type {{ folder: string, remove: () => void }} */
  let workspace;
  let url = '';
  let host = '';

  before(async () => {
    workspace = temporaryFolder();
    const { folder } = workspace;
    const source = await createSource(path.join(folder, 'seeder'), LENGTH, { name: 'a film.mp4' });
    bytes = fs.readFileSync(source.file);
    const { peerflix, Wire, wire } = openFixture('native');
    assert.equal(wire.name, 'peer-wire-protocol-native');
    seeder = new Seeder(Wire, source);
    const address = `127.0.0.1:${await seeder.listen()}`;
    engine = peerflix(`magnet:?xt=urn:btih:${source.infoHash}`, {
      dht: false,
      tracker: false,
      hostname: '127.0.0.1',
      peerPort: await freePort(),
      path: path.join(folder, 'leecher'),
      tmp: path.join(folder, 'tmp'),
    });
    engine.connect(address);
    const [met] = await once(engine, 'wire');
    assert.ok(met instanceof Wire);
    await once(engine.server, 'listening');
    host = `127.0.0.1:${engine.server.address().port}`;
    url = `http://${host}`;
  });

  after(async () => {
    engine?.server.closeAllConnections();
    engine?.server.close();
    if (engine) await new Promise((resolve) => engine.destroy(resolve));
    await seeder?.close();
    workspace?.remove();
  });

  /**
   * @param {string} range
   * @param {number} start
   * @param {number} end the last byte, inclusive, as in HTTP
   */
  async function checkRange(range, start, end) {
    const response = await fetch(`${url}/`, { headers: { range } });
    const body = Buffer.from(await response.arrayBuffer());
    assert.equal(response.status, 206);
    assert.equal(response.headers.get('content-range'), `bytes ${start}-${end}/${LENGTH}`);
    assert.equal(response.headers.get('content-length'), String(end - start + 1));
    assert.equal(body.compare(bytes, start, end + 1), 0, `${range}: other bytes`);
  }

  it('gives a range from near the end before what lies in front of it', async () => {
    const start = Math.floor(LENGTH * 0.9) + 77;
    await checkRange(`bytes=${start}-${start + 99_999}`, start, start + 99_999);
    const missing = engine.torrent.pieces.findIndex(
      (/** @type {string} */ _, /** @type {number} */ piece) => !engine.bitfield.get(piece),
    );
    assert.ok(missing >= 0 && missing * engine.torrent.pieceLength < start);
  });

  it('gives ranges from the middle, to the end, and of the last bytes', async () => {
    const middle = Math.floor(LENGTH / 2) + 1;
    await Promise.all([
      checkRange(`bytes=${middle}-${middle}`, middle, middle),
      checkRange(`bytes=${middle}-${middle + 1_234_567}`, middle, middle + 1_234_567),
      checkRange(`bytes=${LENGTH - 100_001}-`, LENGTH - 100_001, LENGTH - 1),
      checkRange('bytes=-4097', LENGTH - 4097, LENGTH - 1),
      checkRange('bytes=0-0', 0, 0),
    ]);
  });

  it('answers HEAD, with and without a range', async () => {
    const whole = await fetch(`${url}/`, { method: 'HEAD' });
    assert.equal(whole.status, 200);
    assert.equal(whole.headers.get('content-length'), String(LENGTH));
    assert.equal(whole.headers.get('accept-ranges'), 'bytes');
    assert.equal(whole.headers.get('content-type'), 'video/mp4');
    assert.equal((await whole.arrayBuffer()).byteLength, 0);
    const part = await fetch(`${url}/0`, { method: 'HEAD', headers: { range: 'bytes=10-19' } });
    assert.equal(part.status, 206);
    assert.equal(part.headers.get('content-length'), '10');
    assert.equal(part.headers.get('content-range'), `bytes 10-19/${LENGTH}`);
  });

  it('gives the whole file, as the root and by its index', async () => {
    for (const place of ['/', '/0']) {
      const response = await fetch(url + place);
      const body = Buffer.from(await response.arrayBuffer());
      assert.equal(response.status, 200);
      assert.equal(body.compare(bytes), 0, `${place}: other bytes`);
    }
    // Each block came once, although several readers wanted some of them at the same time.
    assert.equal(engine.swarm.downloaded, LENGTH);
    assert.equal(seeder.uploaded, LENGTH);
  });

  it('tells in /.json what it has and from whom', async () => {
    const response = await fetch(`${url}/.json`);
    const stats = await response.json();
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    assert.ok(stats.downloadSpeed > 0);
    assert.deepEqual(stats, {
      totalLength: LENGTH,
      downloaded: LENGTH,
      uploaded: 0,
      downloadSpeed: stats.downloadSpeed,
      uploadSpeed: 0,
      totalPeers: 1,
      activePeers: 1,
      files: [{ name: 'a film.mp4', url: `http://${host}/0`, length: LENGTH }],
    });
  });

  it('lists the file in /.m3u', async () => {
    const response = await fetch(`${url}/.m3u`);
    assert.equal(response.headers.get('content-type'), 'application/x-mpegurl; charset=utf-8');
    assert.equal(await response.text(), `#EXTM3U\n#EXTINF:-1,a film.mp4\nhttp://${host}/0`);
  });

  it('has nothing else', async () => {
    for (const place of ['/1', '/favicon.ico', '/another.mp4']) {
      assert.equal((await fetch(url + place)).status, 404);
    }
  });
});
