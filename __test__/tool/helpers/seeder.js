'use strict';

// Peers to be probed.

const { createHash } = require('node:crypto');
const bencode = require('bencode');
const pwp = require('../../../index.js');
const { listen } = require('../../transport/helpers/sockets.js');

const PIECE_LENGTH = 32 * 1024;
const PIECES = 40;
const LENGTH = PIECES * PIECE_LENGTH - 1000;

const METADATA = Buffer.from(
  bencode.encode({
    length: LENGTH,
    // The name is the torrent's maker's to choose.
    name: 'a\x1b[31mname',
    'piece length': PIECE_LENGTH,
    pieces: Buffer.alloc(20 * PIECES, 1),
    // So that it is of more than one piece.
    zeros: Buffer.alloc(40_000),
  }),
);
const INFO_HASH = createHash('sha1').update(METADATA).digest();
const HEX = INFO_HASH.toString('hex');
const PEER_ID = '-TR4050-abcdefghijkl';

/**
 * A peer that has all of a torrent, and gives it to anybody.
 * @param {import('node:test').TestContext} t
 * @param {{ host?: string, options?: object, onWire?: (wire: any) => void }} [how]
 */
async function seed(t, { host, options, onWire } = {}) {
  const { default: utMetadata } = await import('ut_metadata');
  const wires = new Set();
  const settings = { pieceCount: PIECES, infoHashes: [INFO_HASH], encryption: 'off', ...options };
  const server = pwp.createServer(/** @type {any} */ (settings), (/** @type {any} */ wire) => {
    wires.add(wire);
    wire.extendedHandshake.v = 'Transmission 4.0.5';
    wire.extendedHandshake.reqq = 512;
    wire.use(utMetadata(METADATA));
    wire.on('handshake', () => {
      wire.handshake(INFO_HASH, PEER_ID, { dht: true, fast: true });
      if (wire.hasFast) wire.haveAll();
      else wire.bitfield(Buffer.alloc(PIECES / 8, 0xff));
      wire.port(6882);
      onWire?.(wire);
    });
    wire.on('interested', () => wire.unchoke());
    wire.on('request', (/** @type {any[]} */ ...[, , length, respond]) =>
      respond(null, Buffer.alloc(length)),
    );
  });
  t.after(() => {
    for (const wire of wires) wire.destroy();
  });
  return listen(t, server, host);
}

module.exports = { HEX, INFO_HASH, LENGTH, PIECES, PIECE_LENGTH, seed };
