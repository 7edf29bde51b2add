'use strict';

const { createHash } = require('node:crypto');

const EVENTS = [
  'handshake',
  'choke',
  'unchoke',
  'interested',
  'uninterested',
  'have',
  'bitfield',
  'request',
  'piece',
  'cancel',
  'port',
  'extended',
  'keep-alive',
  'unknownmessage',
  'timeout',
  'download',
  'upload',
];

/**
 * The same for all three wires: one of them gives hashes in hexadecimal, and a bitfield as an
 * object around the bytes.
 * @param {any} value
 * @returns {Uint8Array | string}
 */
function canonical(value) {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return Buffer.from(value, 'hex');
  if (value?.buffer instanceof Uint8Array) return value.buffer;
  return `dht ${value.dht}, extended ${value.extended}`;
}

/**
 * Listens to everything that wires do, and tells by one hash what it was: every event with its
 * arguments in order, and every byte to the peer.
 */
class Observer {
  /** @type {{ events: import('node:crypto').Hash, output: import('node:crypto').Hash }[]} */
  #wires = [];
  /** @type {WeakSet<object>} */
  #forgotten = new WeakSet();
  #seen = 0;
  #isHidden;

  /**
   * @param {boolean} [isHidden] whether what wires send is encrypted with keys that nobody knows. One of
   *   them then says more than the others, too: an extension handshake where it sees ours.
   */
  constructor(isHidden = false) {
    this.#isHidden = isHidden;
  }

  /**
   * @param {any} wire
   * @returns {any} the wire
   */
  watch(wire) {
    // The order is kept within a wire; between wires it depends on the stream library.
    const hashes = { events: createHash('sha1'), output: createHash('sha1') };
    this.#wires.push(hashes);
    for (const event of EVENTS) {
      if (this.#isHidden && event === 'extended') continue;
      wire.on(event, (/** @type {any[]} */ ...args) => {
        if (this.#forgotten.has(wire)) return;
        this.#seen++;
        hashes.events.update(`\n${event}`);
        for (const arg of args) {
          if (typeof arg !== 'function') hashes.events.update(' ').update(canonical(arg));
        }
      });
    }
    if (this.#isHidden) return wire;
    wire.on('data', (/** @type {Uint8Array} */ bytes) => {
      this.#seen++;
      hashes.output.update(bytes);
    });
    return wire;
  }

  /**
   * What a wire does from now on is its own affair: they end in different ways.
   * @param {any} wire
   */
  forget(wire) {
    this.#forgotten.add(wire);
  }

  /** @returns {string} */
  digest() {
    if (this.#seen === 0) throw new Error('nothing happened, so there is nothing to compare');
    const all = createHash('sha1');
    for (const { events, output } of this.#wires) {
      all.update(events.digest()).update(output.digest());
    }
    return all.digest('hex');
  }
}

module.exports = { Observer };
