'use strict';

const { FastBuffer } = require('./memory.js');
const {
  CHOKE,
  UNCHOKE,
  INTERESTED,
  NOT_INTERESTED,
  HAVE,
  BITFIELD,
  REQUEST,
  PIECE,
  CANCEL,
  PORT,
  SUGGEST,
  HAVE_ALL,
  HAVE_NONE,
  REJECT,
  ALLOWED_FAST,
  EXTENDED,
  HASH_REQUEST,
  HASHES,
  HASH_REJECT,
  HANDSHAKE,
  KEEP_ALIVE,
  UNKNOWN,
  ASSEMBLED,
} = require('./records.js');

/** @typedef {import('./session.js')} Session */
/** @typedef {InstanceType<typeof import('./delivery.js').Delivery>} Delivery */

/** Thrown where a part of the chunk is needed and its memory is gone: a handler transferred it. */
const TAKEN = Symbol('taken');

/**
 * Delivers the records of a table, one message each.
 * @param {Session} session that they are told to
 * @param {Delivery} delivery
 */
function walk(session, delivery) {
  const { words } = delivery.table;
  let i = delivery.next;
  try {
    // The end comes nearer when the session refuses a message.
    while (i < delivery.end) {
      const at = i;
      switch (words[at]) {
        case CHOKE:
          i = at + 1;
          session.onChoke();
          break;
        case UNCHOKE:
          i = at + 1;
          session.onUnchoke();
          break;
        case INTERESTED:
          i = at + 1;
          session.onInterested();
          break;
        case NOT_INTERESTED:
          i = at + 1;
          session.onUninterested();
          break;
        case HAVE:
          i = at + 2;
          session.onHave(words[at + 1]);
          break;
        case BITFIELD:
          i = at + 3;
          session.onBitfield(payload(delivery, words[at + 1], words[at + 2]));
          break;
        case REQUEST:
          i = at + 4;
          session.onRequest(words[at + 1], words[at + 2], words[at + 3]);
          break;
        case PIECE:
          i = at + 5;
          session.onPiece(
            words[at + 1],
            words[at + 2],
            payload(delivery, words[at + 3], words[at + 4]),
          );
          break;
        case CANCEL:
          i = at + 4;
          session.onCancel(words[at + 1], words[at + 2], words[at + 3]);
          break;
        case PORT:
          i = at + 2;
          session.onPort(words[at + 1]);
          break;
        case EXTENDED:
          i = at + 4;
          session.onExtended(words[at + 1], payload(delivery, words[at + 2], words[at + 3]));
          break;
        case SUGGEST:
          i = at + 2;
          session.onSuggest(words[at + 1]);
          break;
        case HAVE_ALL:
          i = at + 1;
          session.onHaveAll();
          break;
        case HAVE_NONE:
          i = at + 1;
          session.onHaveNone();
          break;
        case REJECT:
          i = at + 4;
          session.onReject(words[at + 1], words[at + 2], words[at + 3]);
          break;
        case ALLOWED_FAST:
          i = at + 2;
          session.onAllowedFast(words[at + 1]);
          break;
        case HASH_REQUEST:
        case HASHES:
        case HASH_REJECT:
          i = at + 7;
          session.onHashes(
            words[at],
            words.slice(at + 1, at + 5),
            payload(delivery, words[at + 5], words[at + 6]),
          );
          break;
        case HANDSHAKE:
          i = at + 4;
          session.onHandshake(words[at + 1], payload(delivery, words[at + 2], words[at + 3]));
          break;
        case KEEP_ALIVE:
          i = at + 1;
          session.onKeepAlive();
          break;
        case UNKNOWN:
          i = at + 3;
          session.onUnknown(payload(delivery, words[at + 1], words[at + 2]));
          break;
        default:
          throw new Error(`no such record: ${words[at]}`);
      }
    }
    delivery.next = i;
  } catch (error) {
    delivery.next = i;
    if (error !== TAKEN) throw error;
    delivery.abandon();
  }
}

/**
 * @param {Delivery} delivery
 * @param {number} start
 * @param {number} length
 * @returns {Buffer} a view of the payload, where it lies
 */
function payload(delivery, start, length) {
  if (start !== ASSEMBLED) return part(delivery, start, length);
  const bytes = /** @type {Buffer} */ (delivery.assembly);
  delivery.assembly = null;
  return bytes;
}

/**
 * @param {Delivery} delivery
 * @param {number} start
 * @param {number} length
 * @returns {Buffer} a view of a part of the chunk
 */
function part(delivery, start, length) {
  if (delivery.memory === null) {
    const chunk = /** @type {Uint8Array} */ (delivery.chunk);
    delivery.memory = chunk.buffer;
    delivery.base = chunk.byteOffset;
  }
  try {
    return new FastBuffer(delivery.memory, delivery.base + start, length);
  } catch {
    throw TAKEN;
  }
}

module.exports = { part, walk };
