'use strict';

const pwp = require('../../index.js');
const { violation } = require('../errors.js');

/** @typedef {import('../../index.js').Address} Address */
/** @typedef {import('../../index.js').Server} Server */
/** @typedef {import('../../index.js').SocketWire} SocketWire */

/**
 * What a port knows of a swarm.
 * @typedef {object} Seat
 * @property {string} key its info hash
 * @property {string | null} request what peers that begin encrypted ask for it by, null where it takes none
 * @property {() => Record<string, any>} options of wires of peers that come
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
  /** Those that have not been told yet that it listens. @type {Set<Seat>} */
  #waiting = new Set();
  /** All that are open. @type {Set<SocketWire>} */
  #wires = new Set();
  /** Whether it has ever been open. */
  #isListening = false;
  #takesEncrypted = false;
  #number;
  #options;
  /** None before the first swarm and after the last. @type {Server | null} */
  #server = null;

  /**
   * @param {number} number 0 for any that is free
   * @param {Record<string, any>} options of all its wires: those of its first swarm
   */
  constructor(number, options) {
    this.#number = number;
    this.#options = options;
    if (number !== 0) ports.set(number, this);
  }

  /** @param {Seat} seat */
  join(seat) {
    if (this.#seats.has(seat.key)) {
      const error = violation('ERR_PWP_INFO_HASH_IN_USE', 'port and info hash already in use');
      process.nextTick(seat.onError, error);
      return;
    }
    this.#seats.set(seat.key, seat);
    this.#waiting.add(seat);
    if (seat.request !== null && !this.#takesEncrypted) {
      this.#takesEncrypted = true;
      this.#open();
    } else if (this.#server === null) {
      this.#open();
    } else if (this.#isListening) {
      process.nextTick(() => this.#tell(seat));
    }
  }

  /** @param {Seat} seat nothing happens to another of the same info hash */
  leave(seat) {
    if (this.#seats.get(seat.key) !== seat) return;
    this.#seats.delete(seat.key);
    this.#waiting.delete(seat);
    if (this.#seats.size === 0) this.#close();
  }

  /** Listens, in place of a server that would do so otherwise: how one makes wires cannot be changed. */
  #open() {
    this.#server?.close();
    const server = pwp.createServer(
      {
        ...this.#options,
        // Some swarms may take peers in the clear, and others not: see what they do with a wire.
        encryption: this.#takesEncrypted ? 'prefer' : 'off',
        infoHashes: (request) => this.#requested(request.toString('hex')),
      },
      (wire) => this.#onWire(wire),
    );
    this.#server = server;
    server.on('listening', () => this.#onListening(server));
    server.on('error', (error) => this.#onError(error));
    server.listen(this.#number);
  }

  #close() {
    if (ports.get(this.#number) === this) ports.delete(this.#number);
    this.#server?.close();
    this.#server = null;
    // Those who have not said yet which torrent they want: the others went with their swarms.
    for (const wire of this.#wires) wire.destroy();
  }

  /** @param {Server} server */
  #onListening(server) {
    this.#isListening = true;
    if (this.#number === 0) {
      this.#number = /** @type {Address} */ (server.address()).port;
      ports.set(this.#number, this);
    }
    for (const seat of [...this.#waiting]) this.#tell(seat);
  }

  /** @param {Seat} seat told that the port is open, unless it was or has left */
  #tell(seat) {
    if (this.#waiting.delete(seat)) seat.onListening(this.#number);
  }

  /** @param {Error} error the system's: there is no port then */
  #onError(error) {
    this.#close();
    // Each in its own turn: nobody may listen to one, which throws.
    for (const seat of this.#seats.values()) process.nextTick(seat.onError, error);
  }

  /** @param {SocketWire} wire */
  #onWire(wire) {
    this.#wires.add(wire);
    wire.once('close', () => {
      this.#wires.delete(wire);
      // What it still has to send does not keep the process alive.
      wire.unref();
    });
    wire.once('handshake', (infoHash) => {
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
  const port = ports.get(number) ?? new Port(number, seat.options());
  port.join(seat);
  return port;
}

module.exports = { join };
