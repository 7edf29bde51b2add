'use strict';

const { INFO_HASH, PEER_ID } = require('../../hostile/helpers/bytes.js');
const {
  BLOCK,
  PIECES,
  PIECE_LENGTH,
  content,
  exists,
} = require('../../hostile/helpers/torrent.js');
const { Thrown } = require('./ledger.js');

/** Requests kept pending. */
const PIPELINE = 5;
/** Milliseconds, at most, between a block and the next request. */
const MOST_PAUSE_MS = 200;
const EVENTS = [
  'handshake',
  'choke',
  'unchoke',
  'interested',
  'have',
  'extended',
  'cancel',
  'port',
  'reject',
  'suggest',
  'allowed-fast',
  'have-all',
  'encryption',
  'crypto-handshake',
];
const ENDS = /** @type {const} */ (['close', 'finish', 'end']);

/** @typedef {import('./links.js').PipedLink | import('./links.js').NativeLink} Link */

/**
 * How both ends of a connection speak.
 * @typedef {object} Manner
 * @property {boolean} fast the Fast extension: every request has one answer
 * @property {boolean} paces whether each says how few requests it queues, and the other heeds it
 * @property {boolean} isHidden whether the connection is encrypted
 */

/**
 * @typedef {object} Role of one end
 * @property {boolean} begins whether it speaks first: on an encrypted connection only one may
 * @property {'off' | 'prefer' | 'require'} encryption
 */

/**
 * One end of a connection: a wire that asks for random blocks and answers in every manner there is,
 * and the book that is kept of it.
 */
class Side {
  closes = { close: 0, finish: 0, end: 0 };
  /** Sums of what the events said. */
  told = { downloaded: 0, uploaded: 0 };
  /** Bytes of blocks that were put on the socket beside the wire. */
  injected = 0;
  /** Bytes of blocks whose callback threw. */
  lost = 0;
  /** The other end. @type {Side} */
  // @ts-expect-error given as soon as there are two
  peer = null;
  /** Whether it still asks. */
  asks = true;
  /** Whether what it was sent may have been lost on the way, or not all be answered. */
  isLossy = false;
  /** What the next handler or callback does. @type {(() => void) | null} */
  ambush = null;
  /** @type {Set<NodeJS.Timeout>} */
  timers = new Set();
  isAudited = false;
  /** Requests made and callbacks called. */
  asked = 0;
  answered = 0;
  /** Requests the peer was sent, and its answers: blocks and rejects. */
  sent = 0;
  heard = 0;
  /** Whether it has said that it has all pieces: a few times more would be too often. */
  hasSaidAll = false;
  #isAsking = false;
  #paces;
  #ledger;
  #random;

  /**
   * Chooses how the wire of one end is made.
   * @param {import('./random.js').Random} random
   * @param {Manner} manner
   * @param {Role} role
   */
  static choose(random, { paces }, { encryption }) {
    return {
      uploadHighWaterMark: random.pick([0, 20_000, 512_000]),
      pieceCount: random.chance(0.5) ? PIECES : null,
      respectReqq: paces,
      encryption,
      infoHashes: [INFO_HASH.toString('hex')],
    };
  }

