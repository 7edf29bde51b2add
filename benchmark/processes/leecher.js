'use strict';

// Asks the seeder at settings.port for settings.blocks blocks, settings.depth at a time, and tells
// the hash of the first settings.verified of them: bytes made beforehand and counted, no wire.

const { createHash } = require('node:crypto');
const net = require('node:net');
const {
  BLOCK_LENGTH,
  HANDSHAKE,
  INTERESTED,
  PIECE_MESSAGE_LENGTH,
  REQUEST,
  UNCHOKE,
} = require('../bytes.js');
const { blockAt, message } = require('../bytes.js');
const { settings, tell } = require('./inside.js');

const { port, blocks, depth, verified } = settings;
const PERIOD = 4096; // requests, after which they are the same again
const REQUEST_LENGTH = 17;

const requests = Buffer.concat(
  Array.from({ length: PERIOD + depth }, (_, n) =>
    message(REQUEST, [...blockAt(n % PERIOD), BLOCK_LENGTH]),
  ),
);
const preface = HANDSHAKE.length + message(UNCHOKE).length;
const hash = createHash('sha1');
const socket = net.connect(port, '127.0.0.1');
let received = -preface;
let requested = 0;

socket.setNoDelay(true);
socket.write(Buffer.concat([HANDSHAKE, message(INTERESTED)]));
socket.on('data', (chunk) => {
  const end = verified * PIECE_MESSAGE_LENGTH - received;
  // What comes before the first block differs between the wires.
  if (end > 0) hash.update(chunk.subarray(Math.max(0, -received), end));
  received += chunk.length;
  if (received < 0) return;
  const wanted = Math.min(blocks, depth + Math.floor(received / PIECE_MESSAGE_LENGTH));
  if (wanted > requested) {
    const at = (requested % PERIOD) * REQUEST_LENGTH;
    socket.write(requests.subarray(at, at + (wanted - requested) * REQUEST_LENGTH));
    requested = wanted;
  }
  if (received === blocks * PIECE_MESSAGE_LENGTH) tell('done', { digest: hash.digest('hex') });
});
