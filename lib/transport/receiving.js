'use strict';

const native = require('../addon.js');
const { acquire, release } = require('../delivery.js');
const Encryption = require('../encryption.js');
const { violation } = require('../errors.js');
const Session = require('../session.js');
const { received } = require('../trace.js');
const { walk } = require('../walk.js');
const happenings = require('./happenings.js');
const transport = require('./transport.js');

/** @typedef {import('../wire.js')} Wire */
/** @typedef {import('./socket-wire.js')} SocketWire */
/** @typedef {import('./sending.js')} Sending */
/** @typedef {import('./transport.js').Segment} Segment */

/**
 * The segment being walked: one at a time, however many wires there are. What `walk` needs of a delivery.
 */
class Walked {
  /** @type {{ words: Uint32Array }} */
  table = { words: new Uint32Array(0) };
  next = 0;
  end = 0;
  /** @type {ArrayBufferLike} */
  memory = new ArrayBuffer(0);
  base = 0;
  isTaken = false;

  /** A handler has transferred the memory. */
  abandon() {
    this.isTaken = true;
    this.end = 0;
  }
}

/** @type {Walked | null} */
let walked = new Walked();

/**
 * What one peer sends over a socket: read and decoded by the addon's threads, told to the session it is.
 *
 * Where the wire may be encrypted, the addon first gives the bytes as they come, for the exchange; once
 * that is settled, it goes on by itself.
 */
class Receiving extends Session {
  /** Both ends, once somebody has asked, or the connection is closed. @type {import('../native.js').Ends | null} */
  #ends = null;
  /** Whether this keeps the process alive. */
  isHeld = true;
  isOpen = false;
  /** Whether nothing more is told. */
  #isDeaf = false;
  /** The decoder, while the exchange goes on. @type {number | null} */
  #slot = null;
  /** @type {Walked | null} */
  #walked = null;

