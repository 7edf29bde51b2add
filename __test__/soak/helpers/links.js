'use strict';

// What carries the bytes of one end of a connection: a socket of Node's that its wire is piped to and
// from, or a socket of the wire's own.

const { once } = require('node:events');
const net = require('node:net');
const pwp = require('../../../index.js');

const HOST = '127.0.0.1';

/** @typedef {import('./random.js').Random} Random */
/** @typedef {typeof PipedLink | typeof NativeLink} Kind */

/** A wire that is piped to a socket and from it. */
class PipedLink {
  static isNative = false;

  /**
   * Dials.
   * @param {number} port
   * @param {object} options of the wire
   */
  static async dial(port, options) {
    const socket = net.connect(port, HOST);
    await once(socket, 'connect');
    return new PipedLink(socket, options);
  }

  /**
   * Listens for one connection.
   * @param {object} options of its wire
   * @returns {Promise<{ port: number, link: Promise<PipedLink> }>}
   */
  static async listen(options) {
    const server = net.createServer().listen(0, HOST);
    await once(server, 'listening');
    const link = once(server, 'connection').then(([socket]) => {
      server.close();
      return new PipedLink(socket, options);
    });
    return { port: /** @type {net.AddressInfo} */ (server.address()).port, link };
  }

  /** Whether what the wire sends goes to the socket: twice would be twice. */
  #isPiped = true;

  /**
   * @param {net.Socket} socket
   * @param {object} options
   */
  constructor(socket, options) {
    this.socket = socket;
    this.wire = pwp(options);
  }

  get isNative() {
    return false;
  }

  /** Has bytes flow, when everybody listens who is going to. */
  join() {
    const { socket, wire } = this;
    socket.on('end', () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => wire.destroy());
    wire.on('end', () => socket.destroy());
    socket.pipe(wire).pipe(socket);
  }

  get isClosed() {
    return this.socket.destroyed;
  }

  /** What may end the connection in the end. @returns {(() => void)[]} */
  get exits() {
    const { socket, wire } = this;
    return [
      () => wire.destroy(),
      () => wire.end(),
      () => socket.end(),
      () => socket.resetAndDestroy(),
    ];
  }

  /**
   * Puts bytes on the socket beside the wire, between two of its messages.
   * @param {Buffer} data
   * @returns {boolean} whether that was possible
   */
  inject(data) {
    const { socket, wire } = this;
    // A message may be half out as long as the wire keeps something back.
    if (wire.readableLength > 0 || !socket.writable || wire.destroyed) return false;
    socket.write(data);
    return true;
  }

  pause() {
    this.socket.pause();
  }

  resume() {
    if (!this.socket.destroyed) this.socket.resume();
  }

  /** @returns {boolean} whether it was piped */
  unpipe() {
    if (!this.#isPiped) return false;
    this.#isPiped = false;
    this.wire.unpipe(this.socket);
    return true;
  }

  /** As long as there is somebody to pipe to. */
  repipe() {
    this.#isPiped = true;
    this.wire.pipe(this.socket);
  }
}

/** A wire with a socket of its own. */
class NativeLink {
  static isNative = true;

  /**
   * @param {number} port
   * @param {object} options of the wire
   */
  static async dial(port, options) {
    const control = new AbortController();
    const wire = pwp.connect({ ...options, port, host: HOST, signal: control.signal });
    await once(wire, 'connect');
    return new NativeLink(wire, control, null);
  }

  /**
   * @param {object} options
   * @returns {Promise<{ port: number, link: Promise<NativeLink> }>}
   */
  static async listen(options) {
    const server = pwp.createServer(options);
    server.listen(0, HOST);
    await once(server, 'listening');
    const { port } = /** @type {net.AddressInfo} */ (server.address());
    const link = once(server, 'connection').then(([wire]) => {
      server.close();
      return new NativeLink(wire, null, server);
    });
    return { port, link };
  }

  #isClosed = false;
  #control;

  /**
   * @param {any} wire
   * @param {AbortController | null} control of one that has dialled
   * @param {any} server of one that was accepted, which had no other
   */
  constructor(wire, control, server) {
    this.wire = wire;
    this.#control = control;
    // Of one that has dialled nobody is told when the socket is closed.
    (server ?? wire).once(server === null ? 'end' : 'close', () => {
      this.#isClosed = true;
    });
  }

  get isNative() {
    return true;
  }

  join() {}

  get isClosed() {
    return this.#isClosed;
  }

  /** @returns {(() => void)[]} */
  get exits() {
    return [() => this.wire.destroy(), () => this.wire.end(), () => this.abort()];
  }

  /** Aborts the signal it was dialled with, if it was. */
  abort() {
    if (this.#control === null) this.wire.destroy();
    else this.#control.abort();
  }
}

module.exports = { NativeLink, PipedLink };
