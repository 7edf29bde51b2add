'use strict';

const { inspect } = require('node:util');

/**
 * What a request's callback gets when there will be no block. The messages are those of
 * peer-wire-protocol 0.7.1; programs compare them.
 */
const FAILURES = {
  ERR_PWP_PEER_CHOKING: 'peer is choking',
  ERR_PWP_REQUEST_CANCELLED: 'request was cancelled',
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

/**
 * Why a wire was closed for what its peer did, or did not do.
 * @param {string} code
 * @param {string} message
 */
function violation(code, message) {
  return withCode(new Error(message), code);
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

module.exports = { failure, invalidType, outOfRange, violation };
