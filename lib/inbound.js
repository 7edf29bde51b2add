'use strict';

const native = require('./addon.js');
const { FastBuffer, assembly } = require('./memory.js');
const { withCode } = require('./errors.js');
const tables = require('./tables.js');
const {
  CHOKE,
  UNCHOKE,
  INTERESTED,
  NOT_INTERESTED,
  HAVE,
  BITFIELD,
  REQUEST,
  PIECE,
  CANCEL,
  PORT,
  EXTENDED,
  HANDSHAKE,
  KEEP_ALIVE,
  UNKNOWN,
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
  ASSEMBLED,
} = require('./records.js');

const { control, staging } = tables;

/** @typedef {import('./session.js')} Session */
/** @typedef {ReturnType<typeof tables.acquire>} Table */
/** @typedef {import('./options.js').Options} Options */

/** Largest part of a chunk decoded at once, in bytes: positions in it fit a record's words. */
const LARGEST = 2 ** 30;

/** Frees the decoders of wires that were dropped without being ended. */
const dropped = new FinalizationRegistry((/** @type {number} */ slot) => native.close(slot));

/**
 * Copies `bytes` to `target` from `at` on. A few bytes are quicker copied here than by the engine.
 * @param {Uint8Array} target
 * @param {number} at
 * @param {Uint8Array} bytes
 */
function put(target, at, bytes) {
  const { length } = bytes;
  if (length > 16) target.set(bytes, at);
  else for (let i = 0; i < length; i++) target[at + i] = bytes[i];
}

/** Chunks up to this length are given to the addon as copies: cheaper than to ask where they lie. */
const STAGED = 32;

/** @param {Uint8Array} chunk */
function stage(chunk) {
  const { length } = chunk;
  control[LENGTH] = length;
  for (let i = 0; i < length; i++) staging[i] = chunk[i];
}

/** Thrown where a part of the chunk is needed and its memory is gone: a handler transferred it. */
const TAKEN = Symbol('taken');

/** The longest head of a message and its prefix: fragments of one are held until it can be judged. */
const SCRATCH_SIZE = 20;

/**
 * What one peer sends: chunks in, messages out to the session.
 *
 * The addon decodes a whole chunk into a table of records; this walks it. A handler may do anything
 * meanwhile: make another wire decode, destroy this one, throw. When one throws, the exception goes
 * where it would from any stream, and the rest of the chunk is delivered afterwards.
 *
 * A chunk too short for the addon to say anything is not given to it: a part of a payload is put
 * into the assembly memory here, a part of a head into a small scratch buffer.
 */
class Inbound {
  #session;
  #slot;

  /** Bytes that must come before the addon is asked again. */
  #needs = 1;
  /** Memory of the payload that spans chunks. @type {Uint8Array | null} */
  #assembly = null;
  /** Bytes in it, and how many of them the addon knows of. */
  #filled = 0;
  #known = 0;
  /** Fragments of a head. @type {Uint8Array | null} */
  #scratch = null;
  #held = 0;

  /** The chunk being delivered, and what to call after it. */
  #chunk = /** @type {Uint8Array | null} */ (null);
  #done = /** @type {(() => void) | null} */ (null);
  #at = 0;
  /** Its memory, once a part of it was needed, and where it starts there. */
  #memory = /** @type {ArrayBufferLike | null} */ (null);
  #base = 0;
  #status = /** @type {number} */ (DONE);
  /** What was written meanwhile. @type {{ chunk: Uint8Array, done: (() => void) | null }[] | null} */
  #queue = null;

  /** Whether its memory went away before all of it was delivered. */
  #taken = false;

  /** Its records: those from `#next` to `#end` are still to be delivered. */
  #table = /** @type {Table | null} */ (null);
  #next = 0;
  #end = 0;

