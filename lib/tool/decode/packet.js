'use strict';

/** From a packet as it was captured to the TCP segment in it. */

/**
 * @typedef {object} Segment
 * @property {Buffer} from address, 4 bytes or 16
 * @property {Buffer} to
 * @property {number} fromPort
 * @property {number} toPort
 * @property {number} sequence
 * @property {boolean} isSyn
 * @property {boolean} isAck
 * @property {boolean} isFin the last, unless it is repeated
 * @property {boolean} isReset
 * @property {Buffer} data as far as it was captured
 * @property {number} length in bytes as it was sent
 */

/** Link types: https://www.tcpdump.org/linktypes.html */
const NULL = 0;
const ETHERNET = 1;
const RAW = new Set([12, 14, 101, 228, 229]); // some systems have numbers of their own
const LOOP = 108;
const LINUX_SLL = 113;
const LINUX_SLL2 = 276;

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
/** Tags that stand in front of the real type (IEEE 802.1Q). */
const VLANS = new Set([0x8100, 0x88a8, 0x9100]);

const TCP = 6;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
/** Headers of IPv6 that say their length: hop-by-hop, routing, destination, mobility, HIP, shim6. */
const EXTENSIONS = new Set([0, 43, 60, 135, 139, 140]);

/** What is no TCP, and a part of a packet, which might have been. */
const OTHER = /** @type {const} */ ('other');
const PART = /** @type {const} */ ('fragment');

/**
 * @param {Buffer} data
 * @returns {Buffer | null} the packet of IP in it
 */
function inEthernet(data) {
  let at = 12;
  while (at + 2 <= data.length && VLANS.has(data.readUInt16BE(at))) at += 4;
  if (at + 2 > data.length) return null;
  return ofType(data.readUInt16BE(at), data, at + 2);
}

/**
 * @param {number} type
 * @param {Buffer} data
 * @param {number} at where it starts
 */
function ofType(type, data, at) {
  return type === IPV4 || type === IPV6 ? data.subarray(at) : null;
}

/**
 * @param {number} linkType
 * @returns {boolean}
 */
function isKnownLink(linkType) {
  return [NULL, ETHERNET, LOOP, LINUX_SLL, LINUX_SLL2].includes(linkType) || RAW.has(linkType);
}

/**
 * @param {number} linkType
 * @param {Buffer} data
 * @returns {Buffer | null} the packet of IP in it
 */
function ipOf(linkType, data) {
  if (RAW.has(linkType)) return data;
  switch (linkType) {
    case ETHERNET:
      return inEthernet(data);
    // A number for the family, of each system its own: the packet says itself which it is.
    case NULL:
    case LOOP:
      return data.subarray(4);
    case LINUX_SLL:
      return data.length < 16 ? null : ofType(data.readUInt16BE(14), data, 16);
    case LINUX_SLL2:
      return data.length < 20 ? null : ofType(data.readUInt16BE(0), data, 20);
    default:
      return null;
  }
}

/**
 * @param {Buffer} packet
 * @returns {Segment | typeof OTHER | typeof PART}
 */
function inIPv4(packet) {
  const header = (packet[0] & 0x0f) * 4;
  if (header < 20 || packet.length < header || packet[9] !== TCP) return OTHER;
  // Its offset, and whether there are more.
  if ((packet.readUInt16BE(6) & 0x3fff) !== 0) return PART;
  // Of what the network card will cut into packets, some systems say 0.
  const total = packet.readUInt16BE(2) || packet.length;
  const addresses = { from: packet.subarray(12, 16), to: packet.subarray(16, 20) };
  return inTcp(packet.subarray(header, Math.max(header, total)), total - header, addresses);
}

/**
 * @param {Buffer} packet
 * @returns {Segment | typeof OTHER | typeof PART}
 */
function inIPv6(packet) {
  if (packet.length < 40) return OTHER;
  const addresses = { from: packet.subarray(8, 24), to: packet.subarray(24, 40) };
  const end = 40 + (packet.readUInt16BE(4) || packet.length - 40);
  let kind = packet[6];
  let at = 40;
  while (kind !== TCP) {
    if (at + 8 > packet.length) return OTHER;
    if (kind === FRAGMENT) {
      if ((packet.readUInt16BE(at + 2) & 0xfff9) !== 0) return PART;
      kind = packet[at];
      at += 8;
    } else if (kind === AUTHENTICATION) {
      kind = packet[at];
      at += (packet[at + 1] + 2) * 4;
    } else if (EXTENSIONS.has(kind)) {
      kind = packet[at];
      at += (packet[at + 1] + 1) * 8;
    } else return OTHER;
  }
  return inTcp(packet.subarray(at, Math.max(at, end)), end - at, addresses);
}

/**
 * @param {Buffer} bytes from the header of TCP on
 * @param {number} length how many there were
 * @param {{ from: Buffer, to: Buffer }} addresses
 * @returns {Segment | typeof OTHER}
 */
function inTcp(bytes, length, addresses) {
  if (bytes.length < 20) return OTHER;
  const header = (bytes[12] >> 4) * 4;
  if (header < 20 || header > length) return OTHER;
  const flags = bytes[13];
  return {
    ...addresses,
    fromPort: bytes.readUInt16BE(0),
    toPort: bytes.readUInt16BE(2),
    sequence: bytes.readUInt32BE(4),
    isSyn: (flags & 0x02) !== 0,
    isAck: (flags & 0x10) !== 0,
    isFin: (flags & 0x01) !== 0,
    isReset: (flags & 0x04) !== 0,
    data: bytes.subarray(header),
    length: length - header,
  };
}

/**
 * @param {number} linkType
 * @param {Buffer} data a packet as it was captured
 * @returns {Segment | typeof OTHER | typeof PART} the segment in it; what else it is
 */
function segmentOf(linkType, data) {
  const packet = ipOf(linkType, data);
  if (packet === null || packet.length < 20) return OTHER;
  const version = packet[0] >> 4;
  if (version === 4) return inIPv4(packet);
  return version === 6 ? inIPv6(packet) : OTHER;
}

module.exports = { OTHER, PART, isKnownLink, segmentOf };
