'use strict';

// Names of events: those of the contract, and of what two sides speak only where they agreed on it.

const { ENDS, RECEIVED } = require('../../contract.js');

/** Messages of the Fast extension (BEP 6) and of version 2 (BEP 52). */
const AGREED = [
  'suggest',
  'have-all',
  'have-none',
  'reject',
  'allowed-fast',
  'hash-request',
  'hashes',
  'hash-reject',
];

/** What is told of the peer. */
const HEARD = [...RECEIVED, ...AGREED];

module.exports = { ENDS, HEARD };
