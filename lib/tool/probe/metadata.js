'use strict';

const { createHash } = require('node:crypto');
const { decodeDictionary } = require('../../bencoding.js');
const { readInfo } = require('./info.js');

/** Metadata comes in pieces of so many bytes (BEP 9). */
const PIECE = 16 * 1024;
/** Largest metadata that is fetched, in bytes: it is whatever the peer says. */
const LARGEST = 16 * 1024 * 1024;
/** Requests under way. */
const WINDOW = 8;

const REQUEST = 0;
const DATA = 1;
const REJECT = 2;

/** @typedef {{ info: import('./info.js').Info | null, size: number }} Metadata */

/**
 * @param {Buffer} metadata
 * @param {Buffer} infoHash of 20 bytes, or of 32
 */
function isOf(metadata, infoHash) {
  const algorithm = infoHash.length === 20 ? 'sha1' : 'sha256';
  return createHash(algorithm).update(metadata).digest().equals(infoHash);
}

/**
 * The leecher's side of ut_metadata (BEP 9), as an extension to `use`.
 * @param {Buffer} infoHash
 * @param {(metadata: Metadata) => void} onMetadata
 * @param {(reason: string) => void} onFailure
 */
function utMetadata(infoHash, onMetadata, onFailure) {
  class UtMetadata {
    /** @type {Buffer | null} */
    #metadata = null;
    /** Which pieces have come. @type {Set<number>} */
    #have = new Set();
    #count = 0;
    #asked = 0;
    #isBegun = false;

    /** @param {any} wire */
    constructor(wire) {
      this.wire = wire;
    }

    /** @param {{ metadata_size?: number }} handshake */
    onExtendedHandshake({ metadata_size: size }) {
      if (this.#isBegun) return;
      this.#isBegun = true;
      if (!size) return onFailure('the peer does not have it');
      if (size > LARGEST) return onFailure(`it would be of ${size} bytes`);
      this.#metadata = Buffer.alloc(size);
      this.#count = Math.ceil(size / PIECE);
      while (this.#asked < Math.min(this.#count, WINDOW)) this.#ask();
    }

    #ask() {
      this.#send({ msg_type: REQUEST, piece: this.#asked++ });
    }

    /** @param {object} message */
    #send(message) {
      // A peer may have taken the extension away again.
      if (this.wire.peerExtendedMapping.ut_metadata) this.wire.extended('ut_metadata', message);
    }

    /** @param {Buffer} payload */
    onMessage(payload) {
      const message = decodeDictionary(payload);
      if (message === null) return;
      const { msg_type: type, piece } = message;
      if (type === REQUEST && Number.isSafeInteger(piece)) this.#send({ msg_type: REJECT, piece });
      if (this.#metadata === null || !(piece >= 0 && piece < this.#asked)) return;
      if (type === REJECT) this.#fail('the peer refuses it');
      if (type === DATA) this.#keep(piece, payload);
    }

    /** @param {string} reason */
    #fail(reason) {
      this.#metadata = null;
      onFailure(reason);
    }

    /**
     * @param {number} piece
     * @param {Buffer} payload a dictionary, and the bytes behind it
     */
    #keep(piece, payload) {
      const metadata = /** @type {Buffer} */ (this.#metadata);
      if (this.#have.has(piece)) return;
      const start = piece * PIECE;
      const length = Math.min(PIECE, metadata.length - start);
      if (payload.length <= length) return this.#fail('a piece of it is too short');
      payload.copy(metadata, start, payload.length - length);
      this.#have.add(piece);
      if (this.#asked < this.#count) this.#ask();
      if (this.#have.size < this.#count) return;
      if (!isOf(metadata, infoHash)) return this.#fail('it is not of this info hash');
      this.#metadata = null;
      onMetadata({ info: readInfo(metadata), size: metadata.length });
    }
  }
  Object.assign(UtMetadata.prototype, { name: 'ut_metadata' });
  return UtMetadata;
}

module.exports = { utMetadata };
