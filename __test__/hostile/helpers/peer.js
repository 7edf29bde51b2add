'use strict';

const { once } = require('node:events');
const net = require('node:net');
const bytes = require('./bytes.js');

/** Names of the messages that are counted when they come back, by id. */
const NAMES = new Map([
  [0, 'choke'],
  [1, 'unchoke'],
  [2, 'interested'],
  [3, 'uninterested'],
  [4, 'have'],
  [5, 'bitfield'],
  [6, 'request'],
  [7, 'piece'],
  [8, 'cancel'],
  [16, 'reject'],
  [20, 'extended'],
  [22, 'hashes'],
  [23, 'hash-reject'],
]);

const HANDSHAKE_LENGTH = 68;
const HOST = '127.0.0.1';

/**
 * Makes a connection of the same attack, and writes it down.
 * @typedef {(all: Peer[], how?: { reads?: boolean }) => Promise<Peer>} Way
 */

/** A hostile peer: a raw socket, with what scripts of attacks need. */
class Peer {
  /** @type {Record<string, number>} messages that came back, by name */
  replies = {};
  /** Others of the same attack. @type {Peer[]} */
  #all;
  #way;
  /** Bytes until the next message, and its prefix and id as far as they have come. */
  #skip = HANDSHAKE_LENGTH;
  #head = Buffer.alloc(5);
  #held = 0;

  /**
   * @param {net.Socket} socket
   * @param {Way} way it was connected
   * @param {Peer[]} all
   */
  constructor(socket, way, all) {
    this.socket = socket;
    this.#way = way;
    this.#all = all;
    all.push(this);
    socket.on('error', () => {});
    socket.on('data', (chunk) => this.#read(chunk));
  }

  /**
   * To peers that dial.
   * @param {number} port
   * @returns {Way} without `reads` a peer takes nothing from the socket, ever
   */
  static dialling(port) {
    const way = async (/** @type {Peer[]} */ all, { reads = true } = {}) => {
      const peer = new Peer(net.connect({ port, host: HOST, allowHalfOpen: true }), way, all);
      const { socket } = peer;
      socket.setNoDelay();
      if (!reads) socket.pause();
      await Promise.race([once(socket, 'connect'), once(socket, 'close')]).catch(() => {});
      return peer;
    };
    return way;
  }

  /**
   * To peers that are dialled.
   * @param {(port: number) => void} call has that port dialled
   * @returns {Way}
   */
  static dialled(call) {
    const way = async (/** @type {Peer[]} */ all, { reads = true } = {}) => {
      const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true });
      server.listen(0, HOST);
      await once(server, 'listening');
      call(/** @type {net.AddressInfo} */ (server.address()).port);
      const [socket] = await once(server, 'connection');
      server.close();
      const peer = new Peer(socket, way, all);
      if (reads) socket.resume();
      return peer;
    };
    return way;
  }

  /** @param {{ reads?: boolean }} [how] */
  another(how) {
    return this.#way(this.#all, how);
  }

  /** @param {Buffer} chunk */
  #read(chunk) {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const step = Math.min(this.#skip, chunk.length - at);
        this.#skip -= step;
        at += step;
        continue;
      }
      this.#head[this.#held++] = chunk[at++];
      const length = this.#head.readUInt32BE(0);
      if (this.#held === 4 && length === 0) this.#held = 0;
      if (this.#held < 5) continue;
      const name = NAMES.get(this.#head[4]) ?? 'other';
      this.replies[name] = (this.replies[name] ?? 0) + 1;
      this.#skip = length - 1;
      this.#held = 0;
    }
  }

  /**
   * @param {...Uint8Array} parts
   * @returns {Promise<void>} once the kernel has taken them, or the connection is gone
   */
  send(...parts) {
    return new Promise((resolve) => {
      this.socket.write(Buffer.concat(parts), () => resolve());
    });
  }

  /**
   * A handshake, and what follows.
   * @param {...Uint8Array} parts
   */
  open(...parts) {
    return this.send(bytes.handshake(), ...parts);
  }

  /**
   * Byte by byte, each in a packet of its own.
   * @param {Uint8Array} data
   * @param {number} [ms] between two bytes
   */
  async drip(data, ms = 0) {
    for (let i = 0; i < data.length && !this.socket.destroyed; i++) {
      await this.send(data.subarray(i, i + 1));
      await (ms > 0 ? this.wait(ms) : new Promise(setImmediate));
    }
  }

  /** @param {number} ms */
  wait(ms) {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  /**
   * Waits until so many messages of a name have come back, or for two seconds.
   * @param {string} name
   * @param {number} [count]
   */
  async until(name, count = 1) {
    const deadline = Date.now() + 2000;
    while ((this.replies[name] ?? 0) < count && !this.isGone && Date.now() < deadline) {
      await this.wait(2);
    }
  }

  /** Waits for the other side to end the connection, or for two seconds. */
  async untilGone() {
    const deadline = Date.now() + 2000;
    while (!this.isGone && Date.now() < deadline) await this.wait(2);
  }

  get isGone() {
    return this.socket.destroyed || this.socket.readableEnded;
  }

  reset() {
    this.socket.resetAndDestroy();
  }
}

module.exports = { Peer };
