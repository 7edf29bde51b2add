'use strict';

// How a stream gets to a wire, and what the wire says to whom it comes from: in the clear, or after an
// exchange in any cuts, with a part of the stream as its initial payload.

const bytes = require('../hostile/helpers/bytes.js');
const { cut } = require('./conversation.js');
const { Mistake } = require('./errors.js');
const { place } = require('./memory.js');
const { Peer } = require('./peer.js');

/** @typedef {import('./random.js').Random} Random */
/** @typedef {import('./world.js').World} World */

const NOTHING = Buffer.alloc(0);

/** Bytes of initial payload that a peer may send along. */
const MOST_INITIAL = 68;

/** In the clear. */
class Clear {
  /** Options of the wire. */
  options = {};
  /** Whether a handler throws. */
  throws = false;
  /** Chunks of the stream, and what the wire has said. @type {Buffer[]} */
  #chunks;
  output = /** @type {Buffer[]} */ ([]);

  /** @param {Random} random @param {Buffer} stream */
  constructor(random, stream) {
    this.#chunks = cut(random, stream);
  }

  /** How many chunks there are. */
  get count() {
    return this.#chunks.length;
  }

  /** @param {any} wire */
  listen(wire) {
    wire.on('data', (part) => this.output.push(part));
  }

  /** Until the stream can begin. @param {World} _world @param {any} _wire */
  async open(_world, _wire) {}

  /** Whether the chunk can be had by now. @param {number} _at */
  has(_at) {
    return true;
  }

  /** Until it can. @param {World} _world */
  async wait(_world) {}

  /** @param {number} at */
  chunk(at) {
    return this.#chunks[at];
  }

  /** Bytes of the stream in a chunk. @param {number} at */
  share(at) {
    return this.#chunks[at].length;
  }

  check() {}
  close() {}
}

/** Behind an exchange. */
class Hidden {
  #random;
  #peer;
  #begins;
  #methods;
  /** What the peer has said and was not written. */
  #said;
  /** What is left of its last message, then of the stream. @type {Buffer[]} */
  #head = [];
  #sealed = /** @type {Buffer | null} */ (null);
  #stream;
  /** Lengths of the chunks of the stream behind the exchange, and where each starts. @type {number[]} */
  #lengths;
  #starts = /** @type {number[]} */ ([]);
  #initial;
  /** What the wire has told of the end of the exchange. @type {unknown[]} */
  #told = [];
  output = /** @type {Buffer[]} */ ([]);
  options;
  /** Whether a handler throws. */
  throws;

  /**
   * @param {Random} random
   * @param {Buffer} stream
   * @param {boolean} begins whether the peer does
   */
  constructor(random, stream, begins) {
    this.#random = random;
    this.#begins = begins;
    this.throws = random.chance(0.2);
    this.#methods = random.pick(/** @type {const} */ (['any', 'rc4', 'plain']));
    const isStrict = this.#methods !== 'plain' && random.chance(0.3);
    const infoHashes = random.pick([[bytes.INFO_HASH], () => bytes.INFO_HASH]);
    this.options = { encryption: isStrict ? 'require' : 'prefer', infoHashes };
    const length = begins ? Math.min(random.integer(0, MOST_INITIAL), stream.length) : 0;
    this.#initial = stream.subarray(0, length);
    this.#stream = stream.subarray(length);
    this.#lengths = cut(random, this.#stream).map((chunk) => chunk.length);
    let start = 0;
    for (const length of this.#lengths) {
      this.#starts.push(start);
      start += length;
    }
    this.#peer = new Peer(random, {
      infoHash: bytes.INFO_HASH,
      begins,
      methods: this.#methods,
      initial: this.#initial,
    });
    this.#said = this.#peer.opening;
  }

  get count() {
    return this.#head.length + this.#lengths.length;
  }

  /** @param {any} wire */
  listen(wire) {
    wire.on('data', (part) => {
      const { said, heard } = this.#peer.read(part);
      this.#said = Buffer.concat([this.#said, said]);
      this.output.push(heard);
    });
    wire.on('encryption', (method) => this.#told.push(method));
    // What comes behind it is not lost by that.
    if (this.throws) {
      wire.on('encryption', () => {
        throw new Mistake('at the end of the exchange');
      });
    }
  }

  /**
   * The exchange, up to the peer's last message.
   * @param {World} world
   * @param {any} wire
   */
  async open(world, wire) {
    for (let messages = 1; ; messages++) {
      await world.settle(() => this.#said.length > 0);
      if (this.#said.length === 0) throw new Error(`nothing came before message ${messages}`);
      const said = this.#said;
      this.#said = NOTHING;
      const chunks = cut(this.#random, said);
      if (messages === 2) {
        this.#head = chunks;
        return;
      }
      for (const chunk of chunks) world.attempt(() => wire.write(place(this.#random, chunk)));
    }
  }

  /** @param {number} at */
  has(at) {
    return at < this.#head.length || this.#peer.isSettled;
  }

  /** Until it can. @param {World} world */
  async wait(world) {
    await world.settle(() => this.#peer.isSettled);
    this.check();
  }

  /** @param {number} at */
  chunk(at) {
    if (at < this.#head.length) return this.#head[at];
    this.#sealed ??= this.#peer.seal(this.#stream);
    const start = this.#starts[at - this.#head.length];
    return this.#sealed.subarray(start, start + this.#lengths[at - this.#head.length]);
  }

  /** @param {number} at */
  share(at) {
    if (at >= this.#head.length) return this.#lengths[at - this.#head.length];
    let left = 0;
    for (const chunk of this.#head.slice(at + 1)) left += chunk.length;
    // The initial payload is the end of the peer's last message.
    const missing = Math.max(0, this.#initial.length - left);
    return Math.min(missing, this.#head[at].length);
  }

  /** The exchange has ended as it must. */
  check() {
    const expected = this.#methods === 'plain' ? 'plain' : 'rc4';
    const { isSettled, method } = this.#peer;
    if (!isSettled || method !== expected || String(this.#told) !== expected) {
      throw new Error(
        `the peer ${this.#begins ? 'began' : 'answered'} with ${this.#methods}; settled on ${method}, told of ${this.#told}`,
      );
    }
  }

  close() {
    this.#peer.close();
  }
}

module.exports = { Clear, Hidden };
