'use strict';

const { inspect } = require('node:util');

/**
 * What a request's callback gets when there will be no block. The messages are those of
 * peer-wire-protocol 0.7.1, and where it has none of bittorrent-protocol: programs compare them.
 */
const FAILURES = {
  ERR_PWP_PEER_CHOKING: 'peer is choking',
  ERR_PWP_REQUEST_CANCELLED: 'request was cancelled',
  ERR_PWP_REQUEST_REJECTED: 'request was rejected',
  ERR_PWP_REQUEST_TIMEOUT: 'request has timed out',
  ERR_PWP_WIRE_CLOSED: 'wire is closed',
};

/**
 * @template {Error} T
 * @param {T} error
 * @param {string} code
 * @returns {T & { code: string }}
 */
function withCode(error, code) {
  return Object.assign(error, { code });
}

/**
 * Without a stack: it would show how the wire works, not what the caller did, and a peer that chokes
 * us with a thousand requests pending would have us collect a thousand of them.
 * @param {keyof typeof FAILURES} code
 * @returns {Error & { code: string }}
 */
function failure(code) {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = withCode(new Error(FAILURES[code]), code);
  Error.stackTraceLimit = limit;
  return error;
}

/** What a method throws that needs what the two sides have not agreed on. */
const MISSING = {
  ERR_PWP_FAST_DISABLED: 'fast extension is disabled',
  ERR_PWP_V2_DISABLED: 'version 2 is disabled',
};

/** @param {keyof typeof MISSING} code */
function missing(code) {
  return withCode(new Error(MISSING[code]), code);
}

/** @param {string} name of an extension that the peer has not announced */
function unknownExtension(name) {
  return withCode(new Error(`Unrecognized extension: ${name}`), 'ERR_PWP_UNKNOWN_EXTENSION');
}

/** @param {AbortSignal} signal that was aborted */
function aborted(signal) {
  const error = new Error('The operation was aborted', { cause: signal.reason });
  error.name = 'AbortError';
  return withCode(error, 'ABORT_ERR');
}

/**
 * Why a wire was closed for what its peer did, or did not do.
 * @param {string} code
 * @param {string} message
 * @param {ErrorOptions} [options]
 */
function violation(code, message, options) {
  return withCode(new Error(message, options), code);
}

/**
 * @param {unknown} value
 * @returns {string} the value in one line, however large it is
 */
function show(value) {
  return inspect(value, { depth: -1, breakLength: Number.POSITIVE_INFINITY, maxStringLength: 40 });
}

/**
 * @param {string} name of the argument
 * @param {string} expected what it must be
 * @param {unknown} value what it was
 */
function invalidType(name, expected, value) {
  const message = `The "${name}" argument must be ${expected}. Received ${show(value)}`;
  return withCode(new TypeError(message), 'ERR_INVALID_ARG_TYPE');
}

/**
 * @param {string} name of the argument
 * @param {string} expected what it must be
 * @param {unknown} value what it was
 */
function outOfRange(name, expected, value) {
  const message = `The value of "${name}" is out of range. It must be ${expected}. Received ${show(value)}`;
  return withCode(new RangeError(message), 'ERR_OUT_OF_RANGE');
}

/**
 * @param {any} thrown by somebody else: anything
 * @returns {string} what it says, in one line
 */
function messageOf(thrown) {
  if (typeof thrown === 'string') return thrown;
  return typeof thrown?.message === 'string' ? thrown.message : show(thrown);
}

module.exports = {
  aborted,
  failure,
  invalidType,
  messageOf,
  missing,
  outOfRange,
  unknownExtension,
  violation,
  withCode,
};
