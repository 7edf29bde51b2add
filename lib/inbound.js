'use strict';

const native = require('./addon.js');
const hot = require('./hot.js');
const Encryption = require('./encryption.js');
const { allocate, assembly, giveBack, prolong, put } = require('./memory.js');
const { violation } = require('./errors.js');
const deliveries = require('./delivery.js');
const Session = require('./session.js');
const { STAGED, control, stage } = require('./tables.js');
const {
  SLOT,
  TABLE,
  AT,
  GATHERED,
  LENGTH,
  END,
  STATUS,
  NEEDS,
  FILLED,
  DONE,
  FULL,
  SPACE,
  FAILED,
} = require('./records.js');
const { received } = require('./trace.js');
const { defer, isExhausted, spend } = require('./turn.js');
const { part, walk } = require('./walk.js');

/** @typedef {import('./wire.js')} Wire */
/** @typedef {import('./outbound.js')} Outbound */
/** @typedef {InstanceType<typeof deliveries.Delivery>} Delivery */

/** Largest part of a chunk decoded at once, in bytes: positions in it fit a record's words. */
const LARGEST = 2 ** 30;

/** Frees the decoders of wires that were dropped without being ended. */
const dropped = new FinalizationRegistry((/** @type {number} */ slot) => native.close(slot));

/** Largest part of a chunk deciphered at once, in bytes: several find room in one slab. */
const MOST_DECIPHERED = 64 * 1024;

const NOTHING = new Uint8Array(0);

/** The longest head of a message and its prefix: fragments of one are held until it can be judged. */
const SCRATCH_SIZE = 20;

/**
 * What one peer sends: chunks in, messages out to the session it is.
 *
 * The addon decodes a whole chunk into a table of records; this walks it. A handler may do anything
 * meanwhile: make another wire decode, destroy this one, throw. When one throws, the exception goes
 * where it would from any stream, and the rest of the chunk is delivered afterwards.
 *
 * A chunk too short for the addon to say anything is not given to it: a part of a payload is put
 * into the assembly memory here, a part of a head into a small scratch buffer.
 */
class Inbound extends Session {
  #slot;

  /** Bytes that must come before the addon is asked again; 0 once nothing can be understood. */
  #needs = 1;
  /** Memory of the payload that spans chunks, and how many bytes of it there are. */
  #assembly = /** @type {Uint8Array | null} */ (null);
  #filled = 0;
  /** Fragments of a head. @type {Uint8Array | null} */
  #scratch = null;
  #held = 0;
  /** Whether anything has come since this was asked. */
  #heard = false;
  /** The chunk being delivered. */
  #delivery = /** @type {Delivery | null} */ (null);

