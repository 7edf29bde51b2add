'use strict';

// The methods of the contract, and what callbacks are told, beside its events.

const { EVENTS, MESSAGES } = require('../../contract.js');

const METHODS = [...MESSAGES, 'setKeepAlive', 'setTimeout', 'destroy', 'end'];

/** What the callback of a request can be told. */
const OUTCOMES = [
  'peer is choking',
  'request was cancelled',
  'request has timed out',
  'wire is closed',
];

module.exports = { EVENTS, METHODS, OUTCOMES };
