'use strict';

/** Captures as tcpdump writes them: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcap/ */

const Pending = require('./pending.js');
const { ToolError } = require('../usage.js');

/**
 * @typedef {object} Packet
 * @property {number} time seconds since 1970
 * @property {number} linkType
 * @property {Buffer} data
 */

/** Magic numbers, as read big-endian: their byte order, and parts of a second. */
const MAGICS = new Map([
  [0xa1b2c3d4, { isLittle: false, resolution: 1e6 }],
  [0xd4c3b2a1, { isLittle: true, resolution: 1e6 }],
  [0xa1b23c4d, { isLittle: false, resolution: 1e9 }],
  [0x4d3cb2a1, { isLittle: true, resolution: 1e9 }],
]);

const FILE_HEADER = 24;
const PACKET_HEADER = 16;

/** Longest packet, in bytes: more than four times what libpcap takes, and a longer one is a damaged file. */
const LONGEST_PACKET = 1024 * 1024;

/** Reads a pcap file, in chunks as they come. */
class Pcap {
  #pending = new Pending();
  #linkType = -1;
  #isLittle = false;
  #resolution = 1e6;
  #count = 0;

  /**
   * @param {Buffer} chunk
   * @returns {Generator<Packet, void>}
   * @throws {ToolError} for what is no capture any more
   */
  *push(chunk) {
    const pending = this.#pending;
    pending.push(chunk);
    if (this.#linkType === -1) {
      if (pending.length < FILE_HEADER) return;
      this.#begin(pending.take(FILE_HEADER));
    }
    while (pending.length >= PACKET_HEADER) {
      const length = this.#number(pending.bytes, 8);
      if (length > LONGEST_PACKET) {
        throw new ToolError(
          `packet ${this.#count + 1} would be of ${length} bytes: a damaged capture`,
        );
      }
      if (pending.length < PACKET_HEADER + length) return;
      const header = pending.take(PACKET_HEADER);
      const seconds = this.#number(header, 0) + this.#number(header, 4) / this.#resolution;
      this.#count++;
      yield { time: seconds, linkType: this.#linkType, data: pending.take(length) };
    }
  }

  /** @returns {string | null} what is wrong with the end */
  end() {
    if (this.#linkType === -1) return 'the capture ends in its header';
    return this.#pending.length === 0 ? null : 'the capture ends in the middle of a packet';
  }

  /** @param {Buffer} header */
  #begin(header) {
    const magic = MAGICS.get(header.readUInt32BE(0));
    if (magic === undefined) throw new ToolError('not a capture');
    this.#isLittle = magic.isLittle;
    this.#resolution = magic.resolution;
    this.#linkType = this.#number(header, 20) & 0x0fffffff; // above it is the checksums' length
  }

  /**
   * @param {Buffer} bytes
   * @param {number} at
   */
  #number(bytes, at) {
    return this.#isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }
}

/** @param {Buffer} bytes the first four of a file */
function isPcap(bytes) {
  return MAGICS.has(bytes.readUInt32BE(0));
}

module.exports = { LONGEST_PACKET, Pcap, isPcap };
