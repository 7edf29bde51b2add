'use strict';

const pwp = require('../../index.js');
const { HOST } = require('./peer.js');

/** Choked for so long at first, for the allowed pieces to be asked for; and once more midway. */
const CHOKE_TIME = 150; // ms
/** With Fast, one request in so many is refused. */
const REFUSE_EVERY = 601;

/** @typedef {import('./torrent.js').Torrent} Torrent */

/** Serves a torrent to one peer, not without choking it and refusing some of its requests. */
class Seeder {
  #wire;
  #torrent;
  #trees;
  #requests = 0;
  #started = 0;
  #isHalfway = false;

  /**
   * @param {import('./peer.js').Peer} peer
   * @param {Torrent} torrent
   * @param {Map<string, any>} trees of a hybrid, by root
   */
  constructor(peer, torrent, trees) {
    this.peer = peer;
    this.#wire = peer.wire;
    this.#torrent = torrent;
    this.#trees = trees;
    this.counts = { blocks: 0, refused: 0, allowedFast: 0, hashes: 0, hashRejects: 0 };
    /** From the first block to the last. */
    this.seconds = 0;
    this.#wire.pieceCount = torrent.pieceCount;
    this.#wire.on('handshake', () => this.#announce());
    this.#wire.on('interested', () => setTimeout(() => this.#unchoke(), CHOKE_TIME));
    this.#wire.on('request', (piece, offset, length, respond) =>
      this.#answer(piece, offset, length, respond),
    );
    this.#wire.on('hash-request', (root, base, index, length, proofs) =>
      this.#answerHashes(root, base, index, length, proofs),
    );
  }

  #announce() {
    const wire = this.#wire;
    const { pieceCount, infoHash } = this.#torrent;
    if (!wire.hasFast) {
      const bits = Buffer.alloc(Math.ceil(pieceCount / 8), 0xff);
      if (pieceCount % 8 !== 0) bits[bits.length - 1] = 0xff << (8 - (pieceCount % 8));
      wire.bitfield(bits);
      return;
    }
    wire.haveAll();
    for (const index of pwp.allowedFastSet(infoHash, HOST, pieceCount)) wire.allowedFast(index);
    wire.suggest(pieceCount - 1);
  }

  #unchoke() {
    this.#wire.unchoke();
    this.peer.journal.note('we unchoke');
  }

  #chokeForAWhile() {
    this.#isHalfway = true;
    this.#wire.choke();
    this.peer.journal.note(`we choke, after ${this.counts.blocks} blocks`);
    setTimeout(() => this.#unchoke(), CHOKE_TIME);
  }

  /**
   * @param {number} piece
   * @param {number} offset
   * @param {number} length
   * @param {(error: Error | null, block?: Buffer) => void} respond
   */
  #answer(piece, offset, length, respond) {
    const { content, pieceLength } = this.#torrent;
    const start = piece * pieceLength + offset;
    if (start + length > content.length || offset + length > pieceLength) {
      this.peer.faults.add(`asked for what is not there: ${piece}, ${offset}, ${length}`);
      respond(new Error('no such block'));
      return;
    }
    this.#requests++;
    if (this.#wire.hasFast && this.#requests % REFUSE_EVERY === 0) {
      this.counts.refused++;
      respond(new Error('try again'));
      return;
    }
    const now = performance.now();
    if (this.#started === 0) this.#started = now;
    this.seconds = (now - this.#started) / 1000;
    this.counts.blocks++;
    if (this.#wire.amChoking) this.counts.allowedFast++;
    respond(null, content.subarray(start, start + length));
    if (!this.#isHalfway && this.#wire.uploaded > content.length / 2) this.#chokeForAWhile();
  }

  /**
   * @param {Buffer} root
   * @param {number} base
   * @param {number} index
   * @param {number} length
   * @param {number} proofs
   */
  #answerHashes(root, base, index, length, proofs) {
    const hashes = this.#trees.get(root.toString('hex'))?.hashes(base, index, length, proofs);
    if (hashes) {
      this.counts.hashes++;
      this.#wire.hashes(root, base, index, length, proofs, hashes);
    } else {
      this.counts.hashRejects++;
      this.#wire.hashReject(root, base, index, length, proofs);
    }
  }
}

module.exports = { Seeder };
