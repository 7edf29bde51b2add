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
]);

const MISUSE = new Set([
  'ERR_INVALID_ARG_TYPE',
  'ERR_OUT_OF_RANGE',
  // Node's own, for what is done to any stream.
  'ERR_STREAM_NULL_VALUES',
  'ERR_STREAM_WRITE_AFTER_END',
  'ERR_STREAM_PUSH_AFTER_EOF',
  'ERR_STREAM_UNSHIFT_AFTER_END_EVENT',
  'ERR_UNKNOWN_ENCODING',
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

/** @param {any} reason */
function isCloseReason(reason) {
  return reason === null || isDocumented(reason) || CLOSE_REASONS.has(reason.code);
}

module.exports = { CLOSE_REASONS, Mistake, isCloseReason, isDocumented };
