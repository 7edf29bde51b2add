'use strict';

/** Most bytes, and segments, of a direction that wait for one that has not come. */
const MOST_WAITING = 4 * 1024 * 1024;
const MOST_SEGMENTS = 4096;
/** Most bytes that wait in all directions together. */
const MOST_TOGETHER = 64 * 1024 * 1024;

/**
 * A part of the stream, or a gap in it.
 * @typedef {{ data: Buffer, missing: 0 } | { data: null, missing: number }} Part
 */

/** What waits in all directions of a capture. @typedef {{ bytes: number }} Waiting */

/** One direction of a connection: segments in as they were captured, bytes out in their order. */
class Direction {
  /** How many bytes came before what comes next; null before anything has come. @type {number | null} */
  #next = null;
  /** How many bytes there were, as far as it is known from what was sent behind them. */
  #sent = 0;
  #finished = Number.POSITIVE_INFINITY;
  /** Sequence number of the first byte, where a SYN has said it. */
  #first = -1;
  /** Segments that came too early, sorted. @type {{ start: number, data: Buffer }[]} */
  #early = [];
  #held = 0;
  #waiting;

  /** Bytes that came twice. */
  repeated = 0;

  /** @param {Waiting} waiting */
  constructor(waiting) {
    this.#waiting = waiting;
  }

  /**
   * @param {number} sequence of a SYN
   * @returns {boolean} whether it belongs to this connection
   */
  begin(sequence) {
    const first = (sequence + 1) >>> 0;
    if (this.#next !== null) return this.#first === first;
    this.#first = first;
    this.#next = first;
    return true;
  }

  /**
   * Where a segment is in the stream, which is longer than sequence numbers reach.
   * @param {number} sequence
   */
  #placeOf(sequence) {
    this.#next ??= sequence;
    return this.#next + ((sequence - (this.#next % 2 ** 32)) | 0);
  }

  /**
   * @param {number} sequence
   * @param {Buffer} data
   * @returns {Generator<Part, void>} what can be read now
   */
  *add(sequence, data) {
    if (data.length === 0) return;
    const start = this.#placeOf(sequence);
    const next = /** @type {number} */ (this.#next);
    if (start + data.length <= next) {
      this.repeated += data.length;
      return;
    }
    if (start > next) {
      this.#keep(start, data);
      if (this.#isOverfull) yield* this.#jump();
      return;
    }
    yield this.#read(start, data);
    yield* this.#drain();
  }

  /**
   * What a segment says by its place alone: all before its end was sent.
   * @param {number} sequence of what would come next
   * @param {boolean} isFin whether nothing will
   */
  see(sequence, isFin) {
    if (this.#next === null) return;
    const place = this.#placeOf(sequence);
    if (isFin) this.#finished = place;
    this.#sent = Math.max(this.#sent, place);
  }

  /** @returns {Generator<Part, void>} what waits for bytes that will not come */
  *end() {
    while (this.#early.length > 0) yield* this.#jump();
    if (this.#next === null) return;
    // The end counts as a byte, in what comes behind it.
    const missing = Math.min(this.#sent, this.#finished) - this.#next;
    if (missing > 0) yield { data: null, missing };
  }

  get #isOverfull() {
    return (
      this.#held > MOST_WAITING ||
      this.#early.length > MOST_SEGMENTS ||
      this.#waiting.bytes > MOST_TOGETHER
    );
  }

  /**
   * @param {number} start
   * @param {Buffer} data
   */
  #keep(start, data) {
    let at = this.#early.length;
    while (at > 0 && this.#early[at - 1].start > start) at--;
    // A copy: the chunk of the file it is in is larger.
    this.#early.splice(at, 0, { start, data: Buffer.from(data) });
    this.#hold(data.length);
  }

  /** @param {number} bytes */
  #hold(bytes) {
    this.#held += bytes;
    this.#waiting.bytes += bytes;
  }

  /**
   * @param {number} start not behind what comes next
   * @param {Buffer} data that reaches beyond it
   * @returns {Part}
   */
  #read(start, data) {
    const known = /** @type {number} */ (this.#next) - start;
    this.repeated += known;
    this.#next = start + data.length;
    return { data: known === 0 ? data : data.subarray(known), missing: 0 };
  }

  /** @returns {Generator<Part, void>} */
  *#drain() {
    for (let [first] = this.#early; first !== undefined; [first] = this.#early) {
      const next = /** @type {number} */ (this.#next);
      if (first.start > next) return;
      this.#early.shift();
      this.#hold(-first.data.length);
      if (first.start + first.data.length <= next) this.repeated += first.data.length;
      else yield this.#read(first.start, first.data);
    }
  }

  /** @returns {Generator<Part, void>} */
  *#jump() {
    const [first] = this.#early;
    const missing = first.start - /** @type {number} */ (this.#next);
    this.#next = first.start;
    yield { data: null, missing };
    yield* this.#drain();
  }
}

module.exports = Direction;
