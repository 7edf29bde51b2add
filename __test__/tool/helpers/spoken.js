'use strict';

// What two peers say to each other, as bytes.

const { bytes } = require('../../wire/helpers/wires.js');
const agreed = require('../../agreed/helpers/agreed.js');
const { Talk } = require('./packets.js');

const { message } = bytes;

/** @param {string} peerId @param {number} bits of the last reserved byte */
function handshake(peerId, bits = agreed.FAST) {
  const reserved = Buffer.from([0, 0, 0, 0, 0, 0x10, 0, bits]);
  return Buffer.concat([bytes.PROTOCOL, reserved, agreed.V1_HASH, Buffer.from(peerId)]);
}

const OURS = handshake('-XX0001-abcdefghijkl');
const THEIRS = handshake('-TR4050-abcdefghijkl');

/** The side that has begun. */
const FIRST = Buffer.concat([
  OURS,
  agreed.haveNone,
  bytes.extended(0, Buffer.from('d1:md11:ut_metadatai3ee1:v5:firste')),
  bytes.interested,
  bytes.request(1, 0, 16384),
]);

/** The other. */
const SECOND = Buffer.concat([
  THEIRS,
  agreed.haveAll,
  bytes.extended(3, Buffer.from('d8:msg_typei1e5:piecei0e10:total_sizei4eeabcd')),
  bytes.unchoke,
  message(99, Buffer.from('\x1b[31m')),
  bytes.piece(1, 0, Buffer.alloc(16384, 7)),
  bytes.have(9),
  bytes.keepAlive,
]);

const HASH = '01'.repeat(20);

/** What there is to be seen of {@link FIRST} and {@link SECOND}. */
const FIRST_LINES = [
  `handshake       ${HASH} -XX0001-abcdefghijkl (Xtorrent 0.0.0.1), Fast, extension protocol`,
  'have-none',
  'extended        handshake {m: {ut_metadata: 3}, v: "first"}',
  'interested',
  'request         1 0 16384',
];
const SECOND_LINES = [
  `handshake       ${HASH} -TR4050-abcdefghijkl (Transmission 4.0.5), Fast, extension protocol`,
  'have-all',
  'extended        ut_metadata (id 3) {msg_type: 1, piece: 0, total_size: 4} + 4 bytes',
  'unchoke',
  'unknownmessage  id 99, 5 bytes',
  'piece           1 0 16384',
  'have            9',
  'keep-alive',
];

/** Both of them, each after the other's handshake. */
const talk = (options = {}) =>
  new Talk(options)
    .open()
    .say(0, OURS)
    .say(1, THEIRS)
    .say(0, FIRST.subarray(68))
    .say(1, SECOND.subarray(68))
    .close();

/** Lines of one direction, without the time and the connection's number. */
const directionOf = (/** @type {string[]} */ lines, /** @type {string} */ arrow) =>
  lines
    .filter((line) => line.includes(` ${arrow} `) && !line.includes(';'))
    .map((line) => line.slice(18));

module.exports = {
  FIRST,
  FIRST_LINES,
  HASH,
  OURS,
  SECOND,
  SECOND_LINES,
  directionOf,
  handshake,
  talk,
};
