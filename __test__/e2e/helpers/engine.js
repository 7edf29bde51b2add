'use strict';

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { once } = require('node:events');
const path = require('node:path');
const { pipeline } = require('node:stream/promises');
const { openFixture } = require('../../../scripts/start/fixture.js');
const { freePort } = require('../../../scripts/start/free-port.js');
const { cleanUpAfter } = require('./cleanup.js');

/** @typedef {import('../../../scripts/setup.js').FixtureName} Variant */

/**
 * torrent-stream of one fixture, alone with the peers it is told of. Each of its wires is checked
 * to be of that fixture. It unchokes every ten seconds only; here, as soon as a peer is interested.
 * @param {import('node:test').TestContext} t
 * @param {Variant} variant
 * @param {string | Buffer} torrent
 * @param {string} folder the file of the torrent lies, or will lie, in here
 */
async function startEngine(t, variant, torrent, folder) {
  const { torrentStream, Wire } = openFixture(variant);
  const engine = torrentStream(torrent, {
    dht: false,
    tracker: false,
    path: folder,
    tmp: path.join(folder, 'tmp'),
  });
  // engine.ready() would call back while the file is still being verified, and a peer that
  // connects then is told of no pieces.
  const ready = once(engine, 'ready');
  const port = await freePort();
  cleanUpAfter(t, () => new Promise((resolve) => engine.destroy(resolve)));
  /** @type {unknown[]} */
  const strangers = [];
  engine.on('wire', (/** @type {any} */ wire) => {
    if (!(wire instanceof Wire)) strangers.push(wire);
    wire.on('interested', () => wire.unchoke());
  });
  cleanUpAfter(t, () =>
    assert.equal(strangers.length, 0, `wires in fixture/${variant} of another kind`),
  );
  await new Promise((resolve) => engine.listen(port, () => resolve(undefined)));
  return { engine, ready, address: `127.0.0.1:${port}`, port };
}

/**
 * Downloads the only file of a torrent and gives its SHA-1.
 * @param {{ engine: any, ready: Promise<unknown> }} member
 * @returns {Promise<string>}
 */
async function download({ engine, ready }) {
  await ready;
  const hash = createHash('sha1');
  await pipeline(engine.files[0].createReadStream(), hash);
  return hash.digest('hex');
}

module.exports = { download, startEngine };
