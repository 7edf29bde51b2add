'use strict';

// Two wires that are joined in one of the ways there are: over sockets of their own, piped to sockets of
// Node's, or one of each.

const net = require('node:net');
const { HOST, listen, pwp, when } = require('./sockets.js');

/** @typedef {'own' | 'piped'} Kind */

/** @param {net.Socket} socket @param {any} wire */
function join(socket, wire) {
  socket.on('error', () => {});
  socket.pipe(wire).pipe(socket);
  socket.on('close', () => wire.destroy());
}

/** How the one that is spoken to comes to its connection. */
const SERVERS = {
  own: pwp.createServer,
  piped: (/** @type {any} */ options, /** @type {any} */ onWire) => {
    const server = net.createServer({ noDelay: true }, (socket) => {
      const wire = pwp(options);
      onWire?.(wire);
      server.emit('wire', wire);
      join(socket, wire);
    });
    return server;
  },
};

/** How the one that begins does. */
const CALLERS = {
  own: (/** @type {any} */ options, /** @type {number} */ port) =>
    pwp.connect({ ...options, port, host: HOST }),
  piped(/** @type {any} */ options, /** @type {number} */ port) {
    const wire = pwp(options);
    join(net.connect({ port, host: HOST, noDelay: true }), wire);
    return wire;
  },
};

/** Who begins, and who is spoken to. @type {[Kind, Kind][]} */
const KINDS = [
  ['own', 'own'],
  ['own', 'piped'],
  ['piped', 'own'],
  ['piped', 'piped'],
];

/** Places where wires of two kinds meet, one pair after the other. */
class Place {
  /**
   * @param {import('node:test').TestContext} t
   * @param {[Kind, Kind]} kinds
   * @param {any} options of the one that is spoken to
   */
  static async open(t, [caller, called], options) {
    const server = SERVERS[called](options);
    const place = new Place();
    place.port = await listen(t, server);
    place.server = server;
    place.given = called === 'own' ? 'connection' : 'wire';
    place.call = CALLERS[caller];
    return place;
  }

  port = 0;
  /** @type {any} */
  server = null;
  given = '';
  /** @type {(options: any, port: number) => any} */
  call = CALLERS.own;

  /** @param {any} options of the one that begins */
  async meet(options) {
    const given = when(this.server, this.given);
    const caller = this.call(options, this.port);
    const [called] = await given;
    return [caller, called];
  }
}

module.exports = { CALLERS, KINDS, Place, SERVERS };
