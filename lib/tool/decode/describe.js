'use strict';

const { plainBencoded, showBencoded } = require('../bencoded.js');
const { clientOf } = require('../clients.js');
const { announced } = require('../probe/describe.js');
const { counted, safe } = require('../text.js');

/** @typedef {import('./messages.js').Message} Message */
/** @typedef {import('./reader.js').Extra} Extra */

/** Columns of a message's name. */
const NAME = 15;

/** @param {Buffer} peerId */
function peerText(peerId) {
  const client = clientOf(peerId);
  const id = safe(peerId.toString('latin1'));
  return client === null ? id : `${id} (${client.name} ${client.version})`;
}

/** @param {Uint8Array} bits */
function countBits(bits) {
  let count = 0;
  for (let byte of bits) for (; byte !== 0; byte &= byte - 1) count++;
  return count;
}

/**
 * @param {Record<string, number | boolean>} numbers
 * @param {Buffer} payload
 * @param {Extra} extra
 */
function extendedText({ id }, payload, { name, value, rest }) {
  const title =
    name === null ? `id ${id}` : name === 'handshake' ? name : `${safe(name, 40)} (id ${id})`;
  if (value === null) return `${title} ${counted(payload.length, 'byte')}`;
  return `${title} ${showBencoded(value)}${rest > 0 ? ` + ${counted(rest, 'byte')}` : ''}`;
}

/**
 * @param {Message} message
 * @param {Extra | null} extra
 * @returns {string} what is behind its name
 */
function argumentsOf({ type, numbers, payload, handshake }, extra) {
  if (handshake !== null) {
    const { infoHash, peerId } = handshake;
    return `${infoHash.toString('hex')} ${peerText(peerId)}, ${announced(numbers)}`;
  }
  if (payload === null) return Object.values(numbers).join(' ');
  switch (type) {
    case 'bitfield':
      return `${counted(payload.length, 'byte')}, ${counted(countBits(payload), 'piece')}`;
    case 'extended':
      return extendedText(numbers, payload, /** @type {Extra} */ (extra));
    case 'unknownmessage':
      return `id ${payload[0]}, ${counted(payload.length - 1, 'byte')}`;
    case 'hash-request':
    case 'hashes':
    case 'hash-reject':
      return `${payload.subarray(0, 32).toString('hex')} ${Object.values(numbers).join(' ')}`;
    default:
      return Object.values(numbers).join(' ');
  }
}

/**
 * @param {Message} message
 * @param {Extra | null} extra
 * @param {boolean} withPayload
 * @returns {string}
 */
function describe(message, extra, withPayload) {
  const text = `${message.type.padEnd(NAME)} ${argumentsOf(message, extra)}`.trimEnd();
  const { payload } = message;
  return withPayload && payload !== null ? `${text} ${payload.toString('hex')}`.trimEnd() : text;
}

/**
 * @param {Message} message
 * @param {Extra | null} extra
 * @param {boolean} withPayload
 * @returns {Record<string, unknown>} for JSON
 */
function plainMessage({ type, numbers, payload, handshake }, extra, withPayload) {
  /** @type {Record<string, unknown>} */
  const told = { type, ...numbers };
  if (handshake !== null) {
    told.infoHash = handshake.infoHash.toString('hex');
    told.peerId = handshake.peerId.toString('hex');
    told.client = clientOf(handshake.peerId);
  }
  if (extra !== null) {
    told.name = extra.name;
    told.value = plainBencoded(extra.value);
    told.rest = extra.rest;
  }
  if (type === 'bitfield' && payload !== null) told.pieces = countBits(payload);
  if (type === 'unknownmessage' && payload !== null) told.id = payload[0];
  if (type.startsWith('hash') && payload !== null) told.root = payload.toString('hex', 0, 32);
  if (withPayload && payload !== null) told.payload = payload.toString('hex');
  return told;
}

module.exports = { describe, plainMessage };
