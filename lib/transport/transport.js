'use strict';

// What happens on all sockets of this environment, as the addon's threads tell it: one wake for all that
// has happened, then a walk over it.

const { markAsUntransferable } = require('node:worker_threads');
const native = require('../addon.js');
const hot = require('../hot.js');
const { invalidType, withCode } = require('../errors.js');
const { AT, END, FULL, STATUS, TABLE } = require('../records.js');
const { Table, control } = require('../tables.js');
const { defer, isExhausted, spend } = require('../turn.js');
const { boolean, integer } = require('../validate.js');
const happenings = require('./happenings.js');

const { LANDED, OTHER_WORDS, SEGMENT_WORDS } = happenings;

/**
 * What things happen to.
 * @typedef {object} Endpoint
 * @property {(kind: number, other: number, id: number) => void} onHappening
 * @property {(segment: Segment) => void} [onSegment]
 */

/**
 * Some of what a peer has sent.
 * @typedef {object} Segment
 * @property {number} kind
 * @property {Uint32Array} words
 * @property {number} start where its records start
 * @property {number} end
 * @property {Uint8Array} memory that their payloads lie in
 * @property {number} base where it starts in it
 * @property {number} length of it, in bytes
 */

/** Words of what is taken at once. */
const WORDS = 2 ** 15;

/** Bytes of the memory that short segments are copied to. */
const LANDING_SIZE = 256 * 1024;

/** How many bytes of segments count as much as a word of records, in the budget of a turn. */
const BYTES_A_WORD = 128;

const MOST_THREADS = 64;

/** Where a program cannot be changed, it can be told so. */
const VARIABLE = 'PEER_WIRE_PROTOCOL_THREADS';

/** @type {{ threads: number, copy: boolean } | null} */
let settings = null;
let isStarted = false;

/** By their numbers. @type {Map<number, Endpoint>} */
const connections = new Map();
/** @type {Map<number, Endpoint>} */
const servers = new Map();

/** How many of them keep the process alive. */
let held = 0;

/** @type {InstanceType<typeof Table> | null} */
let table = null;
let next = 0;
let end = 0;
let isMore = false;
let isDeferred = false;
/** Whether a wake came meanwhile: there is no other before what it was for is taken. */
let isMissed = false;
/** Whether nothing more is to be told in this turn. */
let isPausing = false;
/** What has to be done before anything else. @type {(() => void) | null} */
let unfinished = null;

/**
 * The engine looks at how much memory its young objects hold when it allocates some for one of them:
 * then, past 32 MiB, it collects those alone. Memory that is given to it does not count as that, and
 * it would come to look only for the large collection, which takes ten times as long.
 */
const engine = { reminder: new ArrayBuffer(0) };

/** @type {Uint8Array[]} */
const memories = [];
let landing = Buffer.alloc(0);
let landed = 0;

/**
 * Before the first connection.
 * @param {{ threads?: number, copy?: boolean }} options see index.d.ts
 */
function configure(options) {
  if (isStarted) {
    throw withCode(new Error('the transport is started'), 'ERR_PWP_TRANSPORT_STARTED');
  }
  if (typeof options !== 'object' || options === null) {
    throw invalidType('options', 'an object', options);
  }
  settings = check(options);
}

/** @param {{ threads?: number, copy?: boolean }} options */
function check({ threads = Number(process.env[VARIABLE] || 1), copy = false }) {
  integer(threads, 'options.threads', 1, MOST_THREADS);
  boolean(copy, 'options.copy');
  return { threads, copy };
}

/** Starts the threads, the first time. */
function start() {
  if (isStarted) return;
  const { threads, copy } = settings ?? check({});
  table = new Table(WORDS);
  native.startTransport(drain, threads, copy);
  isStarted = true;
}

/**
 * @param {number} id
 * @param {Endpoint} endpoint
 */
function addConnection(id, endpoint) {
  connections.set(id, endpoint);
}

/** @param {number} id */
function removeConnection(id) {
  connections.delete(id);
  native.forget(id);
}

