'use strict';

// What a program does with a wire: the calls that peer-wire-swarm and torrent-stream make, against
// any of the three implementations. It counts what it is told.

const { ENDS, RECEIVED } = require('../../contract.js');
const { INFO_HASH, PEER_ID } = require('./bytes.js');
const { BLOCK, PIECES, PIECE_LENGTH, content, exists } = require('./torrent.js');

/** Blocks in a piece. */
const BLOCKS = PIECE_LENGTH / BLOCK;

/** Requests kept pending, as torrent-stream does. */
const PIPELINE = 5;

/**
 * @param {any} wire
 * @param {number} piece
 * @returns {boolean}
 */
function hasPiece({ peerPieces }, piece) {
  return Array.isArray(peerPieces) ? peerPieces[piece] === true : peerPieces.get(piece);
}

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

  /**
   * @param {any} wire
   * @param {import('node:net').Socket} socket
   * @param {boolean} listens whether it listens for `error` on the wire
   */
  constructor(wire, socket, listens) {
    this.wire = wire;
    this.socket = socket;
    for (const name of RECEIVED) {
      wire.on(name, () => {
        this.events[name] = (this.events[name] ?? 0) + 1;
      });
    }
    for (const name of ENDS) wire.on(name, () => this.ends.push(name));
    if (listens) wire.on('error', () => this.errors++);
    this.#converse();
    socket.setNoDelay();
    socket.on('end', () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => wire.destroy());
    wire.on('end', () => socket.destroy());
    socket.pipe(wire).pipe(socket);
  }

  #converse() {
    const { wire } = this;
    wire.once('handshake', () => {
      wire.handshake(INFO_HASH, PEER_ID);
      // In the manner of the `bitfield` package, which all three take.
      wire.bitfield({ buffer: Buffer.alloc(PIECES / 8, 255) });
    });
    wire.on('interested', () => wire.unchoke());
    wire.on('uninterested', () => wire.choke());
    wire.on('unchoke', () => this.#ask());
    for (const name of ['have', 'bitfield']) {
      wire.on(name, () => {
        wire.interested();
        if (!wire.peerChoking && this.#pending < PIPELINE) this.#ask();
      });
    }
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

  /** Asks for more of what the peer has, a piece after the other. */
  #ask() {
    const { wire } = this;
    for (let missing = 0; missing < PIECES && this.#pending < PIPELINE; ) {
      const piece = Math.floor(this.#cursor / BLOCKS) % PIECES;
      if (!hasPiece(wire, piece)) {
        this.#cursor += BLOCKS - (this.#cursor % BLOCKS);
        missing++;
        continue;
      }
      const offset = BLOCK * (this.#cursor++ % BLOCKS);
      this.#pending++;
      this.asked++;
      wire.request(piece, offset, BLOCK, (/** @type {any} */ error, /** @type {any} */ bytes) => {
        this.#pending--;
        this.answered++;
        if (error) return;
        this.blocks++;
        if (!content(piece, offset, BLOCK).equals(bytes)) this.wrong++;
        if (!wire.peerChoking) this.#ask();
      });
    }
  }

  /** Whether the wire has come to its end. */
  get ended() {
    return this.ends.includes('end') || (this.socket.destroyed && this.ends.includes('finish'));
  }

  /** What is said of it in the end. */
  get report() {
    const { events, ends, errors, asked, answered, blocks, wrong, wire } = this;
    return {
      code: wire.closeReason?.code ?? null,
      events,
      ends,
      errors,
      asked,
      answered,
      blocks,
      wrong,
      pieces: wire.peerPieces.length ?? null,
    };
  }
}

module.exports = { Client, RECEIVED };
