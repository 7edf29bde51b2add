'use strict';

/** @param {Uint8Array} bytes */
function fresh(bytes) {
  const chunk = Buffer.allocUnsafeSlow(bytes.length);
  chunk.set(bytes);
  return chunk;
}

/**
 * Cuts bytes into chunks, each with memory of its own, as a socket hands them out. Whoever keeps a
 * part of one must not find it changed later, so no chunk is ever used again.
 * @param {Buffer} bytes
 * @param {number} size of a chunk
 * @returns {Buffer[]}
 */
function cut(bytes, size) {
  const chunks = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(fresh(bytes.subarray(at, at + size)));
  return chunks;
}

/** A stream without end, in chunks of one size: the same bytes over and over. */
class Feed {
  #template;
  #size;
  #at = 0;

  /**
   * @param {Buffer} template whole messages
   * @param {number} size of a chunk
   */
  constructor(template, size) {
    this.#template = template;
    this.#size = size;
  }

  /** @returns {Buffer} */
  next() {
    const chunk = Buffer.allocUnsafeSlow(this.#size);
    let filled = 0;
    while (filled < chunk.length) {
      const copied = this.#template.copy(chunk, filled, this.#at);
      filled += copied;
      this.#at = (this.#at + copied) % this.#template.length;
    }
    return chunk;
  }

  /**
   * @param {number} count
   * @returns {Buffer[]}
   */
  take(count) {
    return Array.from({ length: count }, () => this.next());
  }
}

/** The end of this turn of the event loop: what was put off to a later tick has happened. */
function turn() {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Writes chunks to a wire, a bounded number each turn.
 * @param {any} wire
 * @param {Buffer[]} chunks
 * @param {number} perTurn
 */
async function writeAll(wire, chunks, perTurn) {
  for (let i = 0; i < chunks.length; i++) {
    wire.write(chunks[i]);
    if ((i + 1) % perTurn === 0 || i === chunks.length - 1) await turn();
  }
}

module.exports = { Feed, cut, fresh, turn, writeAll };
