'use strict';

const { randomBytes } = require('node:crypto');
const native = require('./addon.js');
const hot = require('./hot.js');
const { violation } = require('./errors.js');
const { allocate } = require('./memory.js');
const { AT, SLOT } = require('./records.js');
const { control } = require('./tables.js');
const { find, remember } = require('./torrents.js');

/** @typedef {import('./wire.js')} Wire */
/** @typedef {import('./inbound.js')} Inbound */
/** @typedef {InstanceType<typeof import('./delivery.js').Delivery>} Delivery */
/** @typedef {false | 'plain' | 'rc4'} Method */

const { randomLength, mostInitial } = native.exchangeConstants();

/** What we offer and take, as bits of `crypto_provide`: in the clear once begun, and RC4. */
const ANY = 3;
const RC4 = 2;

/** Milliseconds an exchange may take. The specification gives each of its steps as long. */
const TIMEOUT = 30_000;

/** Bytes of a chunk given to the exchange at once, as a copy: it has few. */
const MOST_AT_ONCE = 2048;

/**
 * The encryption of one wire: the exchange it begins with, and what is sent from then on. What is
 * received from then on is deciphered with what it is decoded with, see Inbound.
 *
 * Until it is settled how the connection goes on, nothing of what is to be sent leaves, but the
 * handshake, as the exchange's initial payload.
 */
class Encryption {
  #wire;
  #session;
  #slot;
  /** What we begin with, where we do. @type {Buffer | null} */
  #infoHash = null;
  #isBegun = false;
  /** Whether the peer has answered our beginning. */
  #isAnswered = false;
  /** @type {NodeJS.Timeout | null} */
  #timer = null;
  /** What waits until it is settled. @type {Uint8Array[]} */
  #held = [];
  /** What a handler of `crypto-infohash` has answered. @type {Buffer | null} */
  #answer = null;

  /** Bytes that wait until it is settled. */
  held = 0;
  /** What is to be handed out, in this order. @type {Uint8Array[]} */
  outgoing = [];
  /** How the connection goes on, once that is settled. @type {Method} */
  method = false;
  isSettled = false;
  /** Whether what comes has to be read by the exchange, or deciphered. */
  isReceiving = true;

  /**
   * @param {Wire} wire
   * @param {Inbound} session
   * @param {number} slot
   */
  constructor(wire, session, slot) {
    this.#wire = wire;
    this.#session = session;
    this.#slot = slot;
  }

  /** Whether what is sent has to go through here: until the last that waited has left. */
  get isSending() {
    return !this.isSettled || this.method === 'rc4' || this.outgoing.length > 0;
  }

