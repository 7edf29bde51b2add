'use strict';

const { EventEmitter } = require('node:events');
const speedometer = require('speedometer');

const pwp = require('../../index.js');
const { formatAddress } = require('./address.js');
const { Dialler } = require('./dialler.js');
const { invalidType, outOfRange, violation } = require('../errors.js');
const { handshakeOf } = require('../handshake.js');
const { parseSwarmOptions } = require('./options.js');
const ports = require('./ports.js');
const { MOST_PIECES } = require('../options.js');
const { HASH_LENGTH, callable, integer } = require('../validate.js');

/** @typedef {import('../../index.js').SocketWire} SocketWire */
/** @typedef {InstanceType<typeof import('./dialler.js').Peer>} Peer */

/**
 * The peers of one torrent: dials those it is told of, takes those that come, and hands out a wire for
 * each that has shaken hands. The public surface is documented in swarm/index.d.ts.
 */
class Swarm extends EventEmitter {
  #dialler = new Dialler({
    hasRoom: () => !this.paused && this.connections.length < this.size,
    dial: (peer) => this.#dial(peer),
  });
  /** @type {Set<ReturnType<typeof ports.join>>} */
  #ports = new Set();
  #seat;
  #encryption;
  /** Options of all its wires. */
  #wireOptions;
  /** @type {number | null} */
  #pieceCount;
  #isDestroyed = false;
  #isClosed = false;

  /**
   * @param {Uint8Array | string} infoHash
   * @param {Uint8Array | string} peerId
   * @param {object} [options] see swarm/index.d.ts
   */
  constructor(infoHash, peerId, options) {
    const parsed = parseSwarmOptions(options);
    const { payload } = handshakeOf(infoHash, peerId, parsed.handshake);
    super();

    this.port = 0;
    this.size = parsed.size;
    this.utp = parsed.utp;
    this.handshake = parsed.handshake;
    this.handshakeTimeout = parsed.handshakeTimeout;
    this.connectTimeout = parsed.connectTimeout;

    this.infoHash = toBuffer(infoHash, 'hex');
    this.peerId = toBuffer(peerId, 'utf8');

    this.downloaded = 0;
    this.uploaded = 0;
    /** @type {SocketWire[]} */
    this.connections = [];
    /** @type {SocketWire[]} */
    this.wires = [];
    this.paused = false;

    this.downloadSpeed = speedometer();
    this.uploadSpeed = speedometer();

    this.#pieceCount = parsed.pieceCount;
    this.#encryption = parsed.encryption;
    this.#wireOptions = parsed.wire;
    this.#seat = this.#makeSeat(payload.subarray(0, HASH_LENGTH));
  }

  /** How many addresses wait to be dialled. */
  get queued() {
    return this.#dialler.queued;
  }

  get pieceCount() {
    return this.#pieceCount;
  }

  set pieceCount(count) {
    if (count !== null) integer(count, 'pieceCount', 1, MOST_PIECES);
    this.#pieceCount = count;
    for (const wire of this.connections) wire.pieceCount = count;
  }

  pause() {
    this.paused = true;
  }

  resume() {
    this.paused = false;
    this.#dialler.drain();
  }

  /** @param {string} address `host:port`; what is none is passed over */
  add(address) {
    if (typeof address !== 'string') throw invalidType('address', 'a string', address);
    this.#dialler.add(address);
  }

  /** @param {string | SocketWire} peer an address, or a wire */
  remove(peer) {
    const address = toAddress(peer);
    this.#dialler.remove(address);
    // Those that have come by themselves.
    for (const wire of this.wires.filter((wire) => wire.peerAddress === address)) wire.destroy();
    this.#dialler.drain();
  }

  /**
   * @param {string | SocketWire} peer an address, or a wire
   * @param {number} [level]
   */
  priority(peer, level) {
    const isGiven = typeof level === 'number';
    if (isGiven && Number.isNaN(level)) throw outOfRange('level', 'a number', level);
    return this.#dialler.priority(toAddress(peer), isGiven ? level : undefined);
  }

  /**
   * @param {number | string} [port] 0 for any that is free
   * @param {() => void} [onListening]
   */
  listen(port = 0, onListening) {
    // A number in a string does for net.Server.
    const number = typeof port === 'string' && port.trim() !== '' ? Number(port) : port;
    integer(number, 'port', 0, 65535);
    if (onListening) callable(onListening, 'onListening');
    if (this.#isDestroyed) return;
    if (onListening) this.once('listening', onListening);
    this.port = /** @type {number} */ (number);
    this.#ports.add(ports.join(this.port, this.#seat));
  }

  destroy() {
    this.#isDestroyed = true;
    this.#dialler.close();
    for (const wire of [...this.wires]) wire.destroy();
    for (const port of this.#ports) port.leave(this.#seat);
    // A handler may have thrown the first time.
    if (this.#isClosed) return;
    this.#isClosed = true;
    process.nextTick(() => this.emit('close'));
  }

  /**
   * How its ports see it.
   * @param {Buffer} infoHash
   * @returns {import('./ports.js').Seat}
   */
  #makeSeat(infoHash) {
    const isOff = this.#encryption === 'off';
    return {
      key: infoHash.toString('hex'),
      request: isOff ? null : pwp.requestHash(infoHash).toString('hex'),
      options: () => ({
        ...this.#wireOptions,
        handshakeTimeout: this.handshakeTimeout,
      }),
      onListening: (port) => {
        if (this.port === 0) this.port = port;
        this.emit('listening');
      },
      onError: (error) => this.emit('error', error),
      onWire: (wire) => this.#take(wire),
    };
  }

  /**
   * @param {Peer} peer
   * @returns {SocketWire} that is about to be connected
   */
  #dial(peer) {
    const isOptional = this.#encryption === 'prefer' && !peer.isPlain;
    const wire = pwp.connect({
      ...this.#wireOptions,
      host: peer.host,
      port: peer.port,
      pieceCount: this.#pieceCount,
      connectTimeout: this.connectTimeout,
      handshakeTimeout: this.handshakeTimeout,
      encryption: peer.isPlain ? 'off' : this.#encryption,
    });
    wire.peerAddress = peer.address;
    wire.once('handshake', (infoHash) => {
      if (infoHash.toString('hex') !== this.#seat.key) {
        wire.destroy(violation('ERR_PWP_OTHER_TORRENT', 'the peer answered for another torrent'));
        return;
      }
      peer.isKnown = true;
      peer.retries = 0;
      this.#welcome(wire);
    });
    this.#keep(wire, () => this.#dialler.ended(peer, wire, isOptional));
    wire.handshake(this.infoHash, this.peerId, this.handshake);
    return wire;
  }

  /** @param {SocketWire} wire of a peer that has come, and shaken hands */
  #take(wire) {
    if (this.#encryption === 'require' && wire.encrypted !== 'rc4') {
      wire.destroy(violation('ERR_PWP_ENCRYPTION_REQUIRED', 'the peer came in the clear'));
      return;
    }
    const { remoteAddress, remotePort } = wire;
    wire.peerAddress = formatAddress(/** @type {string} */ (remoteAddress), Number(remotePort));
    wire.pieceCount = this.#pieceCount;
    wire.handshake(this.infoHash, this.peerId, this.handshake);
    this.#keep(wire);
    this.#welcome(wire);
  }

  /**
   * Counts a connection until it is over: it then leaves its place to another.
   * @param {SocketWire} wire
   * @param {() => void} [onOver]
   */
  #keep(wire, onOver) {
    this.connections.push(wire);
    // What it still has to send does not keep the process alive.
    wire.once('close', () => wire.unref());
    wire.once('end', () => {
      drop(this.connections, wire);
      onOver?.();
      this.#dialler.drain();
    });
  }

  /** @param {SocketWire} wire that has shaken hands about our torrent */
  #welcome(wire) {
    wire.on('download', (bytes) => {
      this.downloaded += bytes;
      this.downloadSpeed(bytes);
      this.emit('download', bytes);
    });
    wire.on('upload', (bytes) => {
      this.uploaded += bytes;
      this.uploadSpeed(bytes);
      this.emit('upload', bytes);
    });
    wire.once('close', () => {
      try {
        this.emit('wire-disconnect', wire, wire);
      } finally {
        drop(this.wires, wire);
      }
    });
    this.wires.push(wire);
    this.emit('wire', wire, wire);
  }
}

/**
 * @param {Uint8Array | string} value
 * @param {BufferEncoding} encoding of a string
 */
function toBuffer(value, encoding) {
  if (Buffer.isBuffer(value)) return value;
  return typeof value === 'string' ? Buffer.from(value, encoding) : Buffer.from(value);
}

/**
 * @param {string | SocketWire} peer
 * @returns {string}
 */
function toAddress(peer) {
  const address = typeof peer === 'string' ? peer : peer?.peerAddress;
  if (typeof address !== 'string') throw invalidType('peer', 'an address or a wire', peer);
  return address;
}

/**
 * Takes a value out of an array that others hold too.
 * @template T
 * @param {T[]} array
 * @param {T} value
 */
function drop(array, value) {
  const at = array.indexOf(value);
  if (at !== -1) array.splice(at, 1);
}

module.exports = Swarm;