  /**
   * @param {string} name for what is told of it
   * @param {Link} link
   * @param {import('./random.js').Random} random
   * @param {import('./ledger.js').Ledger} ledger
   * @param {Manner} manner of both sides
   * @param {Role} role
   */
  constructor(name, link, random, ledger, { fast, paces, isHidden }, { begins }) {
    this.name = name;
    this.link = link;
    this.wire = link.wire;
    this.isHidden = isHidden;
    this.#paces = paces;
    this.#random = random;
    this.#ledger = ledger;
    this.#listen();
    this.#serve();
    const { wire } = this;
    if (random.chance(0.5)) wire.on('error', () => {});
    if (random.chance(0.3)) wire.setTimeout(5 + random.below(50));
    if (random.chance(0.3)) wire.setKeepAlive(true);
    link.join();
    if (begins) this.#introduce(fast);
    // Before a handler that may throw.
    else wire.prependOnceListener('handshake', () => this.#introduce(fast));
  }

  /** @param {boolean} fast */
  #introduce(fast) {
    const { wire } = this;
    wire.handshake(INFO_HASH, PEER_ID, { fast });
    if (this.#paces) wire.extended(0, { reqq: this.#random.below(PIPELINE) });
    wire.bitfield(Buffer.alloc(PIECES / 8, 255));
    wire.interested();
  }

  /** @param {string} text */
  violation(text) {
    this.#ledger.violation(`wire ${this.name}: ${text}`);
  }

  /** Does what was laid in wait, once. */
  spring() {
    const { ambush } = this;
    this.ambush = null;
    ambush?.();
  }

  /**
   * @param {number} ms
   * @param {() => void} work
   */
  later(ms, work) {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      work();
    }, ms);
    this.timers.add(timer);
  }

  #listen() {
    const { wire } = this;
    for (const name of ENDS) {
      wire.on(name, () => {
        if (++this.closes[name] > 1) this.violation(`${name} came again`);
      });
    }
    wire.on('download', (bytes) => {
      this.told.downloaded += bytes;
    });
    wire.on('upload', (bytes) => {
      this.told.uploaded += bytes;
    });
    wire.on('piece', (piece, offset, block) => {
      this.#check(piece, offset, block);
      this.spring();
    });
    wire.on('reject', (piece) => {
      if (piece < PIECES) this.heard++;
    });
    wire.on('unchoke', () => this.ask());
    wire.on('interested', () => wire.unchoke());
    for (const name of EVENTS) wire.on(name, () => this.spring());
  }

  #serve() {
    const random = this.#random;
    this.wire.on('request', (piece, offset, length, respond) => {
      if (!exists(piece, offset, length)) {
        this.violation(`asked for ${piece} ${offset} ${length}, which nobody asks for`);
      }
      const answer = () => respond(null, Buffer.from(content(piece, offset, length)));
      const manner = random.next();
      if (manner < 0.5) answer();
      else if (manner < 0.7) setImmediate(answer);
      else if (manner < 0.8) process.nextTick(answer);
      else if (manner < 0.97) this.later(random.below(8), answer);
      else if (manner < 0.99) respond(new Error('no such block'));
      // And some are never answered.
      if (random.chance(0.05)) setImmediate(answer);
      this.spring();
    });
  }

  /**
   * Blocks of pieces the torrent does not have come from faults.
   * @param {number} piece
   * @param {number} offset
   * @param {Buffer} block
   */
  #check(piece, offset, block) {
    if (piece >= PIECES) return;
    this.heard++;
    if (!content(piece, offset, block.length).equals(block)) {
      this.violation(`wrong bytes in block ${piece} ${offset} ${block.length}`);
    }
    this.#ledger.totals.blocks++;
    this.#ledger.totals.blockBytes += block.length;
  }

  /** Keeps requests pending. */
  ask() {
    const { wire } = this;
    while (this.asks && this.closes.finish === 0 && wire.requests.length < PIPELINE) {
      if (wire.peerChoking && wire.peerAllowedFastSet.length === 0) return;
      this.#askOne();
    }
  }

  /** The same a little later: the faults need their turn as well. */
  #askLater() {
    if (this.#isAsking || this.closes.finish > 0) return;
    this.#isAsking = true;
    this.later(this.#random.below(MOST_PAUSE_MS), () => {
      this.#isAsking = false;
      this.ask();
    });
  }

  #askOne() {
    const random = this.#random;
    const { wire } = this;
    const piece = wire.peerChoking ? random.pick(wire.peerAllowedFastSet) : random.below(PIECES);
    const length = random.chance(0.8) ? BLOCK : 1 + random.below(BLOCK);
    const offset = random.below(PIECE_LENGTH - length);
    let calls = 0;
    const settle = (/** @type {any} */ error, /** @type {any} */ block) => {
      if (++calls > 1) this.violation('a callback was called again');
      if (this.isAudited) this.violation('a callback was called after the end');
      this.answered++;
      this.#ledger.count('outcomes', error ? String(error.code) : 'block');
      if (!error && (block?.length !== length || !content(piece, offset, length).equals(block))) {
        this.violation(`the callback of ${piece} ${offset} ${length} got other bytes`);
      }
      this.#askLater();
    };
    this.asked++;
    const before = wire.requests.length;
    if (random.chance(0.2)) this.#askForPromise([piece, offset, length], settle);
    else wire.request(piece, offset, length, (error, block) => this.#spring(settle, error, block));
    if (wire.requests.length > before) this.sent++;
  }

  /**
   * Settles a request, and does what was laid in wait.
   * @param {(error: any, block: any) => void} settle
   * @param {any} error
   * @param {any} block
   */
  #spring(settle, error, block) {
    settle(error, block);
    // An exception at the end would keep the others from being told of it.
    if (error?.code === 'ERR_PWP_WIRE_CLOSED') return;
    try {
      this.spring();
    } catch (thrown) {
      // As in 0.7.1, a block whose callback throws is counted no further.
      if (!error) this.lost += block.length;
      if (!error || error.code === 'ERR_PWP_REQUEST_REJECTED') this.heard++;
      throw thrown;
    }
  }

  /**
   * The same as a promise, some of which are taken back.
   * @param {[piece: number, offset: number, length: number]} block
   * @param {(error: any, block?: any) => void} settle
   */
  #askForPromise(block, settle) {
    const random = this.#random;
    const control = new AbortController();
    const { signal } = control;
    this.wire.requestBlock(...block, { signal }).then((bytes) => settle(null, bytes), settle);
    if (random.chance(0.2)) this.later(random.below(10), () => control.abort());
  }

  /**
   * Requests that were neither answered nor wait at the peer, of a connection that has lost nothing.
   * Where requests are held back nobody knows which were sent.
   */
  get unanswered() {
    if (!this.wire.hasFast || this.#paces) return 0;
    return this.sent - this.heard - this.peer.wire.peerRequests.length;
  }

  /** Bytes of blocks that the peer has sent and that have not come. */
  get missing() {
    const { wire, injected } = this.peer;
    return wire.uploaded + injected - this.wire.downloaded - this.lost;
  }

  /** Whether nothing will come of it any more. */
  get isOver() {
    return this.link.isClosed && this.closes.close > 0 && this.closes.end > 0;
  }

  /** Closes the book. */
  audit() {
    this.isAudited = true;
    for (const timer of this.timers) clearTimeout(timer);
    const { wire, told, asked, answered } = this;
    const { totals } = this.#ledger;
    for (const name of ENDS) {
      if (this.closes[name] !== 1) this.violation(`${name} came ${this.closes[name]} times`);
    }
    if (asked !== answered) this.violation(`${asked} requests, ${answered} callbacks`);
    for (const name of /** @type {const} */ (['downloaded', 'uploaded'])) {
      if (wire[name] !== told[name]) {
        this.violation(`${name} is ${wire[name]}, its events say ${told[name]}`);
      }
      totals[name] += wire[name];
    }
    if (wire.requests.length > 0 || wire.peerRequests.length > 0) {
      this.violation('requests are left after the end');
    }
    totals.wires++;
    if (this.link.isNative) totals.native++;
    totals.requests += asked;
    totals.callbacks += answered;
    this.#ledger.count('reasons', wire.closeReason?.code ?? 'none');
  }

  /** Throws from the next handler. */
  layThrow() {
    this.ambush = () => {
      throw new Thrown('on purpose');
    };
  }
}

module.exports = { Side };
