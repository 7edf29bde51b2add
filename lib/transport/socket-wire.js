'use strict';

const native = require('../addon.js');
const { aborted, withCode } = require('../errors.js');
const WireStream = require('../stream.js');
const Wire = require('../wire.js');
const { parseDial } = require('./options.js');
const Receiving = require('./receiving.js');
const Sending = require('./sending.js');
const transport = require('./transport.js');

/** @typedef {import('../native.js').Address} Address */

/** A wire whose bytes go through a socket of the addon's. */
const SOCKET = /** @type {any} */ ({ Inbound: Receiving, Outbound: Sending });

/**
 * A wire with a socket of its own, that the addon reads and writes. The public surface is documented in
 * index.d.ts.
 */
class SocketWire extends Wire {
  connecting = false;
  /** What is done when the socket is closed. @type {(() => void) | null} */
  #onClosed = null;

  /** @param {object} [options] those of a wire */
  constructor(options) {
    super(options, SOCKET);
  }

  /**
   * @param {any} options see index.d.ts
   * @returns {SocketWire}
   */
  static connect(options) {
    const dialled = parseDial(options);
    const wire = new SocketWire(options);
    const { host, port, localAddress, connectTimeout, noDelay, signal } = dialled;
    if (signal?.aborted) {
      process.nextTick(() => wire.destroy(aborted(signal)));
      return wire;
    }
    transport.start();
    const session = wire.#session;
    const local = localAddress ?? undefined;
    const { isRaw } = session;
    const socket = { host, port, local, timeout: connectTimeout, noDelay, raw: isRaw };
    wire.connecting = true;
    session.open(native.dial(socket, limitsOf(session.outbound.options)));
    if (signal) wire.#heed(signal);
    return wire;
  }

  /**
   * @param {number} id of a connection that a server has accepted
   * @param {any} options those of a wire
   * @param {() => void} onClosed
   * @returns {SocketWire}
   */
  static accept(id, options, onClosed) {
    const wire = new SocketWire(options);
    wire.#onClosed = onClosed;
    const session = wire.#session;
    session.open(id);
    wire.#name();
    return wire;
  }

  /**
   * Begins to read an accepted connection.
   * @param {SocketWire} wire
   */
  static serve(wire) {
    const session = wire.#session;
    native.serve(session.id, session.isRaw, limitsOf(session.outbound.options));
  }

  /** @returns {Receiving} */
  get #session() {
    return /** @type {any} */ (WireStream.sessionOf(this));
  }

  /** @param {AbortSignal} signal */
  #heed(signal) {
    const abort = () => this.destroy(aborted(signal));
    signal.addEventListener('abort', abort, { once: true });
    this.once('close', () => signal.removeEventListener('abort', abort));
  }

  #name() {
    const { id, wire } = this.#session;
    wire.peerAddress ??= native.peerAddress(id);
  }

  /** The connection stands. For the transport. */
  onOpened() {
    this.connecting = false;
    this.#name();
    if (this.destroyed || this.listenerCount('connect') === 0) return;
    // What the peer has said by now is for those, too, who only listen when they hear of this.
    transport.pause();
    this.emit('connect');
  }

  /** The socket is closed. For the transport. */
  onClosed() {
    this.connecting = false;
    this.#onClosed?.();
  }

  /**
   * @param {Error | null} [error]
   */
  destroy(error) {
    this.connecting = false;
    return super.destroy(error);
  }

  get remoteAddress() {
    return this.#session.ends?.remote.address;
  }

  get remotePort() {
    return this.#session.ends?.remote.port;
  }

  get remoteFamily() {
    return this.#session.ends?.remote.family;
  }

  get localAddress() {
    return this.#session.ends?.local.address;
  }

  get localPort() {
    return this.#session.ends?.local.port;
  }

  get localFamily() {
    return this.#session.ends?.local.family;
  }

  /** @returns {Address | {}} */
  address() {
    return { ...this.#session.ends?.local };
  }

  get pendingBytes() {
    const session = this.#session;
    return session.isOpen ? native.queued(session.id) : 0;
  }

  /** @param {boolean} [isOn] */
  setNoDelay(isOn) {
    const session = this.#session;
    if (session.isOpen) native.setNoDelay(session.id, isOn !== false);
    return this;
  }

  ref() {
    this.#session.setHeld(true);
    return this;
  }

  unref() {
    this.#session.setHeld(false);
    return this;
  }

  /** @returns {never} */
  write() {
    throw notPiped('written to');
  }

  /** @returns {never} */
  pipe() {
    throw notPiped('piped');
  }
}

/** @param {import('../options.js').Options} options */
function limitsOf({ maxMessageSize, maxPieces, pieceCount, strict }) {
  return { maxMessageSize, maxPieces, pieceCount: pieceCount ?? undefined, strict };
}

/** @param {string} what */
function notPiped(what) {
  const message = `a wire with a socket of its own cannot be ${what}`;
  return withCode(new Error(message), 'ERR_PWP_NOT_PIPED');
}

module.exports = SocketWire;
