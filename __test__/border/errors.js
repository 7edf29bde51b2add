'use strict';

// What may be thrown at a caller, and what may close a wire. All else is a finding.

const CLOSE_REASONS = new Set([
  'ERR_PWP_NOT_BITTORRENT',
  'ERR_PWP_MESSAGE_TOO_LONG',
  'ERR_PWP_MESSAGE_LENGTH',
  'ERR_PWP_PIECE_INDEX',
  'ERR_PWP_BITFIELD_LENGTH',
  'ERR_PWP_BITFIELD_SPARE_BITS',
  'ERR_PWP_BLOCK_RANGE',
  'ERR_PWP_BACKLOG',
  'ERR_PWP_CHUNK_DETACHED',
  'ERR_PWP_FAST_NOT_NEGOTIATED',
  'ERR_PWP_HAVE_REPEATED',
  'ERR_PWP_EXTENSION',
  'ERR_PWP_ENCRYPTION_KEY',
  'ERR_PWP_ENCRYPTION_PADDING',
  'ERR_PWP_ENCRYPTION_TORRENT',
  'ERR_PWP_ENCRYPTION_GARBLED',
  'ERR_PWP_ENCRYPTION_METHOD',
  'ERR_PWP_ENCRYPTION_REQUIRED',
  'ERR_PWP_ENCRYPTION_UNSUPPORTED',
  'ERR_PWP_ENCRYPTION_BOTH_BEGAN',
  'ERR_PWP_ENCRYPTION_TIMEOUT',
]);

const MISUSE = new Set([
  'ERR_INVALID_ARG_TYPE',
  'ERR_OUT_OF_RANGE',
  'ERR_PWP_FAST_DISABLED',
  'ERR_PWP_V2_DISABLED',
  'ERR_PWP_UNKNOWN_EXTENSION',
  // Node's own, for what is done to any stream.
  'ERR_STREAM_NULL_VALUES',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_STREAM_PUSH_AFTER_EOF',
  'ERR_STREAM_UNSHIFT_AFTER_END_EVENT',
  'ERR_UNKNOWN_ENCODING',
]);

/** What a promise of a block comes to without one. */
const UNANSWERED = new Set([
  'ERR_PWP_PEER_CHOKING',
  'ERR_PWP_REQUEST_CANCELLED',
  'ERR_PWP_REQUEST_REJECTED',
  'ERR_PWP_REQUEST_TIMEOUT',
  'ERR_PWP_WIRE_CLOSED',
  'ABORT_ERR',
]);

/** What handlers throw, and what wires are destroyed with. */
class Mistake extends Error {}

/**
 * V8's own word for what only claims to be a Uint8Array: a Proxy, or an object with its prototype.
 * @param {any} error
 */
function isImpostor(error) {
  return error instanceof TypeError && error.message.includes('incompatible receiver');
}

/** @param {any} error */
function isDocumented(error) {
  return error instanceof Mistake || MISUSE.has(error?.code) || isImpostor(error);
}

/** @param {any} error of a promise */
function isUnanswered(error) {
  return UNANSWERED.has(error?.code) || isDocumented(error);
}

/** @param {any} reason */
function isCloseReason(reason) {
  return reason === null || isDocumented(reason) || CLOSE_REASONS.has(reason.code);
}

module.exports = { Mistake, isCloseReason, isDocumented, isUnanswered };
