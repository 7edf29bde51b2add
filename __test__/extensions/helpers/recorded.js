'use strict';

// Extensions that write down what they are told, on a wire whose peer is played by hand.

const bencode = require('bencode');
const bytes = require('../../hostile/helpers/bytes.js');
const { turn } = require('../../wire/helpers/wires.js');

/** @param {unknown} value */
function print(value) {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  return value;
}

/**
 * The bytes in a value as text: bittorrent-protocol has Uint8Arrays where this package has Buffers.
 * @param {any} value
 * @returns {any}
 */
function plain(value) {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) {
    return print(value);
  }
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

/**
 * An extension class.
 * @param {string} name
 * @param {Record<string, (...args: any[]) => unknown>} [members] of its prototype
 */
function named(name, members = {}) {
  class Extension {
    /** @param {any} wire */
    constructor(wire) {
      this.wire = wire;
      members.made?.call(this, wire);
    }
  }
  Object.assign(Extension.prototype, members, { name });
  return Extension;
}

/**
 * An extension that logs all three hooks.
 * @param {unknown[][]} log
 * @param {string} name
 * @param {Record<string, (...args: any[]) => unknown>} [members] called after that
 */
function logging(log, name, members = {}) {
  const hooks = ['onHandshake', 'onExtendedHandshake', 'onMessage'].map((hook) => [
    hook,
    /** @this {any} */
    function (/** @type {any[]} */ ...args) {
      log.push([`${name}.${hook}`, ...args.map(plain)]);
      members[hook]?.apply(this, args);
    },
  ]);
  return named(name, { ...members, ...Object.fromEntries(hooks) });
}

/**
 * @param {any} wire
 * @param {unknown[][]} log to which its events are added
 */
function logEvents(wire, log) {
  for (const name of ['handshake', 'extended', 'have', 'close']) {
    wire.on(name, (/** @type {any[]} */ ...args) => log.push([name, ...args.map(plain)]));
  }
}

/** What the peer sends: its extension handshake. @param {object} said */
const introduction = (said) => bytes.extended(0, bencode.encode(said));

/**
 * The messages in what was sent: `handshake`, extended messages with id and payload, others as ids.
 * @param {Buffer} all
 * @returns {unknown[][]}
 */
function messagesIn(all) {
  const messages = [];
  for (let at = 0; at < all.length; ) {
    if (all[at] === 19) {
      messages.push(['handshake']);
      at += 68;
      continue;
    }
    const length = all.readUInt32BE(at);
    const body = all.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    if (body[0] !== 20) messages.push([body[0]]);
    else if (body[1] === 0) messages.push(['extended', 0, plain(bencode.decode(body.subarray(2)))]);
    else messages.push(['extended', body[1], body.subarray(2).toString('latin1')]);
  }
  return messages;
}

/**
 * What a wire sends, as messages, each told once.
 * @param {any} wire
 */
function sending(wire) {
  /** @type {Uint8Array[]} */
  const chunks = [];
  wire.on('data', (/** @type {Uint8Array} */ chunk) => chunks.push(chunk));
  return async () => {
    // Both kinds of stream take their time to hand on what they have.
    await turn();
    return messagesIn(Buffer.concat(chunks.splice(0)));
  };
}

module.exports = { bytes, introduction, logEvents, logging, messagesIn, named, sending };
