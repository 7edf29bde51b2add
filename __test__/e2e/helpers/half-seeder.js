'use strict';

const fs = require('node:fs');
const { openFixture } = require('../../../scripts/start/fixture.js');
const { freePort } = require('../../../scripts/start/free-port.js');
const { serveMetadata } = require('../../../scripts/start/seeder.js');
const { cleanUpAfter } = require('./cleanup.js');

/**
 * A seeder on peer-wire-swarm that shows the even pieces to its first peer and the odd ones to its
 * second, so that the two can only finish by sending each other what they have.
 * @param {import('node:test').TestContext} t
 * @param {import('../../../scripts/setup.js').FixtureName} variant
 * @param {import('../../../scripts/start/source.js').Source} source
 */
async function startHalfSeeder(t, variant, source) {
  const { Swarm } = openFixture(variant);
  const bytes = fs.readFileSync(source.file);
  const pieces = Math.ceil(source.length / source.pieceLength);
  const swarm = new Swarm(source.infoHash, '-PW0001-half-seeding');
  /** @type {Set<number>[]} the pieces each peer took */
  const taken = [];
  swarm.on('wire', (/** @type {any} */ wire) => {
    const parity = taken.length % 2;
    /** @type {Set<number>} */
    const mine = new Set();
    taken.push(mine);
    const bits = Buffer.alloc(Math.ceil(pieces / 8));
    for (let piece = parity; piece < pieces; piece += 2) bits[piece >> 3] |= 0x80 >> (piece & 7);
    serveMetadata(wire, source.metadata);
    wire.bitfield({ buffer: bits });
    wire.on('interested', () => wire.unchoke());
    wire.on(
      'request',
      (
        /** @type {number} */ piece,
        /** @type {number} */ offset,
        /** @type {number} */ length,
        /** @type {(error: Error | null, block?: Buffer) => void} */ respond,
      ) => {
        if (piece % 2 !== parity) return respond(new Error('not offered'));
        mine.add(piece);
        const start = piece * source.pieceLength + offset;
        return respond(null, bytes.subarray(start, start + length));
      },
    );
  });
  const port = await freePort();
  await new Promise((resolve) => swarm.listen(port, () => resolve(undefined)));
  cleanUpAfter(
    t,
    () =>
      new Promise((resolve) => {
        swarm.once('close', resolve);
        swarm.destroy();
      }),
  );
  return { address: `127.0.0.1:${port}`, taken };
}

module.exports = { startHalfSeeder };
