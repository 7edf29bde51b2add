'use strict';

/** Length of a block, and of every piece at least, as torrents are made. */
const BLOCK = 16 * 1024;
/** Requests under way: enough for a round trip at some hundreds of MB/s. */
const WINDOW = 128;
/** Requests that may fail before it is given up. */
const MOST_FAILURES = 32;
/** Most pieces kept in mind that the peer has got while it is probed. */
const MOST_LATE = 64;

/** Some blocks of a peer, to see how fast they come. */
class Download {
  bytes = 0;
  /** Milliseconds: when the first request left, and when the last block came. @type {number | null} */
  startedAt = null;
  lastAt = 0;
  isOver = false;

  #wire;
  #limit;
  #onOver;
  /** What the metadata says; undefined until it has come, null when it will not. @type {import('./info.js').Info | null | undefined} */
  #info;
  #asked = 0;
  #pending = 0;
  #failures = 0;
  /** The piece of the next block, and where that starts. @type {number | null} */
  #piece = null;
  #offset = 0;
  /** Pieces that were looked at. */
  #seen = 0;
  /** Pieces it has got since they were gone past. @type {number[]} */
  #late = [];

  /**
   * @param {import('../../../index.js').Wire} wire
   * @param {number} limit most bytes to ask for
   * @param {() => void} onOver
   */
  constructor(wire, limit, onOver) {
    this.#wire = wire;
    this.#limit = limit;
    this.#onOver = onOver;
  }

  /** Bytes a second, from the first request to the last block. */
  get speed() {
    const milliseconds = this.lastAt - (this.startedAt ?? 0);
    return this.bytes === 0 || milliseconds <= 0 ? 0 : (1000 * this.bytes) / milliseconds;
  }

  /**
   * Begins, as soon as the peer lets us.
   * @param {import('./info.js').Info | null} info null where nobody knows how long pieces are: then
   *   only their first block is asked for
   */
  start(info) {
    this.#info ??= info;
    this.pump();
  }

  /** @param {number} piece that the peer has got */
  offer(piece) {
    if (piece < this.#seen && this.#late.length < MOST_LATE) this.#late.push(piece);
    this.pump();
  }

  /** Asks for as much as is allowed. */
  pump() {
    const wire = this.#wire;
    if (this.#info === undefined || this.isOver || wire.peerChoking) return;
    while (this.#pending < WINDOW && this.#asked + BLOCK <= this.#limit) {
      const block = this.#next();
      if (block === null) break;
      this.startedAt ??= performance.now();
      this.#asked += block.length;
      this.#pending++;
      wire.request(block.piece, block.offset, block.length, (error) =>
        this.#onAnswer(error, block.length),
      );
    }
    if (this.#pending === 0 && this.#asked > 0) this.#end();
  }

  /**
   * @param {Error | null} error
   * @param {number} length
   */
  #onAnswer(error, length) {
    this.#pending--;
    if (error === null) {
      this.bytes += length;
      this.lastAt = performance.now();
    } else {
      this.#asked -= length;
      // One that chokes us may unchoke us again.
      if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ERR_PWP_PEER_CHOKING') return;
      if (++this.#failures >= MOST_FAILURES) this.#end();
    }
    this.pump();
  }

  #end() {
    if (this.isOver) return;
    this.isOver = true;
    this.#onOver();
  }

  /** @returns {{ piece: number, offset: number, length: number } | null} the block to ask for next */
  #next() {
    if (this.#offset === 0) this.#piece = this.#seek();
    const piece = this.#piece;
    if (piece === null) return null;
    const offset = this.#offset;
    const rest = this.#lengthOf(piece) - offset;
    this.#offset = rest <= BLOCK ? 0 : offset + BLOCK;
    return { piece, offset, length: Math.min(BLOCK, rest) };
  }

  /** @returns {number | null} the next piece that the peer has */
  #seek() {
    const { peerHaveAll, peerPieces, pieceCount } = this.#wire;
    const count = pieceCount ?? (peerHaveAll ? 1 : peerPieces.length);
    while (this.#seen < count) {
      const piece = this.#seen++;
      if (peerHaveAll || peerPieces[piece]) return piece;
    }
    return this.#late.shift() ?? null;
  }

  /** @param {number} piece */
  #lengthOf(piece) {
    const info = this.#info;
    if (!info?.isEven) return BLOCK;
    return Math.min(info.pieceLength, info.size - piece * info.pieceLength);
  }
}

module.exports = Download;
