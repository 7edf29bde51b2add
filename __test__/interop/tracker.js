'use strict';

const http = require('node:http');
const bencode = require('bencode');

/**
 * A tracker on loopback that knows one peer: us. How clients that only dial whom a tracker names are
 * made to dial us.
 * @param {import('./process.js').Sandbox} sandbox
 * @param {number} port of ours
 */
async function startTracker(sandbox, port) {
  const peer = Buffer.from([127, 0, 0, 1, port >> 8, port & 0xff]);
  const server = http.createServer((_request, response) => {
    response.end(bencode.encode({ complete: 1, incomplete: 0, interval: 1800, peers: peer }));
  });
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => resolve(null));
  });
  sandbox.onClose(() => server.close());
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${address.port}/announce` };
}

module.exports = { startTracker };
