'use strict';

// Wires with encryption, and what to join them with.

const bytes = require('../../hostile/helpers/bytes.js');
const { output, pwp, turn } = require('../../wire/helpers/wires.js');
const { Initiator, Responder } = require('./peers.js');

const { INFO_HASH, PEER_ID } = bytes;

/** @param {number} length @param {number} salt @returns {Buffer} bytes that differ from place to place */
function filled(length, salt) {
  const block = Buffer.alloc(length);
  for (let i = 0; i < length; i++) block[i] = (i * 31 + (i >> 8) * 7 + salt) & 255;
  return block;
}

/** The same bytes in memory of their own, which can be transferred. @param {Uint8Array} data */
function ownMemory(data) {
  const memory = new Uint8Array(new ArrayBuffer(data.length));
  memory.set(data);
  return memory;
}

/** Takes the memory of `view` away, as a transfer to a worker does. @param {Uint8Array} view */
function detach(view) {
  structuredClone(view.buffer, { transfer: [/** @type {ArrayBuffer} */ (view.buffer)] });
}

/**
 * Collects what nobody catches, in place of the test runner.
 * @param {import('node:test').TestContext} t
 * @returns {any[]}
 */
function uncaught(t) {
  /** @type {any[]} */
  const errors = [];
  process.setUncaughtExceptionCaptureCallback((error) => errors.push(error));
  t.after(() => process.setUncaughtExceptionCaptureCallback(null));
  return errors;
}

/**
 * Everything that happens on a wire, in order.
 * @param {any} wire
 * @param {string[]} names of events
 * @returns {any[][]}
 */
function logOf(wire, names) {
  /** @type {any[][]} */
  const log = [];
  for (const name of names)
    wire.on(name, (/** @type {any[]} */ ...args) => log.push([name, ...args]));
  return log;
}

/**
 * A wire of ours whose peer has agreed on the keys and is about to ask for a torrent.
 * @param {object} [options] of the wire
 * @param {object} [choices] of the peer
 * @returns {{ wire: any, peer: Initiator, third: Buffer }} with what the peer says next
 */
function half(options, choices) {
  const wire = pwp({ encryption: 'prefer', infoHashes: [INFO_HASH], ...options });
  const peer = new Initiator({ infoHash: INFO_HASH, ...choices });
  wire.write(peer.opening);
  return { wire, peer, third: peer.read(output(wire)) };
}

/**
 * A wire of ours that a reference peer has begun to talk to, settled.
 * @param {object} [options] of the wire
 * @param {object} [choices] of the peer
 */
function asked(options, choices) {
  const { wire, peer, third } = half(options, choices);
  wire.write(third);
  peer.read(output(wire));
  return { wire, peer };
}

/**
 * A wire of ours that has begun to talk to a reference peer, settled.
 * @param {object} [options] of the wire
 * @param {object} [choices] of the peer
 */
function begun(options, choices) {
  const wire = pwp({ encryption: 'prefer', ...options });
  const peer = new Responder({ infoHash: INFO_HASH, ...choices });
  wire.handshake(INFO_HASH, PEER_ID);
  wire.write(peer.read(output(wire)));
  wire.write(peer.read(output(wire)));
  return { wire, peer };
}

const ROLES = /** @type {const} */ ([
  ['responder', asked],
  ['initiator', begun],
]);

module.exports = {
  INFO_HASH,
  PEER_ID,
  ROLES,
  asked,
  begun,
  bytes,
  detach,
  filled,
  half,
  logOf,
  output,
  ownMemory,
  pwp,
  turn,
  uncaught,
};
