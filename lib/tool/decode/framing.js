'use strict';

const HANDSHAKE = 68;
const PREFIX = 4;
const PIECE = 7;
/** A block's message up to the block: prefix, id, piece and offset. */
const PIECE_HEAD = 13;

/** Where in its messages a stream is: in a block, bytes may be missing and the rest can still be read. */
class Framing {
  /** Bytes that are left of the handshake, or of a message's body. */
  #left = HANDSHAKE;
  #isBlock = false;
  #head = Buffer.alloc(PIECE_HEAD);
  #held = 0;

  /** Bytes that are left of the block the stream is in. */
  get blockLeft() {
    return this.#isBlock ? this.#left : 0;
  }

  /** Whether it is between two messages. */
  get isBetween() {
    return this.#left === 0 && this.#held === 0;
  }

  /** @param {Buffer} bytes that come next */
  push(bytes) {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left > 0) {
        const passed = Math.min(this.#left, bytes.length - at);
        this.#left -= passed;
        at += passed;
      } else {
        this.#head[this.#held++] = bytes[at++];
        this.#judge();
      }
      if (this.#left === 0 && this.#held === 0) this.#isBlock = false;
    }
  }

  /** Whether enough of a message's head has come to know how much is left of it. */
  #judge() {
    if (this.#held < PREFIX) return;
    const length = this.#head.readUInt32BE(0);
    const isPiece = length >= PIECE_HEAD - PREFIX;
    if (isPiece && this.#held === PREFIX) return;
    if (isPiece && this.#head[PREFIX] === PIECE && this.#held < PIECE_HEAD) return;
    this.#left = length + PREFIX - this.#held;
    this.#isBlock = this.#held === PIECE_HEAD;
    this.#held = 0;
  }
}

module.exports = Framing;
