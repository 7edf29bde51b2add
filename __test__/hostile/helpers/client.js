'use strict';

// What a program does with a wire: the calls that peer-wire-swarm and torrent-stream make, and those
// of a program that speaks more, against any of the three implementations. It counts what it is told.

const { INFO_HASH, INFO_HASH_V2, PEER_ID } = require('./bytes.js');
const { begin } = require('./encrypting.js');
const { ENDS, HEARD } = require('./names.js');
const { BLOCK, PIECES, PIECE_LENGTH, content, exists } = require('./torrent.js');

/** Blocks in a piece. */
const BLOCKS = PIECE_LENGTH / BLOCK;

/** Requests kept pending, as torrent-stream does. */
const PIPELINE = 5;

/** Hashes of a file's tree that are given out together. More than these are refused. */
const MOST_HASHES = 512;

/**
 * What the program speaks and does that it would not otherwise.
 * @typedef {object} Program
 * @property {boolean} [fast] whether it announces the Fast extension (BEP 6)
 * @property {boolean} [v2] whether the torrent is one of version 2 (BEP 52)
 * @property {string[]} [uses] what it gives to `use()` (BEP 10), by the names of extensions.js
 * @property {'prefer' | 'require'} [encrypts] whether it speaks encryption, see encrypting.js
 * @property {boolean} [begins] whether it is the side that shakes hands first
 * @property {number} [pipeline] requests kept pending. Default: 5, as torrent-stream
 */

/**
 * @param {any} wire
 * @param {number} piece
 * @returns {boolean}
 */
function hasPiece({ peerPieces, peerHaveAll }, piece) {
  if (!Array.isArray(peerPieces)) return peerPieces.get(piece);
  return peerPieces[piece] ?? peerHaveAll === true;
}

/** @param {any} error of a request @returns {boolean} whether it was refused (BEP 6) */
const isRejected = (error) => error.message === 'request was rejected';

/** One connection of the program, and what came over it. */
class Client {
  /** @type {Record<string, number>} messages by the name of their event */
  events = {};
  /** @type {string[]} how the wire ended, in order */
  ends = [];
  /** Errors that an `error` listener was told of. */
  errors = 0;
  /** Requests made, and calls of their callbacks. */
  asked = 0;
  answered = 0;
  /** Blocks that were asked for and came, and those among them with wrong bytes. */
  blocks = 0;
  wrong = 0;
  #cursor = 0;
  #pending = 0;
  #pipeline;

  /**
   * @param {any} wire
   * @param {import('node:net').Socket | null} socket that the wire is piped to and from; null where it has
   *   one of its own
   * @param {boolean} listens whether it listens for `error` on the wire
   * @param {Program} [program]
   * @param {Record<string, any>} [extensions] those it may use, by name
   */
  constructor(wire, socket, listens, program = {}, extensions = {}) {
    this.wire = wire;
    this.socket = socket;
    this.listens = listens;
    this.#pipeline = program.pipeline ?? PIPELINE;
    for (const name of HEARD) {
      wire.on(name, () => {
        this.events[name] = (this.events[name] ?? 0) + 1;
      });
    }
    for (const name of ENDS) wire.on(name, () => this.ends.push(name));
    if (listens) wire.on('error', () => this.errors++);
    for (const name of program.uses ?? []) wire.use(extensions[name]);
    this.#converse(program);
    if (socket !== null) this.#pipe(socket);
    if (program.begins) begin(wire);
  }

  /** @param {import('node:net').Socket} socket */
  #pipe(socket) {
    const { wire } = this;
    socket.setNoDelay();
    socket.on('end', () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => wire.destroy());
    wire.on('end', () => socket.destroy());
    socket.pipe(wire).pipe(socket);
  }

  /** @param {Program} program */
  #converse({ fast, v2, begins }) {
    const { wire } = this;
    wire.once('handshake', () => {
      if (!begins) wire.handshake(v2 ? INFO_HASH_V2 : INFO_HASH, PEER_ID, { fast, v2 });
      // A piece that may be asked for while it chokes.
      if (wire.hasFast) wire.allowedFast(0);
      // In the manner of the `bitfield` package, which all three take.
      wire.bitfield({ buffer: Buffer.alloc(PIECES / 8, 255) });
    });
    wire.on('interested', () => wire.unchoke());
    wire.on('uninterested', () => wire.choke());
    wire.on('unchoke', () => this.#ask());
    for (const name of ['have', 'bitfield', 'have-all']) {
      wire.on(name, () => {
        wire.interested();
        if (!wire.peerChoking) this.#ask();
      });
    }
    wire.on('allowed-fast', (/** @type {number} */ piece) => {
      if (exists(piece, 0, BLOCK) && this.#pending < this.#pipeline) this.#askOne(piece, 0);
    });
    wire.on('hash-request', (/** @type {any[]} */ ...range) => this.#giveHashes(range));
    wire.on(
      'request',
      (
        /** @type {number} */ piece,
        /** @type {number} */ offset,
        /** @type {number} */ length,
        /** @type {(error: Error | null, block?: Buffer) => void} */ respond,
      ) => {
        // A disk answers later, with bytes of its own.
        setImmediate(() => {
          if (!exists(piece, offset, length)) respond(new Error('no such block'));
          else respond(null, Buffer.from(content(piece, offset, length)));
        });
      },
    );
  }

  /** @param {any[]} range root of a file's tree, base layer, index, length and proof layers */
  #giveHashes(range) {
    const [, , , length, proofLayers] = range;
    if (length < 2 || length > MOST_HASHES || proofLayers > 0) this.wire.hashReject(...range);
    else this.wire.hashes(...range, Buffer.alloc(32 * length));
  }

  /** Asks for more of what the peer has, a piece after the other. */
  #ask() {
    const { wire } = this;
    for (let missing = 0; missing < PIECES && this.#pending < this.#pipeline; ) {
      const piece = Math.floor(this.#cursor / BLOCKS) % PIECES;
      if (!hasPiece(wire, piece)) {
        this.#cursor += BLOCKS - (this.#cursor % BLOCKS);
        missing++;
        continue;
      }
      this.#askOne(piece, BLOCK * (this.#cursor++ % BLOCKS));
    }
  }

  /** @param {number} piece @param {number} offset */
  #askOne(piece, offset) {
    const { wire } = this;
    this.#pending++;
    this.asked++;
    wire.request(piece, offset, BLOCK, (/** @type {any} */ error, /** @type {any} */ bytes) => {
      this.#pending--;
      this.answered++;
      if (error) {
        // For another block: that one was refused.
        if (isRejected(error) && !wire.peerChoking) this.#ask();
        return;
      }
      this.blocks++;
      if (!content(piece, offset, BLOCK).equals(bytes)) this.wrong++;
      if (!wire.peerChoking) this.#ask();
    });
  }

  /** Whether the wire has come to its end. */
  get ended() {
    return this.ends.includes('end') || (this.socket?.destroyed && this.ends.includes('finish'));
  }

  /** Messages it has told of. */
  get heard() {
    return Object.values(this.events).reduce((sum, count) => sum + count, 0);
  }

  /** Grows with whatever is told of the wire. */
  get told() {
    return this.heard + this.ends.length + this.asked + this.answered;
  }

  /** What is said of it in the end. */
  get report() {
    const { events, ends, listens, errors, asked, answered, blocks, wrong, wire } = this;
    return {
      code: wire.closeReason?.code ?? null,
      events,
      ends,
      listens,
      errors,
      asked,
      answered,
      blocks,
      wrong,
      pieces: wire.peerPieces.length ?? null,
    };
  }
}

module.exports = { Client };
