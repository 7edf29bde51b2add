'use strict';

const { allowedFastSet } = require('./lib/allowed-fast.js');
const { requestHash } = require('./lib/torrents.js');
const Server = require('./lib/transport/server.js');
const SocketWire = require('./lib/transport/socket-wire.js');
const { configure } = require('./lib/transport/transport.js');
const Wire = require('./lib/wire.js');

/**
 * Makes a wire, called with `new` or without: a function, since a class could only be called with.
 * @param {object} [options] see index.d.ts
 * @this {unknown}
 * @returns {Wire}
 */
function pwp(options) {
  if (new.target === undefined && this instanceof pwp) {
    throw new TypeError('a wire is extended with class … extends, not with pwp.call(this)');
  }
  // Not Reflect.construct for all: wires made through a function that is no class are laid out badly
  // by the engine, and cost twice as much to use.
  if (new.target === undefined || new.target === pwp) return new Wire(options);
  return Reflect.construct(Wire, [options], new.target);
}

pwp.prototype = Wire.prototype;
Object.defineProperty(Wire.prototype, 'constructor', {
  value: pwp,
  configurable: true,
  writable: true,
});
pwp.Wire = pwp;
pwp.allowedFastSet = allowedFastSet;
pwp.requestHash = requestHash;
pwp.connect = SocketWire.connect;
pwp.createServer = createServer;
pwp.configureTransport = configure;
pwp.Server = Server;
pwp.SocketWire = SocketWire;

/**
 * @param {any} [options] see index.d.ts
 * @param {(wire: SocketWire) => void} [onWire]
 * @returns {Server}
 */
function createServer(options, onWire) {
  return new Server(options, onWire);
}

module.exports = pwp;
