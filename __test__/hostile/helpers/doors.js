'use strict';

// How connections come to be wires in the attacked process: over sockets of Node's that a wire is piped
// to and from, or over the native transport, whose wires have sockets of their own.

const net = require('node:net');
const pwp = require('../../../index.js');
const { load, loadWire } = require('../../../benchmark/implementations.js');
const { createEncrypting } = require('./encrypting.js');
const { memory } = require('./kernel.js');

/** @typedef {import('../../../benchmark/implementations.js').Name} Name */
/** @typedef {import('./client.js').Program} Program */
/** @typedef {import('./client.js').Client} Client */

/** What is attacked: an implementation, or this one with its own transport. */
/** @typedef {Name | 'native socket'} Kind */

/** @typedef {{ options: object, program: Program }} Row of the wires, and what is done with them */
/** @typedef {(wire: any, socket: net.Socket | null) => void} OnWire */

const HOST = '127.0.0.1';
/** Connections wait while the process does something else. */
const BACKLOG = 2048;

/**
 * @param {any} server a `net.Server`, or what is one in all but its wires
 * @returns {Promise<number>} the port
 */
function listen(server) {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: HOST, backlog: BACKLOG }, () => resolve(server.address().port));
  });
}

/** Wires that are piped to sockets. */
class PipedDoors {
  /** @type {net.Server[]} */
  #servers = [];
  #name;

  /** @param {Name} name of the implementation */
  constructor(name) {
    this.#name = name;
  }

  /**
   * @param {Row} row
   * @param {OnWire} onWire
   * @returns {Promise<number>} the port
   */
  async open({ options, program }, onWire) {
    const { create } = await load(this.#name);
    const Wire = await loadWire(this.#name);
    const createOther = () => (program.encrypts ? createEncrypting(Wire, program) : create());
    const server = net.createServer((socket) => {
      onWire(this.#name === 'native' ? pwp(options) : createOther(), socket);
    });
    this.#servers.push(server);
    return listen(server);
  }

  /** No more connections. */
  close() {
    for (const server of this.#servers.splice(0)) server.close();
  }

  /**
   * @param {Client[]} clients
   * @param {number} sent bytes
   * @returns {boolean} whether all that was sent has been read
   */
  hasRead(clients, sent) {
    return clients.reduce((sum, { socket }) => sum + (socket?.bytesRead ?? 0), 0) >= sent;
  }

  /** Wires whose sockets are not closed. Node's own are of no interest here. */
  get standing() {
    return 0;
  }

  /** Bytes that are kept outside of JavaScript. */
  held() {
    return 0;
  }
}

/** Wires of the native transport. */
class NativeDoors {
  /** @type {Set<any>} */
  #servers = new Set();
  /** See `standing`. */
  #standing = 0;

  /**
   * @param {Row} row
   * @param {OnWire} onWire
   * @returns {Promise<number>} the port
   */
  async open({ options }, onWire) {
    const server = pwp.createServer(options, (wire) => onWire(wire, null));
    this.#servers.add(server);
    this.#standing++;
    // Not before the sockets of all its wires are closed, too.
    server.once('close', () => this.#standing--);
    return listen(server);
  }

  /**
   * The program is the one that dials.
   * @param {number} port
   * @param {Row} row
   * @param {OnWire} onWire
   */
  call(port, { options }, onWire) {
    onWire(pwp.connect({ ...options, port, host: HOST }), null);
  }

  close() {
    for (const server of this.#servers) server.close();
    this.#servers.clear();
  }

  /** That is asked of the system, see kernel.js. */
  hasRead() {
    return true;
  }

  /** Servers that have wires whose sockets are not closed, and those that listen. */
  get standing() {
    return this.#standing;
  }

  /** @param {Client[]} clients */
  held(clients) {
    const { external, arrayBuffers } = memory();
    const waiting = clients.reduce((sum, { wire }) => sum + wire.pendingBytes, 0);
    return external - arrayBuffers + waiting;
  }
}

/** @param {Kind} kind */
function makeDoors(kind) {
  return kind === 'native socket' ? new NativeDoors() : new PipedDoors(kind);
}

module.exports = { makeDoors };
