'use strict';

const { markAsUntransferable } = require('node:worker_threads');
const hot = require('./hot.js');
const { FastBuffer } = require('./memory.js');
const { Outlet, messageMemory } = require('./outlet.js');
const { AT, END, FLAG_FAST, MARKS, TABLE } = require('./records.js');
const { Table, WORDS, control } = require('./tables.js');
const { sent, traceSent } = require('./trace.js');

/** How many bits there are for what a side announces. */
const THEIRS = 8;

/** Bytes of the memory that messages are encoded into, for all wires. */
const SLAB_SIZE = 256 * 1024;

/** Pending payload of one wire, in bytes, above which it does not wait for the end of the tick. */
const FLUSH_SIZE = 128 * 1024;

/**
 * The longest payload, in bytes, that is copied behind its head, to leave with its neighbours in one
 * piece. A longer one is sent as it is.
 */
const LONGEST_COPY = 4096;

/** Words in use above which the table is encoded: the longest outgoing record has 14. */
const MOST_WORDS = WORDS - 14;

/** Most runs encoded at once: each has two words in the table of marks. */
const MOST_RUNS = WORDS / 2 - 1;

/** Most shares in them. */
const MOST_SHARES = WORDS - 1;

/** Longest run, in words, that is compared with the one before it. */
const LONGEST_REPEAT = 8;

/** The most bytes `words` words of records become, without payload: see `encoded_bound` in Rust. */
const bound = (/** @type {number} */ words) => 14 * words;

/** Memory for encoded messages. Parts of it are handed out and never written again. */
let slab = Buffer.alloc(0);
let slabMemory = slab.buffer;
let slabUsed = 0;

/**
 * What is encoded in one call: runs of records in one table, each run of one wire and with at most
 * one payload behind. The last run is still being written to, by `writer`.
 */
const table = new Table();
const marks = new Table();
const { words } = table;
let used = 0;
let runs = 0;
let runStart = 0;
/** Where the run before it starts, or -1 when that one has a payload. */
let lastStart = -1;
/** Bytes of payload to be copied. */
let copied = 0;
/** @type {Outbound | null} */
let writer = null;
/** The payload of each run. @type {(Uint8Array | null)[]} */
const payloads = [];

/** Who gets which run, in order; one run may be for many. */
let shares = 0;
/** @type {(Outbound | null)[]} */
const owners = [];
const runOf = new Uint32Array(WORDS);

/** Wires with something to send, flushed together at the end of the tick. @type {Outbound[]} */
let waiting = [];

/**
 * The end of the tick comes after its `process.nextTick` callbacks, in which torrent-stream asks for
 * the next block: a promise's callback runs there, and is the cheapest that does.
 */
const endOfTick = Promise.resolve();

/**
 * Whether the run being written is the same as the one before: a `have` for every wire of a swarm is
 * encoded once.
 */
function isRepeated() {
  const length = used - runStart;
  if (lastStart === -1 || runStart - lastStart !== length || length > LONGEST_REPEAT) return false;
  for (let i = 0; i < length; i++) if (words[lastStart + i] !== words[runStart + i]) return false;
  return true;
}

/**
 * Ends the run that is being written.
 * @param {Uint8Array | null} payload behind it
 */
function endRun(payload) {
  if (used > runStart) {
    owners[shares] = writer;
    if (payload === null && isRepeated()) {
      used = runStart;
      runOf[shares++] = runs - 1;
    } else {
      const copy = payload !== null && payload.length <= LONGEST_COPY ? payload.length : 0;
      marks.words[2 * runs] = used;
      marks.words[2 * runs + 1] = copy;
      copied += copy;
      payloads[runs] = payload;
      lastStart = payload === null ? runStart : -1;
      runStart = used;
      runOf[shares++] = runs++;
    }
  }
  writer = null;
}

/**
 * What one wire sends. Messages are kept as records until the end of the tick; then those of all
 * wires are encoded in one call, and each wire's leave in one push, but for long payloads.
 */
class Outbound extends Outlet {
  /** Whether there is anything to send. */
  #scheduled = false;
  #closed = false;

  /** What our handshake announced, and what the peer's did, `THEIRS` bits further up; see Session. */
  announced = 0;

  /** Whether both sides speak the Fast extension: refusals are told (BEP 6). */
  get hasFast() {
    return (this.announced & (this.announced >> THEIRS) & FLAG_FAST) !== 0;
  }

