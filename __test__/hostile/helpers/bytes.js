'use strict';

// The wire format once more, by hand and from BEP 3, 5, 6, 10 and 52 alone: what is under test must
// not be what the tests speak with.

const PROTOCOL = Buffer.concat([Buffer.from([19]), Buffer.from('BitTorrent protocol', 'latin1')]);
const INFO_HASH = Buffer.alloc(20, 0xaa);
/** Of version 2, and what a handshake has room for is the same (BEP 52). */
const INFO_HASH_V2 = Buffer.alloc(32, 0xaa);
const PEER_ID = Buffer.from('-XX0001-abcdefghijkl');

/** @param {...number} values */
function u32(...values) {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
  return bytes;
}

/** @param {number} value */
function u16(value) {
  return Buffer.from([value >> 8, value & 255]);
}

/**
 * @param {number} id
 * @param {...Uint8Array} parts of the body after the id
 */
function message(id, ...parts) {
  const body = Buffer.concat([Buffer.from([id]), ...parts]);
  return Buffer.concat([u32(body.length), body]);
}

/** In the last of the reserved bytes: the DHT (BEP 5), the Fast extension (BEP 6), version 2 (BEP 52). */
const BITS = { dht: 0x01, fast: 0x04, v2: 0x10 };

/** @param {number} [bits] what is announced besides the extension protocol: see `BITS` */
function handshake(bits = 0) {
  const reserved = Buffer.from([0, 0, 0, 0, 0, 0x10, 0, bits]);
  return Buffer.concat([PROTOCOL, reserved, INFO_HASH, PEER_ID]);
}

/** Name and id of the messages that have one length only, with it, id included (BEP 3, 5). */
const FIXED = /** @type {const} */ ([
  ['choke', 0, 1],
  ['unchoke', 1, 1],
  ['interested', 2, 1],
  ['uninterested', 3, 1],
  ['have', 4, 5],
  ['request', 6, 13],
  ['cancel', 8, 13],
  ['port', 9, 3],
]);

/** The same of those with a payload, with the least length (BEP 3, 10). */
const OPEN = /** @type {const} */ ([
  ['piece', 7, 9],
  ['extended', 20, 2],
]);

/** Messages of one length that mean something only where it was agreed on: Fast (BEP 6). */
const FAST = /** @type {const} */ ([
  ['suggest', 13, 5],
  ['have-all', 14, 1],
  ['have-none', 15, 1],
  ['reject', 16, 13],
  ['allowed-fast', 17, 5],
]);

/** The same: version 2 (BEP 52). */
const V2 = /** @type {const} */ ([
  ['hash-request', 21, 49],
  ['hash-reject', 23, 49],
]);

/** Root of a file's tree in the messages about hashes. */
const ROOT = Buffer.alloc(32, 0x77);

/** @param {number[]} range base layer, index, length and proof layers */
const range = (range) => Buffer.concat([ROOT, u32(...range)]);

module.exports = {
  BITS,
  FAST,
  FIXED,
  OPEN,
  ROOT,
  V2,
  PROTOCOL,
  INFO_HASH,
  INFO_HASH_V2,
  PEER_ID,
  u16,
  u32,
  message,
  handshake,
  keepAlive: u32(0),
  choke: message(0),
  unchoke: message(1),
  interested: message(2),
  uninterested: message(3),
  have: (/** @type {number} */ index) => message(4, u32(index)),
  bitfield: (/** @type {Uint8Array} */ bits) => message(5, bits),
  request: (/** @type {number[]} */ ...block) => message(6, u32(...block)),
  piece: (
    /** @type {number} */ index,
    /** @type {number} */ offset,
    /** @type {Uint8Array} */ block,
  ) => message(7, u32(index, offset), block),
  cancel: (/** @type {number[]} */ ...block) => message(8, u32(...block)),
  port: (/** @type {number} */ port) => message(9, u16(port)),
  extended: (/** @type {number} */ id, /** @type {Uint8Array} */ payload) =>
    message(20, Buffer.from([id]), payload),
  suggest: (/** @type {number} */ index) => message(13, u32(index)),
  haveAll: message(14),
  haveNone: message(15),
  reject: (/** @type {number[]} */ ...block) => message(16, u32(...block)),
  allowedFast: (/** @type {number} */ index) => message(17, u32(index)),
  hashRequest: (/** @type {number[]} */ ...numbers) => message(21, range(numbers)),
  hashes: (/** @type {number[]} */ numbers, /** @type {Uint8Array} */ hashes) =>
    message(22, range(numbers), hashes),
  hashReject: (/** @type {number[]} */ ...numbers) => message(23, range(numbers)),
};