  /**
   * @param {Wire} wire whose death frees the decoder
   * @param {Outbound} outbound
   */
  constructor(wire, outbound) {
    super(wire, outbound);
    const { maxMessageSize, maxPieces, pieceCount, strict } = outbound.options;
    this.#slot = native.open(maxMessageSize, maxPieces, pieceCount, strict);
    dropped.register(wire, this.#slot, this);
    if (outbound.options.encryption !== 'off') {
      outbound.encryption = new Encryption(wire, this, this.#slot);
    }
  }

  /** @param {number | null} count pieces of the torrent, from the next chunk on */
  set pieceCount(count) {
    native.setPieceCount(this.#slot, count);
  }

  /**
   * Tells the decoder what came of the two handshakes, from the next message of the chunk on if it is
   * told in a handler of the handshake, else from the next chunk on.
   * @param {boolean} askedFast whether we have announced the Fast extension
   */
  agree(askedFast) {
    native.agree(this.#slot, askedFast, this.hasFast, this.hasV2);
  }

  /** @param {Error} reason */
  refuse(reason) {
    this.#needs = 0;
    this.#assembly = null;
    if (this.#delivery !== null) {
      this.#delivery.end = 0;
      this.#delivery.status = DONE;
    }
    super.refuse(reason);
  }

  /** Whether the peer's handshake has come. */
  get handshaken() {
    return native.handshaken(this.#slot);
  }

  /** Whether anything has come since this was last called. */
  heard() {
    const heard = this.#heard;
    this.#heard = false;
    return heard;
  }

  /** Whether a chunk is being delivered. */
  get busy() {
    return this.#delivery !== null;
  }

  /**
   * Delivers the messages that `chunk` completes, before it returns unless a handler throws, or this
   * turn of the event loop has had enough and `done` tells the end.
   * @param {Uint8Array} chunk
   * @param {(() => void) | null} done called when the whole chunk has been delivered
   */
  write(chunk, done) {
    this.#heard = true;
    if (this.#delivery !== null) {
      this.#delivery.following = { chunk, done };
      return;
    }
    const { encryption } = this.outbound;
    const isSealed = encryption?.isReceiving && chunk.length > 0;
    if (chunk.length < this.#needs && !isSealed) {
      this.#hold(chunk);
    } else if (this.#needs > 0) {
      const delivery = deliveries.acquire();
      this.#delivery = delivery;
      if (isSealed) {
        delivery.sealed = chunk;
        delivery.sealedAt = 0;
        delivery.sealedEnd = chunk.length;
        delivery.chunk = NOTHING;
      } else {
        delivery.chunk = this.#held > 0 ? this.#unhold(chunk, delivery) : chunk;
      }
      delivery.done = done;
      delivery.at = 0;
      this.#deliver(delivery);
      return;
    }
    if (done !== null) done();
  }

  /** Frees the decoder and gives up on what was asked for. Nothing may be written afterwards. */
  close() {
    dropped.unregister(this);
    native.close(this.#slot);
    this.#needs = 0;
    this.#assembly = null;
    // Left by handlers that threw to the very end.
    if (this.#delivery !== null) deliveries.release(this.#delivery);
    this.#delivery = null;
    super.close();
  }

  /**
   * Keeps a chunk that is too short to say anything.
   * @param {Uint8Array} chunk
   */
  #hold(chunk) {
    const { length } = chunk;
    this.#needs -= length;
    if (this.#assembly !== null) {
      put(this.#assembly, this.#filled, chunk);
      this.#filled += length;
      return;
    }
    this.#scratch ??= new Uint8Array(SCRATCH_SIZE);
    put(this.#scratch, this.#held, chunk);
    this.#held += length;
  }

  /**
   * @param {Uint8Array} chunk
   * @param {Delivery} delivery
   * @returns {Uint8Array} a chunk with what was held before it
   */
  #unhold(chunk, delivery) {
    const held = /** @type {Uint8Array} */ (this.#scratch).subarray(0, this.#held);
    this.#held = 0;
    if (chunk.length > SCRATCH_SIZE) {
      // Not worth a copy of the chunk. What was held completes nothing by itself.
      control[SLOT] = this.#slot;
      control[TABLE] = delivery.table.id;
      control[AT] = 0;
      stage(held);
      hot.decode();
      return chunk;
    }
    const bytes = Buffer.allocUnsafe(held.length + chunk.length);
    put(bytes, 0, held);
    put(bytes, held.length, chunk);
    return bytes;
  }

  /** @param {Delivery} delivery */
  #deliver(delivery) {
    let threw = true;
    try {
      do {
        if (!delivery.decoded) {
          if (delivery.done !== null && isExhausted()) {
            threw = false;
            defer(() => Inbound.#resume(this, delivery));
            return;
          }
          this.#decode(delivery);
          spend(delivery.end);
          if (received.hasSubscribers) this.trace(delivery.table.words, 0, delivery.end);
        }
        if (delivery.next < delivery.end) walk(this, delivery);
        this.#settle(delivery);
      } while (delivery.status === FULL);
      threw = false;
    } finally {
      if (threw) process.nextTick(Inbound.#resume, this, delivery);
    }
    const { done, following } = delivery;
    this.#delivery = null;
    deliveries.release(delivery);
    if (done !== null) done();
    if (following !== null) this.write(following.chunk, following.done);
  }

  /**
   * @param {Inbound} inbound
   * @param {Delivery} delivery
   */
  static #resume(inbound, delivery) {
    if (inbound.#delivery === delivery) inbound.#deliver(delivery);
  }

  /** @param {Delivery} delivery */
  #decode(delivery) {
    delivery.assembly = this.#assembly;
    if (delivery.sealed !== null && this.#decipher(delivery)) return;
    const chunk = /** @type {Uint8Array} */ (delivery.chunk);
    const { at } = delivery;
    delivery.decoded = true;
    delivery.next = 0;
    if (chunk.length < at || chunk.length === 0) {
      delivery.abandon();
      return;
    }
    const most = chunk.length > LARGEST ? chunk.subarray(0, at + LARGEST) : chunk;
    control[SLOT] = this.#slot;
    control[TABLE] = delivery.table.id;
    control[AT] = at;
    if (this.#assembly === null) {
      if (most.length <= STAGED && at === 0) {
        stage(most);
        hot.decode();
      } else {
        hot.decode(most);
      }
    } else {
      control[GATHERED] = this.#filled;
      hot.decode(most, this.#assembly);
    }
    this.#conclude(delivery);
    const isMore = most !== chunk && delivery.at < chunk.length;
    if (delivery.status === DONE && isMore) delivery.status = FULL;
  }

  /**
   * Takes over what the addon has told of a chunk.
   * @param {Delivery} delivery
   */
  #conclude(delivery) {
    delivery.end = control[END];
    delivery.at = control[AT];
    delivery.status = control[STATUS];
    this.#needs = control[NEEDS];
    this.#filled = control[FILLED];
    if (delivery.status !== DONE) return;
    if (this.#assembly !== null) {
      // Of a long payload, what is held must fit the memory there is so far.
      this.#needs = Math.min(this.#needs, Math.max(this.#assembly.length - this.#filled, 1));
    }
    if (delivery.isSealed) delivery.status = FULL;
  }

  /**
   * Goes on with a chunk that has come encrypted: through the exchange, then by deciphering and decoding
   * a part of it in one call.
   * @param {Delivery} delivery
   * @returns {boolean} false where there is something to decode that is in the clear already
   */
  #decipher(delivery) {
    const encryption = /** @type {Encryption} */ (this.outbound.encryption);
    const sealed = /** @type {Uint8Array} */ (delivery.sealed);
    if (delivery.at < /** @type {Uint8Array} */ (delivery.chunk).length) return false;
    if (!encryption.isSettled && this.#needs > 0) encryption.read(delivery);
    const { sealedAt } = delivery;
    delivery.decoded = true;
    delivery.next = 0;
    delivery.end = 0;
    delivery.status = DONE;
    if (this.#needs === 0) return true;
    if (!delivery.isSealed) return true;
    if (delivery.isTaken) {
      delivery.abandon();
      return true;
    }
    delivery.memory = null;
    if (!encryption.isReceiving) {
      delivery.chunk = sealed;
      delivery.at = sealedAt;
      delivery.sealed = null;
      return false;
    }
    const length = Math.min(sealed.length - sealedAt, MOST_DECIPHERED);
    // Short of the end of a payload, all of it goes to that one's memory.
    const isPart = this.#assembly !== null && length < this.#needs;
    const plain = isPart ? NOTHING : allocate(length);
    control[SLOT] = this.#slot;
    control[TABLE] = delivery.table.id;
    control[AT] = sealedAt;
    control[LENGTH] = length;
    control[GATHERED] = this.#filled;
    hot.decode(sealed, this.#assembly ?? NOTHING, plain);
    delivery.sealedAt += length;
    const direct = control[GATHERED];
    if (direct > 0 && !isPart) giveBack(direct);
    delivery.chunk = direct > 0 ? plain.subarray(0, length - direct) : plain;
    encryption.hasReceived();
    this.#conclude(delivery);
    return true;
  }

  /**
   * The walk is over: does what the status asks for.
   * @param {Delivery} delivery
   */
  #settle(delivery) {
    const { status } = delivery;
    delivery.decoded = false;
    if (delivery.assembly === null) this.#assembly = null;
    if (status === DONE) return;
    if (status === SPACE) this.#provide(delivery);
    if (delivery.status === FAILED) this.#fail(delivery);
  }

  /**
   * Provides memory for a payload that spans chunks.
   * @param {Delivery} delivery
   */
  #provide(delivery) {
    const chunk = /** @type {Uint8Array} */ (delivery.chunk);
    const { at } = delivery;
    if (chunk.length < at || chunk.length === 0) {
      delivery.abandon();
      return;
    }
    const length = chunk.length - at;
    const inPlace =
      delivery.sealed !== null && this.#filled === 0 && length < this.#needs
        ? prolong(chunk, at, this.#needs)
        : null;
    this.#assembly = inPlace ?? assembly(this.#needs, this.#assembly, this.#filled);
    this.#needs -= this.#filled;
    if (length >= this.#needs) {
      // The rest of the payload is in this chunk: it was only memory that lacked.
      delivery.status = FULL;
      return;
    }
    if (inPlace === null) {
      this.#hold(at === 0 ? chunk : part(delivery, at, length));
    } else {
      this.#needs -= length;
      this.#filled += length;
    }
    delivery.at = chunk.length;
    if (delivery.isSealed) delivery.status = FULL;
  }

  /** @param {Delivery} delivery */
  #fail(delivery) {
    this.#needs = 0;
    this.#assembly = null;
    const reason = delivery.taken
      ? { message: 'a chunk was detached by a handler', code: 'ERR_PWP_CHUNK_DETACHED' }
      : native.reason(this.#slot);
    if (reason) this.onViolation(violation(reason.code, reason.message));
  }
}

module.exports = Inbound;
