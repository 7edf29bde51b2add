'use strict';

const { parseAddress } = require('./address.js');
const Queue = require('./queue.js');

/** @typedef {import('../../index.js').SocketWire} SocketWire */

/** Milliseconds before a peer that was lost is dialled again: the first time, the second, the third. */
const WAITS = [1000, 5000, 15_000];

/** How a connection ends whose peer does not understand how it begins: it closes, or waits for more. */
const MISUNDERSTOOD = [
  'ERR_PWP_ENCRYPTION_UNSUPPORTED',
  'ERR_PWP_CONNECTION_RESET',
  'ERR_PWP_ENCRYPTION_TIMEOUT',
  'ERR_PWP_HANDSHAKE_TIMEOUT',
];

/**
 * An address that a swarm was told of. It waits in the queue, is dialled or connected, or waits to be
 * dialled again.
 */
class Peer {
  priority = 0;
  /** @type {import('./queue.js').Place<Peer> | null} */
  place = null;
  /** @type {SocketWire | null} */
  wire = null;
  /** Of the last wait. @type {NodeJS.Timeout | null} */
  timer = null;
  /** Whether it has shaken hands, once at least: only then is it worth another try. */
  isKnown = false;
  /** Tries since it did. */
  retries = 0;
  /** Whether it has turned out not to speak encryption. */
  isPlain = false;

  /**
   * @param {string} address
   * @param {{ host: string, port: number }} target
   */
  constructor(address, { host, port }) {
    this.address = address;
    this.host = host;
    this.port = port;
  }
}

/**
 * Whom a swarm dials, and when: as many as it has room for, those of the highest priority first, and
 * whoever was lost again after a while.
 */
class Dialler {
  /** By their addresses. @type {Map<string, Peer>} */
  #peers = new Map();
  /** @type {Queue<Peer>} */
  #queue = new Queue();
  #isClosed = false;
  #swarm;

  /** @param {{ hasRoom(): boolean, dial(peer: Peer): SocketWire }} swarm */
  constructor(swarm) {
    this.#swarm = swarm;
  }

  /** How many addresses wait in the queue. */
  get queued() {
    return this.#queue.length;
  }

  /** @param {string} address */
  add(address) {
    if (this.#isClosed || this.#peers.has(address)) return;
    const target = parseAddress(address);
    if (target === null) return;
    const peer = new Peer(address, target);
    this.#peers.set(address, peer);
    this.#enqueue(peer);
  }

  /** @param {string} address nothing more is tried with it */
  remove(address) {
    const peer = this.#peers.get(address);
    if (peer === undefined) return;
    this.#peers.delete(address);
    if (peer.place !== null) this.#queue.remove(peer.place);
    if (peer.timer !== null) clearTimeout(peer.timer);
    peer.wire?.destroy();
  }

  /** Removes all, and takes no more. */
  close() {
    this.#isClosed = true;
    for (const address of this.#peers.keys()) this.remove(address);
  }

  /**
   * @param {string} address
   * @param {number} [level]
   * @returns {number} the priority it has now, 0 for an address that is not known
   */
  priority(address, level) {
    const peer = this.#peers.get(address);
    if (peer === undefined) return 0;
    if (level !== undefined && level !== peer.priority) {
      peer.priority = level;
      if (peer.place !== null) {
        this.#queue.remove(peer.place);
        peer.place = this.#queue.push(peer, level);
      }
    }
    return peer.priority;
  }

  /** @param {Peer} peer */
  #enqueue(peer) {
    peer.place = this.#queue.push(peer, peer.priority);
    this.drain();
  }

  /** Dials while there is room. */
  drain() {
    while (this.#swarm.hasRoom()) {
      const peer = this.#queue.shift();
      if (peer === null) return;
      peer.place = null;
      peer.wire = this.#swarm.dial(peer);
    }
  }

  /**
   * An attempt, or the connection that came of it, has ended.
   * @param {Peer} peer
   * @param {SocketWire} wire
   * @param {boolean} isOptional whether it was begun encrypted, and need not have been
   */
  ended(peer, wire, isOptional) {
    peer.wire = null;
    // Its address may have been removed, and added again since.
    if (this.#peers.get(peer.address) !== peer) return;
    if (isOptional && isMisunderstood(wire)) {
      peer.isPlain = true;
      peer.place = this.#queue.unshift(peer, peer.priority);
    } else if (peer.isKnown && peer.retries < WAITS.length) {
      // In the clear it was not reached either: that was no reason to do without.
      if (peer.retries > 0) peer.isPlain = false;
      peer.timer = setTimeout(() => this.#enqueue(peer), WAITS[peer.retries++]);
    } else {
      this.#peers.delete(peer.address);
    }
  }
}

/**
 * Whether a connection that began encrypted has ended before the peer answered.
 * @param {SocketWire} wire
 */
function isMisunderstood({ encrypted, closeReason }) {
  return encrypted === false && MISUNDERSTOOD.includes(closeReason?.code ?? '');
}

module.exports = { Dialler, Peer };
