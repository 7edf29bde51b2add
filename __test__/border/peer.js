'use strict';

// The other side of an encrypted wire, made of the addon's own functions: it says any bytes, and tells
// what the wire has said.

const native = require('../../lib/addon.js');
const { AT, LENGTH, SLOT, TABLE } = require('../../lib/records.js');
const { Table, control } = require('../../lib/tables.js');

/** @typedef {import('./random.js').Random} Random */

const NOTHING = Buffer.alloc(0);
const METHODS = { plain: 1, rc4: 2, any: 3 };
const { randomLength } = native.exchangeConstants();

/** Given to the addon for good, so made once: what the peer's decoder makes of it is of no interest. */
const table = new Table();

class Peer {
  #slot = native.open(2 ** 20, 100, null, false);
  #infoHash;
  #initial;
  /** What it says first: nothing where the wire has to begin. */
  opening = NOTHING;
  isSettled = false;
  /** @type {'plain' | 'rc4' | null} */
  method = null;

  /**
   * @param {Random} random
   * @param {object} choices
   * @param {Uint8Array} choices.infoHash
   * @param {boolean} choices.begins
   * @param {keyof typeof METHODS} choices.methods what it offers or takes
   * @param {Uint8Array} [choices.initial] what it sends along
   */
  constructor(random, { infoHash, begins, methods, initial = NOTHING }) {
    this.#infoHash = infoHash;
    this.#initial = initial;
    const chance = random.bytes(randomLength);
    const begun = begins ? infoHash : null;
    const opening = native.beginExchange(this.#slot, chance, METHODS[methods], true, begun);
    if (opening !== null) this.opening = opening;
  }

  /** Its number in the addon. */
  get slot() {
    return this.#slot;
  }

  /**
   * @param {Uint8Array} bytes that the wire has sent
   * @returns {{ said: Buffer, heard: Buffer }} what it answers, and what came behind the exchange
   */
  read(bytes) {
    const said = [];
    let at = 0;
    for (let isOver = this.isSettled; !isOver; ) {
      const came = native.readExchange(this.#slot, bytes.subarray(at));
      at += came.at;
      if (came.output) said.push(came.output);
      if (came.reason) throw new Error(`the peer refuses the wire: ${came.reason.message}`);
      if (came.isKeyed) {
        said.push(/** @type {Buffer} */ (native.initialPayload(this.#slot, this.#initial)));
      } else if (came.request) native.identify(this.#slot, this.#infoHash);
      else if (came.method) {
        this.method = came.method;
        this.isSettled = true;
        isOver = true;
      } else isOver = true;
    }
    return { said: Buffer.concat(said), heard: this.open(bytes.subarray(at)) };
  }

  /** @param {Uint8Array} bytes from behind the exchange @returns {Buffer} as they were meant */
  open(bytes) {
    if (bytes.length === 0) return NOTHING;
    const plain = Buffer.alloc(bytes.length);
    control[SLOT] = this.#slot;
    control[TABLE] = table.id;
    control[AT] = 0;
    control[LENGTH] = bytes.length;
    native.decode(bytes, NOTHING, plain);
    return plain;
  }

  /** @param {Uint8Array} bytes @returns {Buffer} as they go over the wire */
  seal(bytes) {
    const out = Buffer.alloc(bytes.length);
    control[SLOT] = this.#slot;
    control[AT] = 0;
    native.seal(out, bytes);
    return out;
  }

  close() {
    native.close(this.#slot);
  }
}

module.exports = { Peer };
