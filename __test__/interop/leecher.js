'use strict';

const { BLOCK, isPiece, parseInfo, pieceRange } = require('./torrent.js');

/** Blocks, or fewer where the peer says so. Transmission drops the 512th, which it says it takes. */
const PIPELINE = 500;
const REQUEST_TIMEOUT = 20_000;
/** One block in so many is cancelled just after it was asked for, and asked for again. */
const CANCEL_EVERY = 701;
const MOST_REFUSALS = 2000;
const PAUSE = 20; // ms, before a block refused is asked for again

/**
 * @typedef {import('./torrent.js').Layout} Layout
 * @typedef {{ piece: number, offset: number, length: number }} Block
 */

/** Downloads a torrent from one peer, piece after piece. */
class Leecher {
  #peer;
  #wire;
  /** @type {Layout | null} */
  #layout;
  /** @type {Buffer} */
  #content = Buffer.alloc(0);
  /** Not asked for, in order. @type {Block[]} */
  #waiting = [];
  /** Blocks yet to come, by piece. @type {number[]} */
  #missing = [];
  #complete = 0;
  #inFlight = 0;
  #asked = 0;
  #refusals = 0;
  #started = 0;
  /** @type {(content: Buffer) => void} */
  #resolve = () => {};
  /** @type {(error: Error) => void} */
  #reject = () => {};

  /**
   * @param {import('./peer.js').Peer} peer
   * @param {Layout | null} layout null to fetch it from the peer
   */
  constructor(peer, layout) {
    this.#peer = peer;
    this.#wire = peer.wire;
    this.#layout = layout;
    this.counts = { choked: 0, rejected: 0, cancelled: 0, timeouts: 0, allowedFast: 0 };
    this.seconds = 0;
    if (layout) this.#wire.pieceCount = layout.pieceCount;
    // In the handler itself: what is sent first must follow the handshake at once.
    this.#wire.on('handshake', () => {
      if (this.#wire.hasFast) this.#wire.haveNone();
    });
  }

  /**
   * After the handshake.
   * @returns {Promise<Buffer>} the content, every piece checked
   */
  async run() {
    this.#layout ??= await this.#peer.orClosed(this.#fetchLayout());
    return this.#peer.orClosed(this.#download(this.#layout));
  }

  async #fetchLayout() {
    const extension = this.#wire.ut_metadata;
    const { infoHash } = this.#peer.options;
    const metadata = await new Promise((resolve, reject) => {
      extension.on('metadata', () => resolve(Buffer.from(extension.metadata)));
      extension.on('warning', reject);
      extension.fetch();
    });
    const layout = parseInfo(metadata);
    if (layout.infoHash !== infoHash) throw new Error(`the metadata is that of ${layout.infoHash}`);
    this.#peer.journal.note(`metadata of ${metadata.length} bytes`);
    return layout;
  }

  /** @param {Layout} layout */
  #download(layout) {
    const wire = this.#wire;
    wire.pieceCount = layout.pieceCount;
    wire.setTimeout(REQUEST_TIMEOUT);
    this.#content = Buffer.alloc(layout.length);
    for (let piece = 0; piece < layout.pieceCount; piece++) {
      const { start, end } = pieceRange(layout, piece);
      for (let offset = 0; offset < end - start; offset += BLOCK) {
        this.#waiting.push({ piece, offset, length: Math.min(BLOCK, end - start - offset) });
      }
      this.#missing.push(Math.ceil((end - start) / BLOCK));
    }
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      for (const event of ['unchoke', 'have', 'have-all', 'bitfield', 'allowed-fast']) {
        wire.on(event, () => this.#fill());
      }
      wire.interested();
      this.#fill();
    });
  }

  #fill() {
    while (this.#inFlight < PIPELINE) {
      const next = this.#waiting.findIndex(({ piece }) => this.#mayAskFor(piece));
      if (next === -1) return;
      if (this.#started === 0) this.#started = performance.now();
      if (this.#wire.peerChoking) this.counts.allowedFast++;
      const [block] = this.#waiting.splice(next, 1);
      this.#inFlight++;
      this.#ask(block).then(
        () => this.#fill(),
        (error) => this.#reject(error),
      );
    }
  }

  /** @param {number} piece */
  #mayAskFor(piece) {
    const { peerPieces, peerChoking, peerAllowedFastSet } = this.#wire;
    return peerPieces[piece] && (!peerChoking || peerAllowedFastSet.includes(piece));
  }

  /** @param {Block} block */
  async #ask(block) {
    const { piece, offset, length } = block;
    const controller = new AbortController();
    const isCancelled = ++this.#asked % CANCEL_EVERY === 0;
    if (isCancelled) setImmediate(() => controller.abort());
    try {
      const bytes = await this.#wire.requestBlock(piece, offset, length, {
        signal: controller.signal,
      });
      this.#inFlight--;
      this.#keep(block, bytes);
    } catch (error) {
      this.#inFlight--;
      this.#onRefused(block, /** @type {Error & { code?: string }} */ (error));
      if (this.#wire.peerChoking) return;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  /**
   * @param {Block} block
   * @param {Buffer} bytes
   */
  #keep({ piece, offset }, bytes) {
    const layout = /** @type {Layout} */ (this.#layout);
    const { start, end } = pieceRange(layout, piece);
    bytes.copy(this.#content, start + offset);
    if (--this.#missing[piece] > 0) return;
    if (!isPiece(layout, piece, this.#content.subarray(start, end))) {
      throw new Error(`piece ${piece} has a wrong SHA-1`);
    }
    this.#wire.have(piece);
    if (++this.#complete < layout.pieceCount) return;
    this.seconds = (performance.now() - this.#started) / 1000;
    this.#wire.uninterested();
    this.#resolve(this.#content);
  }

  /**
   * @param {Block} block
   * @param {Error & { code?: string }} error
   */
  #onRefused(block, error) {
    const { counts } = this;
    if (error.code === 'ERR_PWP_PEER_CHOKING') counts.choked++;
    else if (error.code === 'ERR_PWP_REQUEST_REJECTED') counts.rejected++;
    else if (error.code === 'ABORT_ERR') counts.cancelled++;
    else if (error.code === 'ERR_PWP_REQUEST_TIMEOUT') counts.timeouts++;
    else throw error;
    if (error.code !== 'ABORT_ERR') this.#peer.journal.note(error.message);
    if (++this.#refusals > MOST_REFUSALS) throw new Error('the peer refuses too many requests');
    this.#waiting.unshift(block);
  }
}

module.exports = { Leecher };
