'use strict';

// What is given to a wire, and what is told.

const { of } = require('./of.js');

/** @type {import('./of.js').Mutant[]} */
module.exports = [
  ...of('validate.js', [
    [
      'numbers that are not whole are sent',
      '!Number.isInteger(value) || value < min',
      'value < min',
    ],
    [
      'the largest index is refused',
      'integer(value, name, 0, 0xffffffff)',
      'integer(value, name, 0, 0xfffffffe)',
      'the call is reached only by values that the test before it has refused',
    ],
  ]),
  ...of('options.js', [
    [
      'the limit of a message is above 1 MiB',
      'maxMessageSize = 2 ** 20',
      'maxMessageSize = 2 ** 21',
    ],
    ['more pieces than 2^21', 'maxPieces = 2 ** 21', 'maxPieces = 2 ** 22'],
    ['more requests than 2000', 'maxPeerRequests = 2000', 'maxPeerRequests = 2001'],
    [
      'a limit that refuses every block is taken',
      'const LEAST_MESSAGE_SIZE = 9 + 16384;',
      'const LEAST_MESSAGE_SIZE = 9;',
    ],
  ]),
  ...of('errors.js', [
    ['programs compare this message', "'peer is choking'", "'the peer is choking'"],
    ['errors made later have no stack', '  Error.stackTraceLimit = limit;\n', ''],
  ]),
  ...of('bencoding.js', [
    [
      'an object that contains itself fills the stack',
      'if (depth > DEEPEST) throw',
      'if (depth > Infinity) throw',
    ],
    [
      'null is refused, where the original sends a dictionary',
      'bencode.encode(message ?? {})',
      'bencode.encode(message)',
    ],
  ]),
];
