'use strict';

// The events and methods of the contract, for whoever has to go through all of them.

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

const EVENTS = [
  ...MESSAGES,
  'keep-alive',
  'unknownmessage',
  'timeout',
  'upload',
  'download',
  'close',
  'finish',
  'end',
];

const METHODS = [...MESSAGES, 'setKeepAlive', 'setTimeout', 'destroy', 'end'];

/** What the callback of a request can be told. */
const OUTCOMES = [
  'peer is choking',
  'request was cancelled',
  'request has timed out',
  'wire is closed',
];

module.exports = { EVENTS, METHODS, OUTCOMES };
