'use strict';

const { createHash, randomBytes } = require('node:crypto');
const fs = require('node:fs/promises');
const net = require('node:net');
const bencode = require('bencode');

const METADATA_BLOCK = 16 * 1024; // BEP 9
const UT_METADATA = 1; // the extended message id we ask peers to use for ut_metadata (BEP 10)
const REQUEST = 0; // msg_type values of BEP 9
const DATA = 1;
const REJECT = 2;

/**
 * @typedef {object} Seed
 * @property {string} file
 * @property {number} length
 * @property {number} pieceLength
 * @property {Buffer} metadata the bencoded info dictionary
 */

/**
 * A seeder for one whole file, on loopback: metadata (BEP 9) to whoever asks, blocks to whoever is
 * interested, everybody unchoked at once.
 */
class Seeder {
  /**
   * @param {any} Wire the constructor of peer-wire-protocol, native or original
   * @param {Seed} seed
   */
  constructor(Wire, seed) {
    this.Wire = Wire;
    this.seed = seed;
    this.infoHash = createHash('sha1').update(seed.metadata).digest();
    this.peerId = Buffer.concat([Buffer.from('-PW0001-'), randomBytes(12)]); // BEP 20
    this.pieceCount = Math.ceil(seed.length / seed.pieceLength);
    /** @type {Set<net.Socket>} */
    this.sockets = new Set();
    this.server = net.createServer((socket) => this.#onSocket(socket));
    /** @type {fs.FileHandle | null} */
    this.handle = null;
    this.uploaded = 0;
  }

  /** @returns {Promise<number>} the port */
  async listen() {
    this.handle = await fs.open(this.seed.file, 'r');
    await new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, '127.0.0.1', () => resolve(undefined));
    });
    return /** @type {net.AddressInfo} */ (this.server.address()).port;
  }

  async close() {
    for (const socket of this.sockets) socket.destroy();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
    await this.handle?.close();
    this.handle = null;
  }

  /** @param {net.Socket} socket */
  #onSocket(socket) {
    const wire = new this.Wire();
    this.sockets.add(socket);
    socket.setNoDelay(true); // a block must not wait for the acknowledgement of the one before
    socket.on('error', () => {}); // 'close' follows, and a peer that went away is no failure
    socket.on('close', () => {
      this.sockets.delete(socket);
      wire.destroy();
    });
    wire.on('close', () => socket.destroy());
    wire.on('upload', (/** @type {number} */ bytes) => {
      this.uploaded += bytes;
    });
    socket.pipe(wire).pipe(socket);
    wire.once('handshake', (/** @type {Buffer} */ infoHash) => {
      if (infoHash.equals(this.infoHash)) this.#serve(wire);
      else socket.destroy();
    });
  }

  /** @param {any} wire after its handshake */
  #serve(wire) {
    wire.handshake(this.infoHash, this.peerId);
    if (wire.peerExtensions.extended) serveMetadata(wire, this.seed.metadata);
    // The original takes an object with a `buffer`, and mangles a plain Buffer.
    wire.bitfield({ buffer: fullBitfield(this.pieceCount) });
    wire.on('interested', () => wire.unchoke());
    wire.on(
      'request',
      (
        /** @type {number} */ piece,
        /** @type {number} */ offset,
        /** @type {number} */ length,
        /** @type {(error: Error | null, block?: Buffer) => void} */ respond,
      ) => {
        this.#read(piece, offset, length).then((block) => respond(null, block), respond);
      },
    );
  }

  /**
   * @param {number} piece
   * @param {number} offset
   * @param {number} length
   */
  async #read(piece, offset, length) {
    const start = piece * this.seed.pieceLength + offset;
    if (!this.handle || start + length > this.seed.length) throw new RangeError('no such block');
    const block = Buffer.allocUnsafe(length);
    const { bytesRead } = await this.handle.read(block, 0, length, start);
    if (bytesRead !== length) throw new RangeError('the file became shorter');
    return block;
  }
}

/**
 * Offers the metadata and answers requests for its blocks (BEP 9 and 10).
 * @param {any} wire after its handshake
 * @param {Buffer} metadata
 */
function serveMetadata(wire, metadata) {
  const handshake = { m: { ut_metadata: UT_METADATA }, metadata_size: metadata.length };
  let channel = 0; // the id the peer wants, from its extension handshake
  wire.extended(0, Buffer.from(bencode.encode(handshake)));
  wire.on('extended', (/** @type {number} */ id, /** @type {Buffer} */ payload) => {
    const message = decode(payload);
    if (id === 0) channel = Number(message?.m?.ut_metadata ?? 0);
    if (id !== UT_METADATA || channel === 0 || message?.msg_type !== REQUEST) return;
    const { piece } = message;
    if (!Number.isSafeInteger(piece)) return;
    const block = metadata.subarray(piece * METADATA_BLOCK, (piece + 1) * METADATA_BLOCK);
    const head =
      block.length > 0
        ? { msg_type: DATA, piece, total_size: metadata.length }
        : { msg_type: REJECT, piece };
    wire.extended(channel, Buffer.concat([bencode.encode(head), block]));
  });
}

/** @param {Buffer} payload */
function decode(payload) {
  try {
    return bencode.decode(payload);
  } catch {
    return null; // BEP 10 leaves it open; ignoring keeps the connection
  }
}

/**
 * All pieces; the spare bits at the end are zero (BEP 3).
 * @param {number} pieces
 */
function fullBitfield(pieces) {
  const bits = Buffer.alloc(Math.ceil(pieces / 8), 0xff);
  if (pieces % 8 !== 0) bits[bits.length - 1] = 0xff & (0xff << (8 - (pieces % 8)));
  return bits;
}

exports.Seeder = Seeder;
exports.serveMetadata = serveMetadata;
