'use strict';

const Downloads = require('./downloads.js');
const { decodeExtendedHandshake } = require('./extended-handshake.js');
const Extensions = require('./extensions.js');
const Fast = require('./fast.js');
const { extensionsOf } = require('./handshake.js');
const { RANGE_LENGTH, TREE_HASH_LENGTH } = require('./hashes.js');
const { completePieces, setPieces } = require('./pieces.js');
const records = require('./records.js');
const { traceReceived } = require('./trace.js');
const { HASH_LENGTH } = require('./validate.js');

const { THEIRS } = require('./outbound.js');
const { FLAG_EXTENDED, FLAG_FAST, FLAG_V2, HASHES, HASH_REQUEST, KEEP_ALIVE } = records;

/** @typedef {import('./wire.js')} Wire */
/** @typedef {import('./outbound.js')} Outbound */

/**
 * What few wires have: of what came after 0.7.1.
 * @typedef {object} Later
 * @property {Fast | null} fast
 * @property {Extensions | null} extensions
 * @property {Buffer | null} firstHash the info hash that came first, while the answer to it may be one
 *   of version 2
 */

/** Milliseconds. Peers drop a connection that is silent for two minutes (BEP 3). */
const KEEP_ALIVE_INTERVAL = 60_000;

/** In what a side has announced, besides the flags of its handshake: that it has. */
const SHAKEN = 1 << 6;

/** In what we have announced: that the connection's info hash is one of version 2. */
const V2_HASH = 1 << 7;

/**
 * What each message of the peer means: first the state changes, then the event, so that a handler
 * sees the wire as of this message.
 *
 * Most wires of a swarm sit idle, so what they ask for and are asked for is kept track of from the
 * first request on, and what they speak beyond 0.7.1 from its first word on.
 */
class Session {
  // Its methods are not private: that would cost every wire a word.
  #wire;
  #outbound;
  /** @type {Downloads | null} */
  #downloads = null;
  /** @type {Later | null} */
  #later = null;
  /** @type {NodeJS.Timeout | null} */
  #keepAlive = null;

  /**
   * @param {Wire} wire
   * @param {Outbound} outbound what it sends
   */
  constructor(wire, outbound) {
    this.#wire = wire;
    this.#outbound = outbound;
  }

  /** What is sent to the peer. */
  get outbound() {
    return this.#outbound;
  }

  /** The blocks we asked for. */
  get downloads() {
    this.#downloads ??= new Downloads(this.#wire, this.#outbound);
    return this.#downloads;
  }

  /** The same, made by now. */
  get present() {
    this.#later ??= { fast: null, extensions: null, firstHash: null };
    return this.#later;
  }

  /** What there is of the Fast extension. */
  get fast() {
    const later = this.present;
    later.fast ??= new Fast();
    return later.fast;
  }

  /** The extension protocol. */
  get extensions() {
    const later = this.present;
    later.extensions ??= new Extensions(
      this.#wire,
      (index) => this.hasPiece(index),
      (reason) => this.refuse(reason),
    );
    return later.extensions;
  }

  /** The extension protocol, if an extension is in use. */
  get usedExtensions() {
    const extensions = this.#later?.extensions;
    return extensions?.isUsed ? extensions : null;
  }

  /** What our handshake announced, 0 before it was sent. */
  get ours() {
    return this.#outbound.announced & ((1 << THEIRS) - 1);
  }

  /** What the peer's handshake announced, 0 before it has come. */
  get theirs() {
    return this.#outbound.announced >> THEIRS;
  }

  /**
   * Whether the peer has a piece. Undefined where there can be none.
   * @param {number} index
   */
  hasPiece(index) {
    const { peerPieces, pieceCount } = this.#wire;
    const most = pieceCount ?? this.#outbound.options.maxPieces;
    if (!Number.isInteger(index) || index < 0 || index >= most) return undefined;
    return peerPieces[index] ?? this.peerHaveAll;
  }

