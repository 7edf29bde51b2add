'use strict';

const { BLOCK_LENGTH, INFO_HASH, PEER_ID, noise } = require('./bytes.js');
const { Meter } = require('./measure.js');

const STORED_BLOCKS = 64;

/**
 * Waits for one peer, unchokes it, and answers its requests from memory. The meter runs from request
 * number `from` to request number `to`.
 * @param {import('./transports.js').Transport} transport
 * @param {{ from: number, to: number }} options
 * @returns {Promise<{ port: number, served: Promise<import('./measure.js').Meter> }>}
 */
async function serve({ listen }, { from, to }) {
  const stored = noise(STORED_BLOCKS * BLOCK_LENGTH);
  const meter = new Meter();
  /** @type {(meter: Meter) => void} */
  let settle = () => {};
  /** @type {Promise<Meter>} */
  const served = new Promise((resolve) => {
    settle = resolve;
  });
  const port = await listen((wire) => {
    let requests = 0;
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
          settle(meter);
        }
      },
    );
  });
  return { port, served };
}

module.exports = { serve };
