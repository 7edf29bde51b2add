'use strict';

// Peers on raw sockets, which do as they are told and tell what was done to them.

const { once } = require('node:events');
const net = require('node:net');
const bytes = require('../../hostile/helpers/bytes.js');

const { INFO_HASH } = bytes;
const OTHER_HASH = Buffer.alloc(20, 0xbb);
const HANDSHAKE_LENGTH = 68;

/** @param {Buffer} [infoHash] */
function handshake(infoHash = INFO_HASH) {
  return Buffer.concat([bytes.handshake().subarray(0, 28), infoHash, bytes.PEER_ID]);
}

/**
 * How a peer takes a connection: it shakes hands, whatever it is sent; hangs up on what is encrypted and
 * else shakes hands; does so for another torrent; hangs up at once, or harder, or once it has read our
 * handshake; says nothing; or shakes hands, or says nothing, and keeps its side open when ours is ended.
 * @typedef {'greet' | 'stay' | 'hold' | 'plain' | 'other' | 'hang up' | 'reset' | 'refuse' | 'mute'} Manner
 */

/** A peer that is dialled. */
class Peer {
  /** What was done to it. @type {string[]} */
  log = [];
  /** Connections it holds, the oldest first. @type {net.Socket[]} */
  sockets = [];
  /** What it was sent first on each connection, as far as it read it. @type {Buffer[]} */
  handshakes = [];
  #server;

  /**
   * @param {string} name
   * @param {Manner} [manner]
   */
  constructor(name, manner = 'greet') {
    this.name = name;
    this.manner = manner;
    this.#server = net.createServer({ allowHalfOpen: true }, (socket) => this.#take(socket));
  }

  /** @param {{ host?: string, port?: number }} [where] */
  async listen({ host = '127.0.0.1', port = 0 } = {}) {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    this.port = /** @type {net.AddressInfo} */ (this.#server.address()).port;
    this.address = net.isIPv6(host) ? `[${host}]:${this.port}` : `${host}:${this.port}`;
    return this;
  }

  /** It is not reached any more; connections stay. */
  async leave() {
    if (!this.#server.listening) return;
    await new Promise((resolve) => {
      // Not when it has closed, which waits for connections: it has let go of the port by then.
      this.#server.close();
      setImmediate(resolve);
    });
  }

  /** @param {net.Socket} socket */
  #take(socket) {
    const { manner } = this;
    this.log.push('dialled');
    this.sockets.push(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.log.push('left');
      this.sockets.splice(this.sockets.indexOf(socket), 1);
    });
    if (manner !== 'stay' && manner !== 'hold') socket.on('end', () => socket.end());
    if (manner === 'hang up') socket.end();
    if (manner === 'reset') socket.resetAndDestroy();
    let came = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      const isShaken = came.length >= HANDSHAKE_LENGTH;
      came = Buffer.concat([came, chunk]);
      if (isShaken || came.length < HANDSHAKE_LENGTH) return;
      this.handshakes.push(came.subarray(0, HANDSHAKE_LENGTH));
      const isPlain = came.subarray(0, 20).equals(bytes.PROTOCOL);
      this.log.push(isPlain ? `handshake ${came[28].toString(16)}` : 'something else');
      if (manner === 'plain' && !isPlain) socket.end();
      else if (manner === 'plain') socket.write(handshake(came.subarray(28, 48)));
      else if (manner === 'greet' || manner === 'stay')
        socket.write(handshake(came.subarray(28, 48)));
      else if (manner === 'other') socket.write(handshake(OTHER_HASH));
      else if (manner === 'refuse') socket.end();
    });
  }

  /** Ends its connections. */
  hangUp() {
    for (const socket of this.sockets) socket.end();
  }

  close() {
    for (const socket of [...this.sockets]) socket.destroy();
    this.#server.close();
  }
}

/** A peer that comes by itself. */
class Caller {
  /** @type {string[]} */
  log = [];

  /**
   * @param {number} port
   * @param {Buffer | null} infoHash null to say nothing
   * @param {string} [host]
   */
  constructor(port, infoHash, host = '127.0.0.1') {
    this.socket = net.connect(port, host);
    this.socket.on('error', () => {});
    this.socket.on('connect', () => {
      this.log.push('connected');
      if (infoHash !== null) this.socket.write(handshake(infoHash));
    });
    let came = 0;
    this.socket.on('data', (chunk) => {
      if (came < HANDSHAKE_LENGTH && came + chunk.length >= HANDSHAKE_LENGTH)
        this.log.push('handshake');
      came += chunk.length;
    });
    this.socket.on('end', () => this.log.push('end'));
    this.socket.on('close', () => this.log.push('close'));
  }

  /** Where the swarm sees it. */
  get address() {
    return `${this.socket.localAddress}:${this.socket.localPort}`;
  }

  close() {
    this.socket.destroy();
  }
}

module.exports = { Caller, INFO_HASH, OTHER_HASH, Peer, bytes, handshake };
