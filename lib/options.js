'use strict';

const { invalidType, outOfRange } = require('./errors.js');
const { parseTorrents } = require('./torrents.js');
const { boolean, integer, within } = require('./validate.js');

/** A message with a block of the usual 16 KiB: a smaller limit would refuse every download. */
const LEAST_MESSAGE_SIZE = 9 + 16384;
const MOST_MESSAGE_SIZE = 2 ** 30;
const MOST_PIECES = 2 ** 31;
/** Longest time a timer of Node can wait. */
const MOST_MILLISECONDS = 2 ** 31 - 1;

/**
 * @typedef {object} Options
 * @property {number} speed seconds over which speeds are averaged
 * @property {number} maxMessageSize longest message accepted, in bytes
 * @property {number} maxPieces most pieces while the real number is unknown
 * @property {number | null} pieceCount the torrent's pieces, once known
 * @property {number} maxPeerRequests most requests of the peer kept waiting
 * @property {number} uploadHighWaterMark unread output, in bytes, above which no request is taken up
 * @property {number} maxBacklog most bytes of other messages that wait while so much is unread
 * @property {number} maxBlockSize longest block the peer may ask for, in bytes
 * @property {boolean} respectReqq whether requests beyond what the peer queues are held back
 * @property {boolean} strict whether an unknown message closes the wire
 * @property {'off' | 'prefer' | 'require'} encryption
 * @property {import('./torrents.js').Torrents} infoHashes what peers that begin encrypted may ask for
 * @property {number} handshakeTimeout milliseconds the peer's handshake may take, 0 for no limit
 * @property {number} idleTimeout milliseconds the peer may be silent, 0 for no limit
 */

const ENCRYPTIONS = ['off', 'prefer', 'require'];

/** Where a program cannot be changed, it can be told so. */
const VARIABLE = 'PEER_WIRE_PROTOCOL_ENCRYPTION';

/** What a wire without options has: one object for all that are like it. @type {Options | null} */
let defaults = null;

/** The same for wires with options. @type {Options | null} */
let plain = null;

/** Options that need no checking again: those of a server are for all its wires. @type {WeakSet<object>} */
const checked = new WeakSet();

/**
 * Checks the options of a wire and fills in what is missing.
 * @param {unknown} given what was given, or what this has made of it
 * @returns {Options}
 */
function parseOptions(given) {
  if (given === undefined || given === null) {
    defaults ??= check({});
    return defaults;
  }
  if (checked.has(given)) return /** @type {Options} */ (given);
  const options = check(given);
  // Without what the environment says, which may be wrong.
  plain ??= check({ encryption: 'off' });
  return isSame(options, plain) ? plain : options;
}

/**
 * Options for many wires.
 * @param {unknown} given
 * @returns {Options}
 */
function shareOptions(given) {
  const options = parseOptions(given);
  checked.add(options);
  return options;
}

/**
 * @param {Options} a
 * @param {Options} b
 */
function isSame(a, b) {
  for (const name of /** @type {(keyof Options)[]} */ (Object.keys(a))) {
    if (a[name] !== b[name]) return false;
  }
  return true;
}

/**
 * @param {unknown} options
 * @returns {Options}
 */
function check(options) {
  if (typeof options !== 'object' || options === null)
    throw invalidType('options', 'an object', options);
  const {
    speed = 5,
    // The bound libtorrent puts on a message, and on a piece index while it has no metadata.
    maxMessageSize = 2 ** 20,
    maxPieces = 2 ** 21,
    pieceCount = null,
    // What libtorrent and Transmission announce as `reqq`.
    maxPeerRequests = 2000,
    // libtorrent's send_buffer_watermark.
    uploadHighWaterMark = 500 * 1024,
    // Other messages than blocks are few: a bitfield, and a request for each block that comes.
    maxBacklog = 4 * 1024 * 1024,
    // Above it rakshasa's libtorrent passes requests over. Others draw the line at 16 KiB.
    maxBlockSize = 128 * 1024,
    respectReqq = false,
    strict = false,
    encryption = process.env[VARIABLE] || 'off',
    infoHashes = null,
    handshakeTimeout = 0,
    idleTimeout = 0,
  } = /** @type {Record<string, any>} */ (options);
  // 0.7.1 takes any falsy speed for its default.
  if (speed && typeof speed !== 'number') throw invalidType('options.speed', 'a number', speed);
  if (speed < 0 || speed > 3600) {
    throw outOfRange('options.speed', 'from 0 to 3600 seconds', speed);
  }
  integer(maxMessageSize, 'options.maxMessageSize', LEAST_MESSAGE_SIZE, MOST_MESSAGE_SIZE);
  integer(maxPieces, 'options.maxPieces', 1, MOST_PIECES);
  if (pieceCount !== null) integer(pieceCount, 'options.pieceCount', 1, MOST_PIECES);
  integer(maxPeerRequests, 'options.maxPeerRequests', 1, Number.MAX_SAFE_INTEGER);
  integer(uploadHighWaterMark, 'options.uploadHighWaterMark', 0, Number.MAX_SAFE_INTEGER);
  integer(maxBacklog, 'options.maxBacklog', 0, Number.MAX_SAFE_INTEGER);
  integer(maxBlockSize, 'options.maxBlockSize', 1, MOST_MESSAGE_SIZE);
  boolean(respectReqq, 'options.respectReqq');
  boolean(strict, 'options.strict');
  if (!ENCRYPTIONS.includes(encryption)) {
    throw outOfRange('options.encryption', "'off', 'prefer' or 'require'", encryption);
  }
  within(handshakeTimeout, 'options.handshakeTimeout', 0, MOST_MILLISECONDS);
  within(idleTimeout, 'options.idleTimeout', 0, MOST_MILLISECONDS);
  return {
    speed,
    maxMessageSize,
    maxPieces,
    pieceCount,
    maxPeerRequests,
    uploadHighWaterMark,
    maxBacklog,
    maxBlockSize,
    respectReqq,
    strict,
    encryption,
    infoHashes: parseTorrents(infoHashes),
    handshakeTimeout,
    idleTimeout,
  };
}

module.exports = { parseOptions, shareOptions, MOST_MILLISECONDS, MOST_PIECES };
