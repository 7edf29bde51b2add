'use strict';

const pwp = require('../../index.js');
const { violation } = require('../errors.js');

/** @typedef {import('../../index.js').SocketWire} SocketWire */

/**
 * What a port knows of a swarm.
 * @typedef {object} Seat
 * @property {string} key its info hash
 * @property {string | null} request what peers that begin encrypted ask for it by, null where it takes none
 * @property {() => Record<string, any>} options of its wires
 * @property {(port: number) => void} onListening
 * @property {(error: Error) => void} onError
 * @property {(wire: SocketWire) => void} onWire a peer has come, and asks for its torrent
 */

/** Those that swarms listen on, by their numbers. @type {Map<number, Port>} */
const ports = new Map();

/**
 * A port that peers come to, for one swarm or several of different torrents: a peer says in its
 * handshake which it wants. It is open as long as a swarm listens on it.
 */
class Port {
  /** By their info hashes, the oldest first. @type {Map<string, Seat>} */
  #seats = new Map();
  /** Wires whose peers have not said yet which torrent they want. @type {Set<SocketWire>} */
  #strangers = new Set();
  #isListening = false;
  #isClosed = false;
  #number;
  #server;

  /**
   * @param {number} number 0 for any that is free
   * @param {Seat} seat of the first swarm, which says how all its wires are made
   */
  constructor(number, { options }) {
    this.#number = number;
    this.#server = pwp.createServer(this.#optionsOf(options()), (wire) => this.#onStranger(wire));
    this.#server.on('listening', () => this.#onListening());
    this.#server.on('error', (error) => this.#onError(error));
    if (number !== 0) ports.set(number, this);
    this.#server.listen(number);
  }

  /**
   * @param {Record<string, any>} options
   * @returns {Record<string, any>} the same, but for what depends on which swarms there are by then
   */
  #optionsOf(options) {
    const port = this;
    return {
      ...options,
      // Some may take peers in the clear, and others not: that is seen to once it is known who is meant.
      get encryption() {
        return port.#takesEncrypted ? 'prefer' : 'off';
      },
      infoHashes: (/** @type {Buffer} */ request) => this.#requested(request.toString('hex')),
    };
  }

  get #takesEncrypted() {
    for (const seat of this.#seats.values()) if (seat.request !== null) return true;
    return false;
  }

  /** @param {Seat} seat */
  join(seat) {
    if (this.#seats.has(seat.key)) {
      const error = violation('ERR_PWP_INFO_HASH_IN_USE', 'port and info hash already in use');
      process.nextTick(seat.onError, error);
      return;
    }
    this.#seats.set(seat.key, seat);
    if (!this.#isListening) return;
    process.nextTick(() => {
      if (this.#seats.get(seat.key) === seat) seat.onListening(this.#number);
    });
  }

  /** @param {Seat} seat nothing happens to another of the same info hash */
  leave(seat) {
    if (this.#seats.get(seat.key) !== seat) return;
    this.#seats.delete(seat.key);
    if (this.#seats.size === 0) this.#close();
  }

  #close() {
    this.#isClosed = true;
    if (ports.get(this.#number) === this) ports.delete(this.#number);
    this.#server.close();
    for (const wire of this.#strangers) wire.destroy();
  }

  #onListening() {
    if (this.#isClosed) return;
    this.#isListening = true;
    if (this.#number === 0) {
      this.#number = /** @type {import('../../index.js').Address} */ (this.#server.address()).port;
      ports.set(this.#number, this);
    }
    for (const seat of [...this.#seats.values()]) seat.onListening(this.#number);
  }

  /** @param {Error} error the system's: there is no port then, or no longer */
  #onError(error) {
    const seats = [...this.#seats.values()];
    this.#seats.clear();
    if (!this.#isClosed) this.#close();
    // Each in its own turn: nobody may listen to one, which throws.
    for (const seat of seats) process.nextTick(seat.onError, error);
  }

  /** @param {SocketWire} wire */
  #onStranger(wire) {
    if (this.#isClosed) {
      wire.destroy();
      return;
    }
    this.#strangers.add(wire);
    wire.once('close', () => {
      this.#strangers.delete(wire);
      // What it still has to send does not keep the process alive.
      wire.unref();
    });
    wire.once('handshake', (infoHash) => {
      this.#strangers.delete(wire);
      const seat = this.#seats.get(infoHash.toString('hex'));
      if (seat) seat.onWire(wire);
      else wire.destroy(violation('ERR_PWP_OTHER_TORRENT', 'no swarm here is of that torrent'));
    });
  }

  /** @param {string} request */
  #requested(request) {
    for (const seat of this.#seats.values()) if (seat.request === request) return seat.key;
    return null;
  }
}

/**
 * @param {number} number
 * @param {Seat} seat
 * @returns {Port} to leave again
 */
function join(number, seat) {
  const port = ports.get(number) ?? new Port(number, seat);
  port.join(seat);
  return port;
}

module.exports = { join };
