'use strict';

// Wires that have agreed with their peer on what came after 0.7.1, and the bytes of it.

const { bytes, output, pwp } = require('../../wire/helpers/wires.js');

const { message, u32 } = bytes;

/** Bits of the last reserved byte (BEP 6, 52). */
const FAST = 0x04;
const V2 = 0x10;

/** An info hash of version 1, and one of version 2. */
const V1_HASH = Buffer.alloc(20, 1);
const V2_HASH = Buffer.alloc(32, 9);

/**
 * The peer's handshake, with the extension protocol and these bits.
 * @param {number} bits
 * @param {Buffer} [infoHash]
 */
function handshake(bits, infoHash = V1_HASH) {
  const reserved = Buffer.from([0, 0, 0, 0, 0, 0x10, 0, bits]);
  const hashes = [infoHash.subarray(0, 20), Buffer.alloc(20, 2)];
  return Buffer.concat([bytes.PROTOCOL, reserved, ...hashes]);
}

/**
 * A wire that has announced `ours` to a peer that announced `theirs`, with nothing left to read.
 * @param {{ fast?: boolean, v2?: boolean }} ours
 * @param {number} theirs bits
 * @param {object} [options]
 * @param {Buffer} [infoHash]
 */
function announced(ours, theirs, options, infoHash = V1_HASH) {
  const wire = pwp(options);
  wire.handshake(infoHash, Buffer.alloc(20, 3), ours);
  wire.write(handshake(theirs, infoHash));
  output(wire);
  return wire;
}

/**
 * A wire with the Fast extension on.
 * @param {object} [options]
 */
const fast = (options) => announced({ fast: true }, FAST, options);

/**
 * A wire with version 2 on.
 * @param {object} [options]
 */
const v2 = (options) => announced({ v2: true }, 0, options, V2_HASH);

const suggest = (/** @type {number} */ index) => message(13, u32(index));
const haveAll = message(14);
const haveNone = message(15);
const reject = (/** @type {number[]} */ ...block) => message(16, u32(...block));
const allowedFast = (/** @type {number} */ index) => message(17, u32(index));

/**
 * A message about hashes.
 * @param {number} id
 * @param {Uint8Array} root
 * @param {number[]} numbers
 * @param {Uint8Array} [hashes]
 */
const about = (id, root, numbers, hashes = Buffer.alloc(0)) =>
  message(id, root, u32(...numbers), hashes);

/** Every event of a wire but those of every stream, in the order they came. */
function record(wire) {
  /** @type {any[][]} */
  const events = [];
  const emit = wire.emit;
  const own = ['data', 'readable', 'resume', 'pause', 'newListener', 'finish', 'end', 'prefinish'];
  wire.emit = function (name, ...args) {
    if (!own.includes(name)) events.push([name, ...args]);
    return emit.call(this, name, ...args);
  };
  return events;
}

module.exports = {
  FAST,
  V1_HASH,
  V2,
  V2_HASH,
  about,
  allowedFast,
  announced,
  bytes,
  fast,
  handshake,
  haveAll,
  haveNone,
  output,
  pwp,
  record,
  reject,
  suggest,
  v2,
};
