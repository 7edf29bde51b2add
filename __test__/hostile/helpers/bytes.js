'use strict';

// The wire format once more, by hand and from BEP 3, 5 and 10 alone: what is under test must not
// be what the tests speak with.

const PROTOCOL = Buffer.concat([Buffer.from([19]), Buffer.from('BitTorrent protocol', 'latin1')]);
const INFO_HASH = Buffer.alloc(20, 0xaa);
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

/** @param {number} [dht] 1 to announce the DHT */
function handshake(dht = 0) {
  const reserved = Buffer.from([0, 0, 0, 0, 0, 0x10, 0, dht]);
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

module.exports = {
  FIXED,
  OPEN,
  PROTOCOL,
  INFO_HASH,
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
};
