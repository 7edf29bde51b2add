'use strict';

// Peers that speak encryption by the reference: bytes in, bytes out, nothing random but what is given.

const reference = require('../reference.js');

const { choice, mark, offer, publicKey, sharedSecret, streamOf, veiled } = reference;

const KEY_LENGTH = 96;
const NOTHING = Buffer.alloc(0);
/** The verification constant, the methods, a length. */
const OFFER_LENGTH = 14;
const CHOICE_LENGTH = 14;

/** @param {number} seed of a private key */
const secretOf = (seed) => Buffer.alloc(20, seed + 1);

/**
 * @typedef {object} Choices
 * @property {Uint8Array} infoHash
 * @property {number} [seed] of the private key
 * @property {Uint8Array} [padding] behind the public key
 * @property {number} [second] length of the encrypted padding
 */

/** What both roles have in common. */
class Peer {
  /** What has come and was not yet understood. */
  pending = NOTHING;
  /** What has come behind the exchange, deciphered. */
  received = NOTHING;
  /** What both settled on: a bit of `crypto_provide`, 0 while nothing is. */
  method = 0;
  shared = NOTHING;
  /** How many bytes of the other side's padding came before what ends it. */
  skipped = 0;
  /** The other side's encrypted padding, deciphered. */
  theirPadding = NOTHING;
  /** Both directions' streams of keys. @type {(bytes: Uint8Array) => Buffer} */
  outgoing = (bytes) => Buffer.from(bytes);
  incoming = this.outgoing;
  fromInitiator = this.outgoing;
  fromResponder = this.outgoing;
  /** @type {Generator<Buffer | null, void> | null} */
  steps = null;
  isDone = false;

  /** @param {Choices} choices */
  constructor({ infoHash, seed = 0, padding = NOTHING, second = 0 }) {
    this.infoHash = infoHash;
    this.secret = secretOf(seed);
    this.padding = padding;
    this.second = second;
    this.key = publicKey(this.secret);
    /** What it says first, or says next: its key. */
    this.opening = Buffer.concat([this.key, padding]);
  }

  /** @param {Uint8Array} key of the other side */
  agree(key) {
    this.shared = sharedSecret(this.secret, key);
    this.fromInitiator = streamOf('initiator', this.shared, this.infoHash);
    this.fromResponder = streamOf('responder', this.shared, this.infoHash);
  }

  /** @param {number} length @returns {Buffer | null} the next bytes, once there are as many */
  take(length) {
    if (this.pending.length < length) return null;
    const taken = this.pending.subarray(0, length);
    this.pending = this.pending.subarray(length);
    return taken;
  }

  /** Takes what comes behind `pattern`. @param {Uint8Array} pattern @returns {boolean} */
  skipTo(pattern) {
    const at = this.pending.indexOf(pattern);
    if (at === -1) return false;
    this.skipped = at;
    this.pending = this.pending.subarray(at + pattern.length);
    return true;
  }

  /**
   * @param {Uint8Array} bytes of the other side
   * @returns {Buffer} what is to be sent upon them
   */
  read(bytes) {
    this.pending = Buffer.concat([this.pending, bytes]);
    const out = [];
    this.steps ??= this.play();
    while (!this.isDone) {
      const { value, done } = this.steps.next();
      if (done) this.isDone = true;
      else if (value === null) return Buffer.concat(out);
      else out.push(value);
    }
    this.received = Buffer.concat([this.received, this.open(this.pending)]);
    this.pending = NOTHING;
    return Buffer.concat(out);
  }

  /** @returns {Generator<Buffer | null, void>} null where more is needed */
  *play() {}

  /** @param {Uint8Array} bytes @returns {Buffer} */
  open(bytes) {
    return this.method === reference.RC4 ? this.incoming(bytes) : Buffer.from(bytes);
  }

  /** @param {Uint8Array} bytes @returns {Buffer} as they go over the wire after the exchange */
  seal(bytes) {
    return this.method === reference.RC4 ? this.outgoing(bytes) : Buffer.from(bytes);
  }
}

/** The side that begins. */
class Initiator extends Peer {
  /** @param {Choices & { methods?: number, initial?: Uint8Array }} choices */
  constructor({ methods = reference.RC4 | reference.PLAIN, initial = NOTHING, ...choices }) {
    super(choices);
    this.methods = methods;
    this.initial = initial;
  }

  /** The third message. @returns {Buffer} */
  request() {
    const { methods, second, initial } = this;
    const offered = offer({ methods, padding: second, initial });
    const head = [mark(this.shared), veiled(this.shared, this.infoHash)];
    return Buffer.concat([...head, this.fromInitiator(offered)]);
  }

  *play() {
    let key = this.take(KEY_LENGTH);
    for (; key === null; key = this.take(KEY_LENGTH)) yield null;
    this.agree(key);
    this.outgoing = this.fromInitiator;
    this.incoming = this.fromResponder;
    yield this.request();
    const vc = this.incoming(reference.VC);
    while (!this.skipTo(vc)) yield null;
    let chosen = this.take(CHOICE_LENGTH - vc.length);
    for (; chosen === null; chosen = this.take(CHOICE_LENGTH - vc.length)) yield null;
    chosen = this.incoming(chosen);
    let padding = this.take(chosen.readUInt16BE(4));
    for (; padding === null; padding = this.take(chosen.readUInt16BE(4))) yield null;
    this.theirPadding = this.incoming(padding);
    this.method = chosen.readUInt32BE(0);
  }
}

/** The side that is spoken to. */
class Responder extends Peer {
  /** What came as the initial payload. */
  initial = NOTHING;
  offered = 0;

  /** @param {Choices & { choose?: number }} choices */
  constructor({ choose = reference.RC4, ...choices }) {
    super(choices);
    this.choose = choose;
  }

  /** The fourth message. @returns {Buffer} */
  reply() {
    return this.outgoing(choice({ method: this.choose, padding: this.second }));
  }

  *play() {
    let key = this.take(KEY_LENGTH);
    for (; key === null; key = this.take(KEY_LENGTH)) yield null;
    this.agree(key);
    this.outgoing = this.fromResponder;
    this.incoming = this.fromInitiator;
    yield this.opening;
    while (!this.skipTo(mark(this.shared))) yield null;
    while (this.pending.length < 20 + OFFER_LENGTH) yield null;
    this.asked = this.take(20);
    this.isOurs = veiled(this.shared, this.infoHash).equals(this.asked);
    const offered = this.incoming(this.take(OFFER_LENGTH));
    this.vc = offered.subarray(0, 8);
    this.offered = offered.readUInt32BE(8);
    const length = offered.readUInt16BE(12);
    while (this.pending.length < length + 2) yield null;
    this.theirPadding = this.incoming(this.take(length));
    const initial = this.incoming(this.take(2)).readUInt16BE(0);
    while (this.pending.length < initial) yield null;
    this.initial = this.incoming(this.take(initial));
    yield this.reply();
    this.method = this.choose;
  }
}

module.exports = { Initiator, Responder };