  get #options() {
    return this.#session.outbound.options;
  }

  /**
   * We begin, unless the peer has.
   * @param {Uint8Array} infoHash
   */
  begin(infoHash) {
    remember(infoHash);
    if (!this.#isBegun) this.#infoHash ??= Buffer.from(infoHash);
  }

  /**
   * For a handler of `crypto-infohash`.
   * @param {Uint8Array} infoHash that the peer asks for
   */
  answer(infoHash) {
    this.#answer = Buffer.from(infoHash);
  }

  /**
   * Takes what is to be sent: it is encrypted and put with what is to be handed out, or waits.
   * @param {Uint8Array[]} pieces
   */
  take(pieces) {
    if (!this.isSettled) {
      if (this.#infoHash !== null && !this.#isBegun) this.#start();
      for (const piece of pieces) {
        this.#held.push(piece);
        this.held += piece.length;
      }
    } else if (this.method === 'rc4') {
      if (pieces.length > 0) this.outgoing.push(this.#seal(pieces));
    } else {
      this.outgoing.push(...pieces);
    }
  }

  /**
   * @param {Uint8Array[]} pieces not changed: they may be the caller's blocks
   * @returns {Uint8Array} all of them, encrypted, in one piece
   */
  #seal(pieces) {
    let length = 0;
    for (const piece of pieces) length += piece.length;
    const out = allocate(length);
    control[SLOT] = this.#slot;
    control[AT] = 0;
    for (const piece of pieces) hot.seal(out, piece);
    return out;
  }

  /** Begins the exchange, as the one who speaks first if there is an info hash. */
  #start() {
    this.#isBegun = true;
    const isRequired = this.#options.encryption === 'require';
    const output = native.beginExchange(
      this.#slot,
      randomBytes(randomLength),
      isRequired ? RC4 : ANY,
      !isRequired,
      this.#infoHash,
    );
    if (output !== null) this.outgoing.push(output);
    this.#timer = setTimeout(() => {
      const message = `the encryption was not settled within ${TIMEOUT} ms`;
      this.#session.refuse(violation('ERR_PWP_ENCRYPTION_TIMEOUT', message));
    }, TIMEOUT);
    this.#timer.unref();
  }

  /**
   * Goes on with the exchange, as far as it goes.
   * @param {Delivery} delivery whose chunk is taken up
   */
  read(delivery) {
    const { outbound } = this.#session;
    const chunk = /** @type {Uint8Array} */ (delivery.sealed);
    if (!this.#isBegun) this.#start();
    outbound.flush();
    let isOver = false;
    while (!isOver && !delivery.isTaken) {
      const { sealedAt } = delivery;
      // A copy: others may write to memory that is shared.
      const part = Buffer.from(chunk.subarray(sealedAt, sealedAt + MOST_AT_ONCE));
      const came = native.readExchange(this.#slot, part);
      delivery.sealedAt += came.at;
      if (came.output) this.outgoing.push(came.output);
      isOver = this.#follow(came) || (!came.isKeyed && !came.request && part.length === came.at);
      outbound.push();
    }
  }

  /**
   * @param {import('./native.js').Exchange} came what has come of some bytes
   * @returns {boolean} whether the exchange is over
   */
  #follow(came) {
    if (came.isKeyed) {
      this.#giveInitialPayload();
      return false;
    }
    if (came.request) return !this.#identify(came.request);
    if (came.reason) this.#refuse(came.reason);
    else if (came.isClear) this.#settle(false);
    else if (came.method) this.#settle(came.method);
    else return false;
    return true;
  }

  /** The handshake travels with the exchange. */
  #giveInitialPayload() {
    this.#isAnswered = true;
    const held = Buffer.concat(this.#held);
    const output = native.initialPayload(this.#slot, held.subarray(0, mostInitial));
    const rest = held.subarray(mostInitial);
    this.#held = rest.length > 0 ? [rest] : [];
    this.held = rest.length;
    if (output !== null) this.outgoing.push(output);
  }

  /**
   * Looks up the torrent that the peer asks for.
   * @param {Buffer} request
   * @returns {boolean} whether there is one
   */
  #identify(request) {
    let infoHash = null;
    try {
      infoHash = find(this.#options.infoHashes, request) ?? this.#ask(request);
    } finally {
      // Also when the caller's function threw.
      const reason = native.identify(this.#slot, infoHash);
      if (reason !== null) this.#refuse(reason);
    }
    return infoHash !== null;
  }

  /**
   * @param {Buffer} request
   * @returns {Buffer | null} what a handler of `crypto-infohash` knows
   */
  #ask(request) {
    this.#answer = null;
    this.#wire.emit('crypto-infohash', request.toString('hex'));
    return this.#answer;
  }

  /** @param {Method} method */
  #settle(method) {
    this.method = method;
    this.isSettled = true;
    this.isReceiving = method !== false && native.isReceivingEncrypted(this.#slot);
    this.close();
    const held = this.#held;
    this.#held = [];
    this.held = 0;
    this.take(held);
    try {
      this.#session.outbound.push();
    } finally {
      // Also when somebody's `data` handler threw.
      this.#wire.emit('encryption', method);
      if (method !== false) this.#wire.emit('crypto-handshake');
    }
  }

  /** Some of what is received has been deciphered. It may have been the last that was encrypted. */
  hasReceived() {
    if (this.method === 'plain') this.isReceiving = native.isReceivingEncrypted(this.#slot);
  }

  /** @param {{ code: string, message: string }} reason */
  #refuse({ code, message }) {
    this.close();
    this.#session.refuse(violation(code, message));
  }

  /**
   * Why the connection has ended, if it did so before the peer answered: of its own accord it would
   * say nothing.
   * @returns {Error | null}
   */
  get unanswered() {
    if (this.#infoHash === null || !this.#isBegun || this.#isAnswered) return null;
    const message =
      'the connection ended before the peer answered the encryption: it may not speak it';
    return violation('ERR_PWP_ENCRYPTION_UNSUPPORTED', message);
  }

  /** Nothing is waited for any more. */
  close() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}

module.exports = Encryption;
