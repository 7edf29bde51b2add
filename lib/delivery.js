'use strict';

const { DONE, FAILED } = require('./records.js');
const { Table } = require('./tables.js');

/**
 * One chunk on its way to the handlers: how far it is decoded, and the records that are still to be
 * told. A wire has one only meanwhile.
 */
class Delivery {
  /** The chunk's records: those from `next` to `end` are still to be delivered. */
  table = new Table();
  next = 0;
  end = 0;
  /** Whether the table holds records of this chunk. */
  decoded = false;

  chunk = /** @type {Uint8Array | null} */ (null);
  /** Where that was deciphered from, or is to be, and how much of it is. */
  sealed = /** @type {Uint8Array | null} */ (null);
  sealedAt = 0;
  /** How long that was when it came. */
  sealedEnd = 0;
  /** What to call after it. */
  done = /** @type {(() => void) | null} */ (null);
  /** How much of it is decoded, in bytes, and what came of that. */
  at = 0;
  status = /** @type {number} */ (DONE);

  /** The chunk's memory, once a part of it was needed, and where the chunk starts in it. */
  memory = /** @type {ArrayBufferLike | null} */ (null);
  base = 0;
  /** The memory of the payload that spans chunks, until it is told. */
  assembly = /** @type {Uint8Array | null} */ (null);

  /** Whether that memory went away before all was delivered: a handler transferred it. */
  taken = false;

  /** What is left of the chunk cannot be had any more, nor what comes after it be understood. */
  abandon() {
    this.taken = true;
    this.end = 0;
    this.status = FAILED;
  }

  /** Whether there is more of the chunk to be deciphered. */
  get isSealed() {
    return this.sealed !== null && this.sealedAt < this.sealedEnd;
  }

  /** Whether its memory went away, or a part of it. */
  get isTaken() {
    return this.sealed !== null && this.sealed.length < this.sealedEnd;
  }

  /** What was written meanwhile: a Writable waits for one chunk before it gives the next. */
  following = /** @type {{ chunk: Uint8Array, done: (() => void) | null } | null} */ (null);
}

/**
 * Those not in use. A handler may write to another wire, so there are as many as that has ever
 * nested, and never one per wire.
 * @type {Delivery[]}
 */
const idle = [];

/** @returns {Delivery} */
function acquire() {
  return idle.pop() ?? new Delivery();
}

/** @param {Delivery} delivery */
function release(delivery) {
  delivery.next = 0;
  delivery.end = 0;
  delivery.decoded = false;
  delivery.chunk = null;
  delivery.sealed = null;
  delivery.done = null;
  delivery.memory = null;
  delivery.assembly = null;
  delivery.taken = false;
  delivery.following = null;
  idle.push(delivery);
}

module.exports = { Delivery, acquire, release };
