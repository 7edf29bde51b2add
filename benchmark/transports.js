'use strict';

// How a wire comes by its connection: piped to a socket and back, or with one of its own.

const net = require('node:net');
const { loadWire } = require('./implementations.js');

/** Whose wires are not piped. */
const TRANSPORT = /** @type {const} */ ('transport');
const WIRES = /** @type {const} */ (['original', 'native', TRANSPORT]);
/** Beside a socket without a wire. */
const RUNNERS = /** @type {const} */ (['bare', ...WIRES]);

const HOST = '127.0.0.1';

/** @typedef {import('./implementations.js').Name | typeof TRANSPORT} Runner */

/**
 * @typedef {object} Transport
 * @property {(port: number) => any} connect gives a wire to whoever listens there
 * @property {(onWire: (wire: any) => void) => Promise<number>} listen gives the port
 */

/**
 * @param {any} server
 * @returns {Promise<number>}
 */
function portOf(server) {
  return new Promise((resolve) => server.listen(0, HOST, () => resolve(server.address().port)));
}

/**
 * @param {net.Socket} socket
 * @param {any} wire
 * @returns {any} the wire
 */
function pipe(socket, wire) {
  socket.setNoDelay(true);
  socket.pipe(wire).pipe(socket);
  return wire;
}

/**
 * @param {() => any} create makes a wire
 * @returns {Transport}
 */
function piped(create) {
  return {
    connect: (port) => pipe(net.connect(port, HOST), create()),
    listen: (onWire) =>
      portOf(
        net.createServer((socket) => {
          socket.on('error', () => {}); // the peer has all it wants
          onWire(pipe(socket, create()));
        }),
      ),
  };
}

/**
 * @param {any} pwp
 * @param {object} options of its wires
 * @returns {Transport}
 */
function direct(pwp, options) {
  return {
    connect(port) {
      const wire = pwp.connect({ ...options, host: HOST, port });
      wire.once('error', (/** @type {Error} */ error) => {
        throw error;
      });
      return wire;
    },
    listen: (onWire) => portOf(pwp.createServer(options, onWire)),
  };
}

/**
 * @param {Runner} runner
 * @param {object} [options] of this package's wires
 * @returns {Promise<Transport>}
 */
async function loadTransport(runner, options) {
  if (runner === TRANSPORT) return direct(await loadWire('native'), options ?? {});
  const Wire = await loadWire(runner);
  return piped(() => new Wire(options));
}

module.exports = { HOST, RUNNERS, TRANSPORT, WIRES, loadTransport, piped, portOf };