  /**
   * @param {object} wire whose death frees the decoder
   * @param {Session} session who gets the messages
   * @param {Options} options
   */
  constructor(wire, session, { maxMessageSize, maxPieces, pieceCount }) {
    this.#session = session;
    this.#slot = native.open(maxMessageSize, maxPieces, pieceCount);
    dropped.register(wire, this.#slot, this);
  }

  /** @param {number | null} count pieces of the torrent, from the next chunk on */
  set pieceCount(count) {
    native.setPieceCount(this.#slot, count);
  }

  /** Whether a chunk is being delivered. */
  get busy() {
    return this.#chunk !== null;
  }

  /**
   * Delivers the messages that `chunk` completes, before it returns unless a handler throws.
   * @param {Uint8Array} chunk
   * @param {(() => void) | null} done called when the whole chunk has been delivered
   */
  write(chunk, done) {
    if (this.#chunk !== null) {
      this.#queue ??= [];
      this.#queue.push({ chunk, done });
      return;
    }
    if (chunk.length < this.#needs) {
      this.#hold(chunk);
    } else if (this.#status !== FAILED) {
      this.#chunk = this.#held > 0 ? this.#unhold(chunk) : chunk;
      this.#done = done;
      this.#at = 0;
      this.#deliver();
      return;
    }
    if (done !== null) done();
  }

  /** Frees the decoder. Nothing may be written afterwards. */
  close() {
    dropped.unregister(this);
    native.close(this.#slot);
    this.#status = FAILED;
    this.#assembly = null;
    this.#chunk = null;
    // Left by handlers that threw to the very end.
    if (this.#table !== null) tables.release(this.#table);
    this.#table = null;
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
   * @returns {Uint8Array} a chunk with what was held before it
   */
  #unhold(chunk) {
    const held = /** @type {Uint8Array} */ (this.#scratch).subarray(0, this.#held);
    this.#held = 0;
    if (chunk.length > SCRATCH_SIZE) {
      // Not worth a copy of the chunk. What was held completes nothing by itself.
      const table = tables.acquire();
      control[SLOT] = this.#slot;
      control[TABLE] = table.id;
      control[AT] = 0;
      stage(held);
      native.decode();
      tables.release(table);
      return chunk;
    }
    const bytes = Buffer.allocUnsafe(held.length + chunk.length);
    put(bytes, 0, held);
    put(bytes, held.length, chunk);
    return bytes;
  }

  #deliver() {
    let threw = true;
    try {
      do {
        if (this.#table === null) this.#decode();
        if (this.#next < this.#end) this.#walk();
        this.#settle();
      } while (this.#status === FULL);
      threw = false;
    } finally {
      if (threw) process.nextTick(Inbound.#resume, this);
    }
    const done = this.#done;
    this.#chunk = null;
    this.#memory = null;
    this.#done = null;
    if (done !== null) done();
    if (this.#queue !== null) this.#writeQueued();
  }

  #writeQueued() {
    const queue = this.#queue ?? [];
    const next = queue.shift();
    if (queue.length === 0) this.#queue = null;
    if (next !== undefined) this.write(next.chunk, next.done);
  }

  /** @param {Inbound} inbound */
  static #resume(inbound) {
    if (inbound.#chunk !== null) inbound.#deliver();
  }

  #decode() {
    const chunk = /** @type {Uint8Array} */ (this.#chunk);
    if (chunk.length < this.#at || chunk.length === 0) {
      this.#abandon();
      return;
    }
    const part = chunk.length > LARGEST ? chunk.subarray(0, this.#at + LARGEST) : chunk;
    const table = tables.acquire();
    control[SLOT] = this.#slot;
    control[TABLE] = table.id;
    control[AT] = this.#at;
    if (this.#assembly === null) {
      if (part.length <= STAGED && this.#at === 0) {
        stage(part);
        native.decode();
      } else {
        native.decode(part);
      }
    } else {
      control[GATHERED] = this.#filled - this.#known;
      native.decode(part, this.#assembly);
    }
    this.#table = table;
    this.#next = 0;
    this.#end = control[END];
    this.#at = control[AT];
    this.#status = control[STATUS];
    this.#needs = control[NEEDS];
    this.#filled = control[FILLED];
    this.#known = this.#filled;
    if (this.#status === DONE && this.#assembly !== null) {
      // Of a long payload, what is held must fit the memory there is so far.
      this.#needs = Math.min(this.#needs, Math.max(this.#assembly.length - this.#filled, 1));
    }
    if (part !== chunk && this.#status === DONE && this.#at < chunk.length) this.#status = FULL;
  }

  /** What is left of the chunk cannot be had any more, nor what comes after it be understood. */
  #abandon() {
    this.#taken = true;
    this.#table ??= tables.acquire();
    this.#next = 0;
    this.#end = 0;
    this.#status = FAILED;
    this.#needs = 0;
  }

  /** The walk is over: gives the table back and does what the status asks for. */
  #settle() {
    const table = /** @type {Table} */ (this.#table);
    this.#table = null;
    tables.release(table);
    if (this.#status === SPACE && this.#chunk?.length === 0) this.#taken = true;
    if (this.#taken) {
      this.#fail();
    } else if (this.#status === SPACE) {
      this.#assembly = assembly(this.#needs, this.#assembly, this.#filled);
      this.#needs -= this.#filled;
      const tail = this.#tail();
      if (tail.length < this.#needs) this.#hold(tail);
      // The rest of the payload is in this chunk: it was only memory that lacked.
      else this.#status = FULL;
    } else if (this.#status === FAILED) {
      this.#fail();
    }
  }

  #fail() {
    this.#status = FAILED;
    this.#needs = 0;
    this.#assembly = null;
    const reason = this.#taken
      ? { message: 'a chunk was detached by a handler', code: 'ERR_PWP_CHUNK_DETACHED' }
      : native.reason(this.#slot);
    if (reason) this.#session.onViolation(withCode(new Error(reason.message), reason.code));
  }

  /** @returns {Uint8Array} what of the chunk is not consumed: a part of a payload */
  #tail() {
    const chunk = /** @type {Uint8Array} */ (this.#chunk);
    return this.#at === 0 ? chunk : this.#part(this.#at, chunk.length - this.#at);
  }

  /**
   * @param {number} start
   * @param {number} length
   * @returns {Buffer} a view of a part of the chunk
   */
  #part(start, length) {
    if (this.#memory === null) {
      const chunk = /** @type {Uint8Array} */ (this.#chunk);
      this.#memory = chunk.buffer;
      this.#base = chunk.byteOffset;
    }
    try {
      return new FastBuffer(this.#memory, this.#base + start, length);
    } catch {
      throw TAKEN;
    }
  }

  /** Delivers the records of the table, one message each. */
  #walk() {
    const { words } = /** @type {Table} */ (this.#table);
    const session = this.#session;
    const end = this.#end;
    let i = this.#next;
    try {
      while (i < end) {
        const at = i;
        switch (words[at]) {
          case CHOKE:
            i = at + 1;
            session.onChoke();
            break;
          case UNCHOKE:
            i = at + 1;
            session.onUnchoke();
            break;
          case INTERESTED:
            i = at + 1;
            session.onInterested();
            break;
          case NOT_INTERESTED:
            i = at + 1;
            session.onUninterested();
            break;
          case HAVE:
            i = at + 2;
            session.onHave(words[at + 1]);
            break;
          case BITFIELD:
            i = at + 3;
            session.onBitfield(this.#payload(words[at + 1], words[at + 2]));
            break;
          case REQUEST:
            i = at + 4;
            session.onRequest(words[at + 1], words[at + 2], words[at + 3]);
            break;
          case PIECE:
            i = at + 5;
            session.onPiece(
              words[at + 1],
              words[at + 2],
              this.#payload(words[at + 3], words[at + 4]),
            );
            break;
          case CANCEL:
            i = at + 4;
            session.onCancel(words[at + 1], words[at + 2], words[at + 3]);
            break;
          case PORT:
            i = at + 2;
            session.onPort(words[at + 1]);
            break;
          case EXTENDED:
            i = at + 4;
            session.onExtended(words[at + 1], this.#payload(words[at + 2], words[at + 3]));
            break;
          case HANDSHAKE:
            i = at + 4;
            session.onHandshake(words[at + 1], this.#payload(words[at + 2], words[at + 3]));
            break;
          case KEEP_ALIVE:
            i = at + 1;
            session.onKeepAlive();
            break;
          case UNKNOWN:
            i = at + 3;
            session.onUnknown(this.#payload(words[at + 1], words[at + 2]));
            break;
          default:
            throw new Error(`no such record: ${words[at]}`);
        }
      }
      this.#next = i;
    } catch (error) {
      this.#next = i;
      if (error !== TAKEN) throw error;
      this.#abandon();
    }
  }

  /**
   * @param {number} start
   * @param {number} length
   * @returns {Buffer} a view of the payload, where it lies
   */
  #payload(start, length) {
    if (start !== ASSEMBLED) return this.#part(start, length);
    const bytes = /** @type {Buffer} */ (this.#assembly);
    this.#assembly = null;
    return bytes;
  }
}

module.exports = Inbound;
