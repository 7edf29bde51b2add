'use strict';

const net = require('node:net');
const { BLOCK_LENGTH, INFO_HASH, PEER_ID, noise } = require('./bytes.js');
const { Meter } = require('./measure.js');

const STORED_BLOCKS = 64;

/**
 * Waits for one peer, unchokes it, and answers its requests from memory. The meter runs from request
 * number `from` to request number `to`.
 * @param {import('./implementations.js').Implementation} implementation
 * @param {{ from: number, to: number }} options
 * @returns {Promise<{ port: number, served: Promise<import('./measure.js').Meter> }>}
 */
async function serve({ create }, { from, to }) {
  const stored = noise(STORED_BLOCKS * BLOCK_LENGTH);
  const meter = new Meter();
  const server = net.createServer();
  const served = new Promise((resolve) => {
    server.once('connection', (socket) => {
      const wire = create();
      let requests = 0;
      socket.setNoDelay(true);
      socket.on('error', () => {}); // the leecher has all it wants
      socket.pipe(wire).pipe(socket);
      wire.once('handshake', () => wire.handshake(INFO_HASH, PEER_ID));
      wire.once('interested', () => wire.unchoke());
      wire.on(
        'request',
        (
          /** @type {number} */ _piece,
          /** @type {number} */ _offset,
          /** @type {number} */ length,
          /** @type {(error: null, block: Buffer) => void} */ respond,
        ) => {
          if (requests === from) meter.start();
          const at = (requests++ % STORED_BLOCKS) * BLOCK_LENGTH;
          respond(null, stored.subarray(at, at + length));
          if (requests === to) {
            meter.stop();
            resolve(meter);
          }
        },
      );
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  return { port, served };
}

module.exports = { serve };