  /** Whether both sides speak the Fast extension. */
  get hasFast() {
    return this.#outbound.hasFast;
  }

  /**
   * Whether this is a connection of version 2: its info hash is. The bit in a handshake only invites
   * to answer one of version 1 with that (BEP 52, "Upgrade Path"), and libtorrent leaves it out where
   * the hash is of version 2 already.
   */
  get hasV2() {
    return (this.ours & V2_HASH) !== 0 && this.theirs !== 0;
  }

  /** Whether the peer has said that it has every piece, and nothing else since. */
  get peerHaveAll() {
    return this.#later?.fast?.haveAll ?? false;
  }

  /**
   * Whether we may ask for a piece while the peer chokes us.
   * @param {number} piece
   */
  isAllowedFast(piece) {
    return this.hasFast && this.fast.peerAllowed.includes(piece);
  }

  /**
   * Our handshake was sent.
   * @param {number} flags
   * @param {Buffer} payload both hashes
   * @param {boolean} isV2 whether the info hash is known to be one of version 2
   */
  announce(flags, payload, isV2) {
    const isFirst = this.ours === 0;
    this.#outbound.announced |= flags | SHAKEN;
    if (isV2) this.#outbound.announced |= V2_HASH;
    else if (flags & FLAG_V2) this.compare(payload.subarray(0, HASH_LENGTH), this.theirs === 0);
    this.settleAgreement();
    if (isFirst) this.introduceExtensions();
  }

  /**
   * One side's info hash: one that answers with another than it was asked for answers with that of
   * version 2.
   * @param {Buffer} infoHash
   * @param {boolean} isFirst whether it is what is to be answered
   */
  compare(infoHash, isFirst) {
    if (isFirst) this.present.firstHash = Buffer.from(infoHash);
    else if (this.#later?.firstHash?.equals(infoHash) === false) {
      this.#outbound.announced |= V2_HASH;
    }
  }

  /** @param {any} Extension */
  use(Extension) {
    this.extensions.use(Extension);
    if (this.isExtended) this.extensions.sendSoon();
  }

  /**
   * @param {string} name of an extension
   * @returns {number | string | null} its id at the peer, null when that has none; the name itself while
   *   no extension is in use: it is nobody's
   */
  idOf(name) {
    const extensions = this.usedExtensions;
    return extensions === null ? name : extensions.idOf(name);
  }

  /** Both handshakes were exchanged, and the peer speaks the extension protocol. */
  get isExtended() {
    return this.ours !== 0 && (this.theirs & FLAG_EXTENDED) !== 0;
  }

  introduceExtensions() {
    if (this.isExtended) this.usedExtensions?.send();
  }

  /** Tells the decoder what the two sides have agreed on, once both have spoken. */
  settleAgreement() {
    if (this.theirs === 0 || (this.ours & (FLAG_FAST | FLAG_V2)) === 0) return;
    this.agree((this.ours & FLAG_FAST) !== 0);
  }

  /**
   * For the decoder: see Inbound.
   * @param {boolean} _askedFast
   */
  agree(_askedFast) {}

  /** We choke the peer, and have told it. */
  choke() {
    if (this.hasFast) this.#outbound.uploads.choke(this.fast.allowed);
    else this.clearUploads();
  }

  /** @param {number} count pieces of the torrent, which are known by now */
  completePieces(count) {
    const { peerPieces } = this.#wire;
    // Of a bitfield whose last byte was taken for eight pieces.
    if (peerPieces.length > count) peerPieces.length = count;
    if (this.peerHaveAll) completePieces(peerPieces, count);
  }

  /** Forgets the peer's requests. */
  clearUploads() {
    this.#outbound.clearUploads();
  }

