'use strict';

// The peer of a conversation: its bytes, and how they arrive.

const { encode, encodeHostile, handshake } = require('./messages');
const { hit, rowOfHostile } = require('./mended');

/** Byte by byte only up to here; longer feeds are cut into this many writes. */
const MOST_WRITES = 400;

/** The subject's `maxPieces` where a conversation sets it. */
const MAX_PIECES = 4096;

class Peer {
  /** @param {import('./player').Player} player */
  constructor(player) {
    this.player = player;
    this.wire = player.wire;
    /** Bytes not yet written. */
    this.outbox = Buffer.alloc(0);
    /** Whether the handshake is on its way. */
    this.shaken = false;
    this.writing = false;
    /** Whether the bytes written so far end with a whole message. */
    this.aligned = true;
    /** While hostile bytes are delivered, handlers add none: the original gets no such bytes. */
    this.hostileNow = false;
    /** Whether it has sent what a wire closes for. */
    this.closed = false;
  }

  /** Adds messages to the outbox, after the handshake if there was none. */
  put(messages) {
    const parts = [this.outbox];
    if (!this.shaken) {
      this.shaken = true;
      parts.push(handshake(this.player.conversation.handshake));
    }
    for (const message of messages) parts.push(encode(message, this.wire));
    this.outbox = Buffer.concat(parts);
  }

  /**
   * Puts the step's messages into the outbox.
   * @returns {number[]} the sizes of the chunks to deliver
   */
  prepare({ messages, cuts, hold }) {
    this.put(messages);
    return cut(Math.max(0, this.outbox.length - hold), cuts);
  }

  feed(step) {
    if (this.hostileNow) return undefined;
    // Inside a write that ends in part of a message, more bytes wait their turn.
    if (this.writing && !this.aligned) return this.put(step.messages);
    return this.write(this.prepare(step), step);
  }

  /** Delivers chunks of these sizes from the outbox. */
  write(sizes, { as, corked }) {
    const { wire } = this;
    const outer = { writing: this.writing, aligned: this.aligned };
    const cork = corked && !outer.writing && sizes.length > 1;
    this.writing = true;
    if (cork) wire.cork();
    for (const size of sizes) {
      const chunk = this.outbox.subarray(0, size);
      this.outbox = this.outbox.subarray(size);
      this.aligned = this.outbox.length === 0;
      this.writeOne(chunk, as);
    }
    if (cork) wire.uncork();
    Object.assign(this, outer);
    this.player.record('written');
  }

  writeOne(chunk, as) {
    // A pipe lets go of a wire that has ended.
    if (this.wire.writableEnded) return this.player.record('not written');
    // Node 20.20 forgets `finish` if a wire is ended in a handler while it writes what was corked
    // without a callback. The original is spared that, this package must cope.
    const done = this.player.side.isOriginal ? [() => {}] : [];
    if (as === 'latin1') return this.wire.write(chunk.toString('latin1'), 'latin1', ...done);
    // Its own memory: a chunk that is a view of a larger one hides mistakes.
    const bytes = as === 'uint8array' ? Uint8Array.from(chunk) : Buffer.from(chunk);
    this.player.keep('bytes written', bytes);
    return this.wire.write(bytes, ...done);
  }

  /** Bytes after which the subject closes, and the original is destroyed by hand. */
  hostile(step) {
    const { wire } = this;
    const { conversation, side } = this.player;
    if (step.type === 'bitfieldBeyond' && conversation.options.maxPieces !== MAX_PIECES)
      return undefined;
    if (step.type === 'handshake') {
      if (this.shaken) return undefined;
      this.shaken = true;
    } else {
      this.put(step.messages);
    }
    const before = this.outbox;
    const bytes = encodeHostile({ ...step, maxPieces: MAX_PIECES });
    this.outbox = Buffer.alloc(0);
    this.hostileNow = true;
    if (!step.joined && before.length) this.writeOne(before);
    if (!wire.writableEnded) {
      this.closed = true;
      hit(rowOfHostile(step.type).name);
      if (side.isOriginal) {
        if (step.joined && before.length) this.writeOne(before);
        wire.destroy();
      } else if (step.joined) {
        this.writeOne(Buffer.concat([before, bytes]));
      } else {
        let rest = bytes;
        for (const size of cut(bytes.length, step.cuts)) {
          if (wire.writableEnded) break;
          this.writeOne(rest.subarray(0, size));
          rest = rest.subarray(size);
        }
      }
    }
    this.hostileNow = false;
    return this.player.record(`hostile ${step.type}`);
  }
}

/**
 * @param {number} length
 * @param {'bytes' | number[]} places
 * @returns {number[]} the sizes of the chunks
 */
function cut(length, places) {
  if (!length) return [];
  const step = Math.ceil(length / MOST_WRITES);
  const ends =
    places === 'bytes'
      ? Array.from({ length: Math.ceil(length / step) - 1 }, (_, k) => (k + 1) * step)
      : [...new Set(places.map((place) => place % length))].filter(Boolean).sort((a, b) => a - b);
  return [...ends, length].map((end, k) => end - (ends[k - 1] ?? 0));
}

module.exports = { Peer };
