'use strict';

const { channel } = require('node:diagnostics_channel');
const { debuglog } = require('node:util');
const { extensionsOf } = require('./handshake.js');
const records = require('./records.js');

/** @typedef {import('./wire.js')} Wire */

/**
 * What is published of a message: what it is called in the events, and its numbers. Of a payload only
 * the length is told, in bytes.
 * @typedef {{ wire: Wire, message: Record<string, string | number | boolean> }} Traced
 */

/** Where messages are published, for anyone who subscribes. */
const received = channel('peer-wire-protocol:received');
const sent = channel('peer-wire-protocol:sent');
const closed = channel('peer-wire-protocol:closed');

const BLOCK = ['piece', 'offset', 'length'];
const HASHES = ['baseLayer', 'index', 'length', 'proofLayers'];

/**
 * The words of a hash message's record that are nobody's business: where its payload is, or of an
 * outgoing one the root, and of the hashes themselves the length.
 * @param {number} kind
 * @param {boolean} incoming
 */
function restOf(kind, incoming) {
  if (incoming) return 2;
  return kind === records.HASHES ? 9 : 8;
}

/**
 * The words of each kind of record behind its first, in the order of src/codec/records. Of an
 * incoming payload `start` comes before `length`, and is nobody's business.
 * @type {Map<number, { type: string, fields: string[], payload?: boolean }>}
 */
const KINDS = new Map([
  [records.CHOKE, { type: 'choke', fields: [] }],
  [records.UNCHOKE, { type: 'unchoke', fields: [] }],
  [records.INTERESTED, { type: 'interested', fields: [] }],
  [records.NOT_INTERESTED, { type: 'uninterested', fields: [] }],
  [records.HAVE, { type: 'have', fields: ['piece'] }],
  [records.BITFIELD, { type: 'bitfield', fields: ['length'], payload: true }],
  [records.REQUEST, { type: 'request', fields: BLOCK }],
  [records.PIECE, { type: 'piece', fields: BLOCK, payload: true }],
  [records.CANCEL, { type: 'cancel', fields: BLOCK }],
  [records.PORT, { type: 'port', fields: ['port'] }],
  [records.SUGGEST, { type: 'suggest', fields: ['piece'] }],
  [records.HAVE_ALL, { type: 'have-all', fields: [] }],
  [records.HAVE_NONE, { type: 'have-none', fields: [] }],
  [records.REJECT, { type: 'reject', fields: BLOCK }],
  [records.ALLOWED_FAST, { type: 'allowed-fast', fields: ['piece'] }],
  [records.HASH_REQUEST, { type: 'hash-request', fields: HASHES }],
  [records.HASHES, { type: 'hashes', fields: HASHES }],
  [records.HASH_REJECT, { type: 'hash-reject', fields: HASHES }],
  [records.EXTENDED, { type: 'extended', fields: ['id', 'length'], payload: true }],
  [records.HANDSHAKE, { type: 'handshake', fields: [] }],
  [records.KEEP_ALIVE, { type: 'keep-alive', fields: [] }],
  [records.UNKNOWN, { type: 'unknownmessage', fields: ['length'], payload: true }],
]);

/**
 * @param {import('node:diagnostics_channel').Channel} channel
 * @param {Wire} wire
 * @param {Uint32Array} words of records
 * @param {number} at where the first starts
 * @param {number} end of the last
 * @param {boolean} incoming whether a payload has two words, and a handshake its payload's
 */
function publish(channel, wire, words, at, end, incoming) {
  while (at < end) {
    const kind = /** @type {number} */ (words[at++]);
    const { type, fields, payload } = KINDS.get(kind) ?? { type: String(kind), fields: [] };
    /** @type {Traced['message']} */
    const message = { type };
    for (const field of fields) {
      if (incoming && payload && field === 'length') at++;
      message[field] = /** @type {number} */ (words[at++]);
    }
    if (kind === records.HANDSHAKE) {
      const flags = /** @type {number} */ (words[at++]);
      Object.assign(message, extensionsOf(flags));
      if (incoming) at += 2;
    }
    if (fields === HASHES) at += restOf(kind, incoming);
    channel.publish({ wire, message });
  }
}

/**
 * Messages of a chunk, before they are delivered.
 * @param {Wire} wire
 * @param {Uint32Array} words
 * @param {number} start
 * @param {number} end
 */
function traceReceived(wire, words, start, end) {
  publish(received, wire, words, start, end, true);
}

/**
 * Messages about to be pushed.
 * @param {Wire} wire
 * @param {Uint32Array} words
 * @param {number} start
 * @param {number} end
 */
function traceSent(wire, words, start, end) {
  publish(sent, wire, words, start, end, false);
}

/** @param {import('./stream.js')} wire that was closed, by its peer or by its caller */
function traceClosed(wire) {
  if (closed.hasSubscribers) closed.publish({ wire, reason: wire.closeReason });
}

const debug = debuglog('pwp');
// Bun's does not say it.
const isOn = debug.enabled ?? /\bpwp\b/i.test(process.env.NODE_DEBUG ?? '');

if (isOn) {
  /** @type {WeakMap<Wire, number>} */
  const numbers = new WeakMap();
  let count = 0;
  const name = (/** @type {Wire} */ wire) => {
    if (!numbers.has(wire)) numbers.set(wire, ++count);
    return `${numbers.get(wire)} ${wire.peerAddress ?? ''}`.trimEnd();
  };
  const show = (/** @type {string} */ arrow) => (/** @type {any} */ traced) => {
    const { type, ...numbers } = traced.message;
    debug('%s %s %s %s', name(traced.wire), arrow, type, Object.values(numbers).join(' '));
  };
  received.subscribe(show('<-'));
  sent.subscribe(show('->'));
  closed.subscribe((/** @type {any} */ { wire, reason }) => {
    debug('%s closed%s', name(wire), reason ? `: ${reason.message} (${reason.code})` : '');
  });
}

module.exports = { received, sent, traceClosed, traceReceived, traceSent };
