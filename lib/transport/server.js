'use strict';

const { EventEmitter } = require('node:events');
const native = require('../addon.js');
const { boolean, callable } = require('../validate.js');
const { invalidType, withCode } = require('../errors.js');
const { shareOptions } = require('../options.js');
const { ACCEPTED, LISTENING, NOT_LISTENING } = require('./happenings.js');
const { parseListen } = require('./options.js');
const SocketWire = require('./socket-wire.js');
const transport = require('./transport.js');

/**
 * Takes connections and gives wires: `net.Server` with another kind of socket. The public surface is
 * documented in index.d.ts.
 */
class Server extends EventEmitter {
  /** @type {number | undefined} */
  maxConnections = undefined;
  listening = false;

  #options;
  #noDelay;
  /** What it is listening by, or is going to. @type {number | null} */
  #id = null;
  #isHeld = true;
  #isClosing = false;
  /** What it still listens by, having been told not to, and whether that keeps the process alive. */
  #stopping = /** @type {Map<number, boolean>} */ (new Map());
  /** Wires that are open. */
  #open = 0;
  /** What it was told to listen to. @type {ReturnType<typeof parseListen> | null} */
  #wanted = null;
  /** @type {(() => void) | null} */
  #unheed = null;

  /**
   * @param {any} [options]
   * @param {(wire: SocketWire) => void} [onWire]
   */
  constructor(options, onWire) {
    super();
    const given = typeof options === 'function' ? {} : (options ?? {});
    if (typeof given !== 'object') throw invalidType('options', 'an object', given);
    const { noDelay = true } = given;
    boolean(noDelay, 'options.noDelay');
    this.#noDelay = noDelay;
    this.#options = shareOptions(given);
    const listener = typeof options === 'function' ? options : onWire;
    if (listener !== undefined && listener !== null) {
      callable(listener, 'onWire');
      this.on('connection', listener);
    }
  }

  /** @param {any[]} args port, host, backlog and callback, or an object of these and a callback */
  listen(...args) {
    const wanted = parseListen(args);
    if (this.#id !== null) {
      throw withCode(new Error('the server listens already'), 'ERR_SERVER_ALREADY_LISTEN');
    }
    if (wanted.callback) this.once('listening', wanted.callback);
    if (wanted.signal?.aborted) {
      process.nextTick(() => this.close());
      return this;
    }
    transport.start();
    const { port, host, backlog, signal } = wanted;
    const noDelay = this.#noDelay;
    this.#wanted = wanted;
    this.#id = native.listen({ host: host ?? undefined, port, backlog, noDelay });
    transport.addServer(this.#id, this);
    if (this.#isHeld) transport.hold();
    if (signal) {
      const close = () => this.close();
      signal.addEventListener('abort', close, { once: true });
      this.#unheed = () => signal.removeEventListener('abort', close);
    }
    return this;
  }

  /** @param {(error?: Error) => void} [callback] */
  close(callback) {
    if (callback !== undefined && callback !== null) {
      callable(callback, 'callback');
      if (this.#id === null) {
        const error = withCode(new Error('Server is not running.'), 'ERR_SERVER_NOT_RUNNING');
        this.once('close', () => callback(error));
      } else {
        this.once('close', () => callback());
      }
    }
    this.#stop();
    this.#isClosing = true;
    if (this.#open === 0 && this.#stopping.size === 0) process.nextTick(() => this.#isClosed());
    return this;
  }

  address() {
    return this.#id === null ? null : native.serverAddress(this.#id);
  }

  /** @param {(error: Error | null, count: number) => void} callback */
  getConnections(callback) {
    callable(callback, 'callback');
    process.nextTick(callback, null, this.#open);
    return this;
  }

  ref() {
    return this.#hold(true);
  }

  unref() {
    return this.#hold(false);
  }

  /** @param {boolean} isHeld */
  #hold(isHeld) {
    if (this.#isHeld === isHeld) return this;
    this.#isHeld = isHeld;
    if (this.#id === null) return this;
    if (isHeld) transport.hold();
    else transport.release();
    return this;
  }

  /** Listens no more, once the transport says so. */
  #stop() {
    if (this.#id === null) return;
    native.closeServer(this.#id);
    this.#stopping.set(this.#id, this.#isHeld);
    this.#id = null;
    this.#isDone();
  }

  #isDone() {
    this.listening = false;
    this.#unheed?.();
    this.#unheed = null;
  }

  /**
   * The port is free.
   * @param {number} id
   */
  #isStopped(id) {
    transport.removeServer(id);
    if (this.#stopping.get(id)) transport.release();
    this.#stopping.delete(id);
    this.#isClosed();
  }

  #isClosed() {
    if (!this.#isClosing || this.#open > 0 || this.#stopping.size > 0) return;
    this.#isClosing = false;
    this.emit('close');
  }

  /**
   * For the transport.
   * @param {number} kind
   * @param {number} connection
   * @param {number} id
   */
  onHappening(kind, connection, id) {
    if (id !== this.#id) {
      // Of one that was told to stop.
      if (kind === ACCEPTED) native.forget(connection);
      else if (kind !== LISTENING) this.#isStopped(id);
      return;
    }
    if (kind === ACCEPTED) this.#accept(connection);
    if (kind === LISTENING) {
      this.listening = true;
      this.emit('listening');
    }
    if (kind === NOT_LISTENING) this.#fail(id);
  }

  /** @param {number} id */
  #fail(id) {
    const trouble = native.serverFailure(id);
    const { host, port } = /** @type {ReturnType<typeof parseListen>} */ (this.#wanted);
    const address = host ?? '::';
    this.#id = null;
    this.#isDone();
    transport.removeServer(id);
    if (this.#isHeld) transport.release();
    const code = trouble?.code ?? 'EIO';
    const error = withCode(
      new Error(`listen ${code}: ${trouble?.message} ${address}:${port}`),
      code,
    );
    this.emit('error', Object.assign(error, { syscall: 'listen', address, port }));
  }

  /** @param {number} id */
  #accept(id) {
    if (this.#open >= (this.maxConnections ?? Number.POSITIVE_INFINITY)) {
      this.#drop(id);
      return;
    }
    this.#open++;
    const wire = SocketWire.accept(id, this.#options, () => {
      this.#open--;
      this.#isClosed();
    });
    try {
      this.emit('connection', wire);
    } finally {
      SocketWire.serve(wire);
    }
  }

  /** @param {number} id */
  #drop(id) {
    const ends = native.ends(id);
    native.forget(id);
    if (ends === null) return;
    const { local, remote } = ends;
    this.emit('drop', {
      localAddress: local.address,
      localPort: local.port,
      localFamily: local.family,
      remoteAddress: remote.address,
      remotePort: remote.port,
      remoteFamily: remote.family,
    });
  }
}

module.exports = Server;
