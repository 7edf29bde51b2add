'use strict';

// The events of the contract, for every test that has to go through all of them.

/** Messages that both sides send. */
const MESSAGES = [
  'handshake',
  'choke',
  'unchoke',
  'interested',
  'uninterested',
  'have',
  'bitfield',
  'request',
  'piece',
  'cancel',
  'port',
  'extended',
];

/** What is told of the peer. */
const RECEIVED = [...MESSAGES, 'keep-alive', 'unknownmessage'];

/** How a wire ends. */
const ENDS = ['close', 'finish', 'end'];

/** All but those of every stream. */
const EVENTS = [...RECEIVED, 'timeout', 'upload', 'download', ...ENDS];

module.exports = { ENDS, EVENTS, MESSAGES, RECEIVED };