  /**
   * @param {Wire} wire
   * @param {import('../outbound.js')} outbound
   */
  constructor(wire, outbound) {
    super(wire, outbound);
    const { encryption, maxMessageSize, maxPieces, pieceCount, strict } = outbound.options;
    if (encryption === 'off') return;
    this.#slot = native.open(maxMessageSize, maxPieces, pieceCount, strict);
    outbound.encryption = new Encryption(wire, /** @type {any} */ (this), this.#slot);
  }

  get id() {
    return /** @type {Sending} */ (this.outbound).id;
  }

  /** Both ends, once the connection stands and that is told: the addon knows of it before. */
  get ends() {
    if (this.#ends === null && this.isOpen && !this.wire.connecting) {
      this.#ends = native.ends(this.id);
    }
    return this.#ends;
  }

  get isRaw() {
    return this.#slot !== null;
  }

  get wire() {
    return /** @type {SocketWire} */ (this.outbound.wire);
  }

  /** @param {number} id of a connection that there is, or will be */
  open(id) {
    /** @type {Sending} */ (this.outbound).id = id;
    this.isOpen = true;
    transport.addConnection(id, this);
    if (this.isHeld) transport.hold();
    this.outbound.push();
  }

  /** @param {number | null} count */
  set pieceCount(count) {
    if (this.#slot !== null) native.setPieceCount(this.#slot, count);
    else if (this.isOpen) native.limitPieces(this.id, count);
  }

  /** @param {boolean} askedFast */
  agree(askedFast) {
    if (this.isOpen) native.agreeOn(this.id, askedFast, this.hasFast, this.hasV2);
  }

  /** Whether the peer's handshake has come. */
  get handshaken() {
    return this.theirs !== 0;
  }

  /** Whether anything has come since this was last called. */
  heard() {
    return this.isOpen && native.hasHeard(this.id);
  }

  get busy() {
    return this.#walked !== null;
  }

  /** @param {Error} reason */
  refuse(reason) {
    this.#isDeaf = true;
    if (this.#walked !== null) this.#walked.end = 0;
    super.refuse(reason);
  }

  /** @param {boolean} isHeld */
  setHeld(isHeld) {
    if (this.isHeld === isHeld) return;
    this.isHeld = isHeld;
    if (!this.isOpen) return;
    if (isHeld) transport.hold();
    else transport.release();
  }

  /** Nothing is sent or told any more. */
  close() {
    this.#isDeaf = true;
    if (this.#slot !== null) native.close(this.#slot);
    this.#slot = null;
    // What a peer does not read that is given up for that is of no use to it any more.
    if (this.isOpen) native.hangUp(this.id, this.wire.closeReason?.code === 'ERR_PWP_BACKLOG');
    super.close();
  }

  /** @param {Segment} segment */
  onSegment(segment) {
    // Destroyed by a handler, a moment ago: no more than the rest of a segment is told.
    if (this.#isDeaf || this.wire.destroyed) return;
    if (segment.kind === happenings.RAW) this.#exchange(segment);
    else this.#tell(segment);
  }

  /** @param {Segment} segment */
  #tell({ kind, words, start, end, memory, base }) {
    if (received.hasSubscribers) this.trace(words, start, end);
    const delivery = walked ?? new Walked();
    walked = null;
    delivery.table.words = words;
    delivery.next = start;
    delivery.end = end;
    delivery.memory = memory.buffer;
    delivery.base = memory.byteOffset + base;
    delivery.isTaken = false;
    this.#walk(delivery, kind === happenings.TEACHING);
  }

  /**
   * @param {Walked} delivery
   * @param {boolean} goesOn whether the connection waits to go on
   */
  #walk(delivery, goesOn) {
    this.#walked = delivery;
    let threw = true;
    try {
      walk(this, /** @type {any} */ (delivery));
      threw = false;
    } finally {
      this.#walked = null;
      if (threw) this.#isThrown(delivery, goesOn);
    }
    walked = delivery;
    if (delivery.isTaken) {
      this.refuse(violation('ERR_PWP_CHUNK_DETACHED', 'a chunk was detached by a handler'));
    } else if (goesOn && this.isOpen) {
      native.goOn(this.id);
    }
  }

  /**
   * A handler has thrown: the exception goes where it would from any stream, and the rest is told before
   * anything else is.
   * @param {Walked} delivery
   * @param {boolean} goesOn
   */
  #isThrown(delivery, goesOn) {
    transport.first(() => {
      if (!this.#isDeaf) this.#walk(delivery, goesOn);
    });
  }

  /** @param {Segment} segment bytes for the exchange */
  #exchange({ memory, base, length }) {
    const encryption = /** @type {Encryption} */ (this.outbound.encryption);
    const delivery = acquire();
    // A copy of little: the memory is not this wire's alone, and a handler may transfer it.
    delivery.sealed = Buffer.from(memory.subarray(base, base + length));
    delivery.sealedAt = 0;
    delivery.sealedEnd = length;
    try {
      encryption.read(delivery);
    } finally {
      const rest = delivery.sealed.subarray(delivery.sealedAt);
      release(delivery);
      this.#proceed(encryption, rest);
    }
  }

  /**
   * @param {Encryption} encryption
   * @param {Uint8Array} rest what it has not read
   */
  #proceed(encryption, rest) {
    if (this.#isDeaf || this.#slot === null) return;
    if (!encryption.isSettled) {
      native.goOn(this.id);
      return;
    }
    // What is encrypted by now leaves first.
    this.outbound.push();
    native.adopt(this.id, this.#slot, rest);
    this.#slot = null;
    /** @type {Sending} */ (this.outbound).isAdopted = true;
  }

  /** @param {number} kind */
  onHappening(kind) {
    switch (kind) {
      case happenings.OPENED:
        this.wire.onOpened();
        break;
      case happenings.ENDED:
        if (!this.#isDeaf) this.wire.destroy();
        break;
      case happenings.FAILED:
        this.#fail();
        break;
      case happenings.ROOM:
        /** @type {Sending} */ (this.outbound).onRoom();
        break;
      case happenings.CLOSED:
        this.#forget();
    }
  }

  #fail() {
    const trouble = native.trouble(this.id);
    if (this.#isDeaf || trouble === null) return;
    const { code, message, system, said } = trouble;
    const cause = system ? Object.assign(new Error(said), { code: system }) : undefined;
    this.refuse(violation(code, message, cause && { cause }));
  }

  #forget() {
    this.#ends = this.ends;
    this.isOpen = false;
    transport.removeConnection(this.id);
    if (this.isHeld) transport.release();
    this.wire.onClosed();
  }
}

module.exports = Receiving;