/**
 * @param {number} id
 * @param {Endpoint} endpoint
 */
function addServer(id, endpoint) {
  servers.set(id, endpoint);
}

/** @param {number} id */
function removeServer(id) {
  servers.delete(id);
}

/** One more of what keeps the process alive. */
function hold() {
  if (held++ === 0) native.holdTransport(true);
}

/** One less. */
function release() {
  if (--held === 0) native.holdTransport(false);
}

/**
 * Deals with what has happened: all of one batch, unless the turn of the event loop is exhausted. What
 * happens meanwhile brings another wake, and what is sent by then has left. When a handler throws, what
 * is left is dealt with in a moment of its own.
 */
function drain() {
  if (isDeferred) {
    isMissed = true;
    return;
  }
  let threw = true;
  try {
    finish();
    if (next === end && !isMore) fill();
    for (;;) {
      while (next < end) {
        if (isPausing || isExhausted()) {
          isPausing = false;
          threw = false;
          postpone(defer);
          return;
        }
        step();
      }
      if (!isMore) {
        memories.length = 0;
        hot.release();
        if (!isMissed) break;
        isMissed = false;
        // What a wire is told that was given in this turn is for another.
        pause();
      }
      fill();
    }
    threw = false;
  } finally {
    if (threw) postpone(process.nextTick);
  }
}

/** What else has happened is told in another turn: whoever waits for this may want to hear it. */
function pause() {
  isPausing = true;
}

/** @param {() => void} work to be done before anything else */
function first(work) {
  unfinished = work;
}

/** Does what a handler's exception has interrupted. */
function finish() {
  const work = unfinished;
  unfinished = null;
  work?.();
}

/** @param {(work: () => void) => void} later */
function postpone(later) {
  isDeferred = true;
  later(() => {
    isDeferred = false;
    drain();
  });
}

/** Takes what has happened, as far as there is room for it. */
function fill() {
  if (landing.length - landed < LANDING_SIZE / 4) {
    landing = Buffer.allocUnsafeSlow(LANDING_SIZE);
    // Messages of all wires lie in it: whoever reads one must not be able to take all of them away.
    markAsUntransferable(landing.buffer);
    landed = 0;
  }
  memories.length = 0;
  control[TABLE] = /** @type {InstanceType<typeof Table>} */ (table).id;
  control[AT] = landed;
  hot.take(memories, landing);
  next = 0;
  end = control[END];
  landed = control[AT];
  isMore = control[STATUS] === FULL;
  if (memories.length > 0) engine.reminder = new ArrayBuffer(1);
}

/** Deals with the next that has happened. */
function step() {
  const { words } = /** @type {InstanceType<typeof Table>} */ (table);
  const at = next;
  const kind = words[at];
  const id = words[at + 1];
  switch (kind) {
    case happenings.READ:
    case happenings.TEACHING:
    case happenings.RAW: {
      const start = at + SEGMENT_WORDS;
      next = start + words[at + 2];
      const which = words[at + 3];
      const memory = which === LANDED ? landing : memories[which];
      const length = words[at + 5];
      spend(next - at + length / BYTES_A_WORD);
      const endpoint = connections.get(id);
      endpoint?.onSegment?.({ kind, words, start, end: next, memory, base: words[at + 4], length });
      break;
    }
    case happenings.LISTENING:
    case happenings.NOT_LISTENING:
    case happenings.STOPPED:
    case happenings.ACCEPTED:
      next = at + OTHER_WORDS;
      spend(OTHER_WORDS);
      if (servers.has(id)) servers.get(id)?.onHappening(kind, words[at + 2], id);
      else if (kind === happenings.ACCEPTED) native.forget(words[at + 2]);
      break;
    default:
      next = at + OTHER_WORDS;
      spend(OTHER_WORDS);
      connections.get(id)?.onHappening(kind, 0, id);
  }
}

module.exports = {
  addConnection,
  addServer,
  configure,
  first,
  hold,
  pause,
  release,
  removeConnection,
  removeServer,
  start,
};
