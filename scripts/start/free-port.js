'use strict';

const { createServer } = require('node:net');

/**
 * A TCP port that is free now. Left to itself torrent-stream tries 6881, and takes its process down
 * if somebody else grabs that between its try and its listening.
 * @returns {Promise<number>}
 */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

module.exports = { freePort };