  /** @param {boolean} enabled */
  setKeepAlive(enabled) {
    if (this.#keepAlive !== null) clearInterval(this.#keepAlive);
    const ping = () => this.#outbound.bare(KEEP_ALIVE);
    this.#keepAlive = enabled ? setInterval(ping, KEEP_ALIVE_INTERVAL) : null;
  }

  /** Why the connection has ended, if the peer has not answered that we encrypt. */
  get unanswered() {
    return this.#outbound.encryption?.unanswered ?? null;
  }

  /** Nothing is asked for any more, by either side. */
  close() {
    this.#outbound.encryption?.close();
    this.setKeepAlive(false);
    this.clearUploads();
    this.downloads.close();
  }

  /**
   * @param {number} flags
   * @param {Buffer} hashes info hash and peer id
   */
  onHandshake(flags, hashes) {
    const extensions = extensionsOf(flags);
    this.#wire.peerExtensions = extensions;
    const infoHash = hashes.subarray(0, HASH_LENGTH);
    const peerId = hashes.subarray(HASH_LENGTH);
    const isSent = this.ours !== 0;
    this.#outbound.announced |= (flags | SHAKEN) << THEIRS;
    if ((isSent ? this.ours : flags) & FLAG_V2) this.compare(infoHash, !isSent);
    this.settleAgreement();
    try {
      this.#wire.emit('handshake', infoHash, peerId, extensions);
    } finally {
      // Whatever a handler throws: it comes once.
      this.introduce(infoHash, peerId, isSent);
    }
  }

  /**
   * Tells the extensions of the peer's handshake, and the peer of them.
   * @param {Buffer} infoHash
   * @param {Buffer} peerId
   * @param {boolean} isSent whether our handshake was sent before
   */
  introduce(infoHash, peerId, isSent) {
    const used = this.usedExtensions;
    if (used === null) return;
    // Where the peer has gone over to version 2, they still know the torrent by the hash we gave.
    const hash = this.#later?.firstHash ?? infoHash;
    const isWell = used.onHandshake(hash, peerId, this.#wire.peerExtensions);
    // Where ours was sent in a handler, so was this.
    if (isWell && isSent) this.introduceExtensions();
  }

  onChoke() {
    this.#wire.peerChoking = true;
    this.#wire.emit('choke');
    // With Fast each is answered all the same (BEP 6).
    if (this.hasFast) this.downloads.choke(this.fast.peerAllowed);
    else if (this.#wire.requests.length > 0) this.downloads.failAll('ERR_PWP_PEER_CHOKING');
  }

  onUnchoke() {
    this.#wire.peerChoking = false;
    this.#wire.emit('unchoke');
  }

  onInterested() {
    this.#wire.peerInterested = true;
    this.#wire.emit('interested');
  }

  onUninterested() {
    this.#wire.peerInterested = false;
    this.#wire.emit('uninterested');
  }

  /** @param {number} index */
  onHave(index) {
    this.#wire.peerPieces[index] = true;
    this.#wire.emit('have', index);
  }

  /** @param {Buffer} bits the highest bit of the first byte for piece 0 */
  onBitfield(bits) {
    const { peerPieces, pieceCount } = this.#wire;
    const most = 8 * bits.length;
    if (this.peerHaveAll) this.fast.haveAll = false;
    setPieces(peerPieces, bits, pieceCount === null ? most : Math.min(pieceCount, most));
    this.#wire.emit('bitfield', bits);
  }

  /**
   * @param {number} piece
   * @param {number} offset
   * @param {number} length
   */
  onRequest(piece, offset, length) {
    const isOdd = length === 0 || length > this.#outbound.options.maxBlockSize;
    if (!isOdd && (!this.#wire.amChoking || (this.hasFast && this.fast.allowed.includes(piece)))) {
      this.#outbound.uploads.add(piece, offset, length);
    } else if (this.hasFast) {
      this.#outbound.uploads.refuse(piece, offset, length);
    }
  }

  /**
   * @param {number} piece
   * @param {number} offset
   * @param {Buffer} block
   */
  onPiece(piece, offset, block) {
    const wire = this.#wire;
    // With Fast also for what was asked for and taken back: this is the answer.
    if (wire.requests.length > 0 || this.hasFast) this.downloads.deliver(piece, offset, block);
    wire.downloaded += block.length;
    wire.downloadSpeed(block.length);
    wire.emit('download', block.length);
    wire.emit('piece', piece, offset, block);
  }

  /**
   * @param {number} piece
   * @param {number} offset
   * @param {number} length
   */
  onCancel(piece, offset, length) {
    if (this.#wire.peerRequests.length > 0) this.#outbound.uploads.cancel(piece, offset, length);
    this.#wire.emit('cancel', piece, offset, length);
  }

  /** @param {number} port */
  onPort(port) {
    this.#wire.emit('port', port);
  }

  /** @param {number} index */
  onSuggest(index) {
    this.#wire.emit('suggest', index);
  }

  onHaveAll() {
    if (this.fill(true)) this.#wire.emit('have-all');
  }

  onHaveNone() {
    if (this.fill(false)) this.#wire.emit('have-none');
  }

  /**
   * @param {boolean} haveAll
   * @returns {boolean} whether that is believed
   */
  fill(haveAll) {
    const { peerPieces, pieceCount } = this.#wire;
    const wrong = this.fast.fill(haveAll, peerPieces, pieceCount);
    if (wrong !== null) this.refuse(wrong);
    return wrong === null;
  }

  /**
   * @param {number} piece
   * @param {number} offset
   * @param {number} length
   */
  onReject(piece, offset, length) {
    this.downloads.reject(piece, offset, length);
    this.#wire.emit('reject', piece, offset, length);
  }

  /** @param {number} index */
  onAllowedFast(index) {
    this.fast.peerAllow(index);
    this.#wire.emit('allowed-fast', index);
  }

  /**
   * @param {number} id
   * @param {Buffer} payload
   */
  onExtended(id, payload) {
    const extensions = this.usedExtensions;
    if (id === 0 && (extensions !== null || this.#outbound.options.respectReqq)) {
      const handshake = decodeExtendedHandshake(payload);
      if (handshake?.reqq !== undefined) this.downloads.limit = handshake.reqq;
      if (handshake !== null) extensions?.onExtendedHandshake(handshake);
    }
    if (extensions === null) this.#wire.emit('extended', id, payload);
    else if (id !== 0) extensions.onMessage(id, payload);
  }

  /**
   * A message about hashes.
   * @param {number} kind
   * @param {Uint32Array} numbers base layer, index, length and proof layers
   * @param {Buffer} payload root and numbers, then the hashes
   */
  onHashes(kind, numbers, payload) {
    const root = payload.subarray(0, TREE_HASH_LENGTH);
    const name = kind === HASH_REQUEST ? 'hash-request' : 'hash-reject';
    if (kind !== HASHES) this.#wire.emit(name, root, ...numbers);
    else this.#wire.emit('hashes', root, ...numbers, payload.subarray(RANGE_LENGTH));
  }

  onKeepAlive() {
    this.#wire.emit('keep-alive');
  }

  /** @param {Buffer} body of a message whose id is not known, id included */
  onUnknown(body) {
    this.#wire.emit('unknownmessage', body);
  }

  /**
   * Tells those who trace what is about to be delivered.
   * @param {Uint32Array} words of records
   * @param {number} start
   * @param {number} end
   */
  trace(words, start, end) {
    traceReceived(this.#wire, words, start, end);
  }

  /**
   * Closes the wire for a message of the peer, and reads no other. For the decoder's part: see Inbound.
   * @param {Error} reason what the peer did wrong
   */
  refuse(reason) {
    this.onViolation(reason);
  }

  /** @param {Error} reason what the peer did wrong */
  onViolation(reason) {
    this.#wire.destroy(reason);
  }
}

module.exports = Session;