  /**
   * Sends a message that is only its id.
   * @param {number} kind
   */
  bare(kind) {
    if (this.#closed) return;
    if (writer !== this || used > MOST_WORDS) this.beginRun();
    words[used++] = kind;
  }

  /**
   * Sends a message with one number.
   * @param {number} kind
   * @param {number} a
   */
  one(kind, a) {
    if (this.#closed) return;
    if (writer !== this || used > MOST_WORDS) this.beginRun();
    words[used] = kind;
    words[used + 1] = a;
    used += 2;
  }

  /**
   * Sends a message with two numbers.
   * @param {number} kind
   * @param {number} a
   * @param {number} b
   */
  two(kind, a, b) {
    if (this.#closed) return;
    if (writer !== this || used > MOST_WORDS) this.beginRun();
    words[used] = kind;
    words[used + 1] = a;
    words[used + 2] = b;
    used += 3;
  }

  /**
   * Sends a message with three numbers.
   * @param {number} kind
   * @param {number} a
   * @param {number} b
   * @param {number} c
   */
  three(kind, a, b, c) {
    if (this.#closed) return;
    if (writer !== this || used > MOST_WORDS) this.beginRun();
    words[used] = kind;
    words[used + 1] = a;
    words[used + 2] = b;
    words[used + 3] = c;
    used += 4;
  }

  /**
   * Sends a message of any length, one that is seldom sent.
   * @param {number[]} record
   */
  record(record) {
    if (this.#closed) return;
    if (writer !== this || used > MOST_WORDS) this.beginRun();
    for (const word of record) words[used++] = word;
  }

  /**
   * Adds a payload to the message just sent. Its bytes are the stream's until they are written.
   * @param {Uint8Array} payload
   */
  payload(payload) {
    if (this.#closed) return;
    endRun(payload);
    this.pending += payload.length;
    if (this.pending >= FLUSH_SIZE) this.flush();
  }

  /**
   * The same for a message other than a block. Where it is long, it counts as one that waits if the
   * peer does not read; short ones do so in the slab.
   * @param {Uint8Array} payload
   */
  answer(payload) {
    this.payload(payload);
    if (payload.length <= LONGEST_COPY) return;
    if (this.congested) this.uploads.wait(payload.length);
  }

  /** Pushes what is pending. */
  flush() {
    if (!this.#scheduled) return;
    Outbound.#encode();
    this.push();
  }

  /** Pushes what is pending and drops what is sent from now on. */
  close() {
    this.flush();
    this.#closed = true;
  }

  beginRun() {
    endRun(null);
    if (used > MOST_WORDS || runs === MOST_RUNS || shares === MOST_SHARES) Outbound.#encode();
    writer = this;
    this.schedule();
  }

  /** Has what is pending pushed at the end of the tick. */
  schedule() {
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (waiting.push(this) === 1) endOfTick.then(Outbound.#flushWaiting);
  }

  /** Flushes every wire that has something to send. */
  static #flushWaiting() {
    const outbounds = waiting;
    waiting = [];
    let next = 0;
    try {
      while (next < outbounds.length) {
        const outbound = outbounds[next++];
        // At first for all of them, in one call; then for what a handler has sent on one of them.
        Outbound.#encode();
        outbound.#scheduled = false;
        outbound.push();
      }
    } catch (error) {
      // Somebody's `data` handler threw. It is nobody's rejected promise, so it is thrown again.
      process.nextTick(() => {
        throw error;
      });
    } finally {
      // The wires after it still have to send.
      for (; next < outbounds.length; next++) {
        outbounds[next].#scheduled = false;
        outbounds[next].schedule();
      }
    }
  }

  /** Encodes the table and gives each wire what is its. */
  static #encode() {
    endRun(null);
    if (runs === 0) return;
    const most = bound(used) + copied;
    if (slabUsed + most > slab.length) {
      slab = Buffer.allocUnsafeSlow(Math.max(SLAB_SIZE, most));
      slabMemory = slab.buffer;
      messageMemory.add(slabMemory);
      slabUsed = 0;
      // Messages of all wires lie in it: whoever reads one must not be able to take all of them away.
      markAsUntransferable(slabMemory);
    }
    if (sent.hasSubscribers) Outbound.#trace();
    control[TABLE] = table.id;
    control[MARKS] = marks.id;
    control[END] = runs;
    control[AT] = slabUsed;
    hot.encode(slab);
    const first = slabUsed;
    slabUsed = control[AT];
    const count = shares;
    for (let share = 0; share < count; share++) {
      const run = runOf[share];
      const owner = /** @type {Outbound} */ (owners[share]);
      owners[share] = null;
      const start = run === 0 ? first : marks.words[2 * run - 2];
      const end = marks.words[2 * run];
      if (share + 1 < count && runOf[share + 1] === run) {
        share = Outbound.#deal(share, owner, new FastBuffer(slabMemory, start, end - start));
      } else {
        owner.takeRun(run, start, end);
      }
    }
    used = 0;
    runs = 0;
    runStart = 0;
    lastStart = -1;
    copied = 0;
    shares = 0;
  }

  /** Tells those who trace what is about to be sent. */
  static #trace() {
    for (let share = 0; share < shares; share++) {
      const run = runOf[share];
      const start = run === 0 ? 0 : marks.words[2 * run - 2];
      const owner = /** @type {Outbound} */ (owners[share]);
      traceSent(owner.wire, words, start, marks.words[2 * run]);
    }
  }

  /**
   * Gives the same bytes to all who share a run.
   * @param {number} share of the first
   * @param {Outbound} owner the first
   * @param {Uint8Array} bytes
   * @returns {number} share of the last
   */
  static #deal(share, owner, bytes) {
    const run = runOf[share];
    owner.takeWhole(bytes);
    let last = share;
    while (last + 1 < shares && runOf[last + 1] === run) {
      last++;
      /** @type {Outbound} */ (owners[last]).takeWhole(bytes);
      owners[last] = null;
    }
    return last;
  }

  /**
   * @param {number} run
   * @param {number} start where it lies in the slab
   * @param {number} end
   */
  takeRun(run, start, end) {
    const payload = payloads[run];
    if (payload === null) {
      this.takePart(slabMemory, start, end);
      return;
    }
    payloads[run] = null;
    const copy = marks.words[2 * run + 1];
    // One that is detached since it was given has no length any more, and may not even be read: its
    // length is announced, and this memory may have held anything.
    if (copy > 0 && payload.length === copy) slab.set(payload, end - copy);
    else if (copy > 0) slab.fill(0, end - copy, end);
    this.takePart(slabMemory, start, end);
    if (copy === 0 && payload.length > 0) this.takeWhole(payload);
  }
}

Outbound.THEIRS = THEIRS;

module.exports = Outbound;
