'use strict';

/** Captures as Wireshark writes them: https://datatracker.ietf.org/doc/draft-ietf-opsawg-pcapng/ */

const { LONGEST_PACKET } = require('./pcap.js');
const Pending = require('./pending.js');
const { ToolError } = require('../usage.js');

/** @typedef {import('./pcap.js').Packet} Packet */
/** @typedef {{ linkType: number, resolution: number, offset: number }} Interface */

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;

const BYTE_ORDER = 0x1a2b3c4d;

/** Options of an interface. */
const RESOLUTION = 9;
const OFFSET = 14;

/** Type, length, and the length again at the end. */
const FRAME = 12;
/** Longest block that is read: a packet and what is said of it. Others are gone past. */
const LONGEST_BLOCK = LONGEST_PACKET + 64 * 1024;
/** Most interfaces of a section. */
const MOST_INTERFACES = 65_536;

/** Reads a pcapng file, in chunks as they come. */
class Pcapng {
  #pending = new Pending();
  #isLittle = true;
  /** @type {Interface[]} */
  #interfaces = [];
  /** Bytes of a block that are still to be gone past. */
  #skip = 0;
  #hasSection = false;

  /**
   * @param {Buffer} chunk
   * @returns {Generator<Packet, void>}
   * @throws {ToolError} for what is no capture any more
   */
  *push(chunk) {
    const skipped = Math.min(this.#skip, chunk.length);
    this.#skip -= skipped;
    const pending = this.#pending;
    pending.push(chunk.subarray(skipped));
    while (pending.length >= FRAME) {
      const { bytes } = pending;
      const isSection = bytes.readUInt32BE(0) === SECTION;
      if (isSection) this.#isLittle = bytes.readUInt32LE(8) === BYTE_ORDER;
      const type = this.#u32(bytes, 0);
      const length = this.#u32(bytes, 4);
      if (length < FRAME || length % 4 !== 0)
        throw new ToolError(`a block of ${length} bytes: a damaged capture`);
      if (length > LONGEST_BLOCK) {
        if (isSection || type === INTERFACE || type === ENHANCED_PACKET) {
          throw new ToolError(`a block of ${length} bytes: a damaged capture`);
        }
        const held = Math.min(pending.length, length);
        pending.take(held);
        this.#skip = length - held;
        continue;
      }
      if (pending.length < length) return;
      const block = pending.take(length);
      if (this.#u32(block, length - 4) !== length) {
        throw new ToolError('a block without its end: a damaged capture');
      }
      const packet = this.#read(isSection ? SECTION : type, block.subarray(8, length - 4));
      if (packet !== null) yield packet;
    }
  }

  /** @returns {string | null} what is wrong with the end */
  end() {
    if (!this.#hasSection) return 'the capture ends in its header';
    const isWhole = this.#pending.length === 0 && this.#skip === 0;
    return isWhole ? null : 'the capture ends in the middle of a block';
  }

  /**
   * @param {number} type
   * @param {Buffer} body
   * @returns {Packet | null}
   */
  #read(type, body) {
    if (type === SECTION) {
      const isRight = body.length >= 16 && this.#u32(body, 0) === BYTE_ORDER;
      if (!isRight) throw new ToolError('a section of an unknown byte order: a damaged capture');
      this.#hasSection = true;
      this.#interfaces = [];
      return null;
    }
    if (type === INTERFACE && body.length >= 8) {
      if (this.#interfaces.length < MOST_INTERFACES) this.#interfaces.push(this.#interfaceOf(body));
      return null;
    }
    if ((type === ENHANCED_PACKET || type === OBSOLETE_PACKET) && body.length >= 20) {
      const index = type === ENHANCED_PACKET ? this.#u32(body, 0) : this.#u16(body, 0);
      const ticks = this.#u32(body, 4) * 2 ** 32 + this.#u32(body, 8);
      return this.#packet(index, ticks, body.subarray(20), this.#u32(body, 12));
    }
    if (type === SIMPLE_PACKET && body.length >= 4) {
      return this.#packet(0, 0, body.subarray(4), this.#u32(body, 0));
    }
    return null;
  }

  /**
   * @param {number} index of the interface
   * @param {number} ticks
   * @param {Buffer} data padded
   * @param {number} length without the padding
   * @returns {Packet | null}
   */
  #packet(index, ticks, data, length) {
    const from = this.#interfaces[index];
    if (from === undefined) return null;
    const { linkType, resolution, offset } = from;
    return { time: offset + ticks / resolution, linkType, data: data.subarray(0, length) };
  }

  /**
   * @param {Buffer} body
   * @returns {Interface}
   */
  #interfaceOf(body) {
    const found = { linkType: this.#u16(body, 0), resolution: 1e6, offset: 0 };
    let at = 8;
    while (at + 4 <= body.length) {
      const code = this.#u16(body, at);
      const length = this.#u16(body, at + 2);
      const value = body.subarray(at + 4, at + 4 + length);
      if (code === RESOLUTION && value.length === 1) {
        // A power of ten, or of two where the highest bit is set.
        const exponent = value[0] & 0x7f;
        found.resolution = value[0] & 0x80 ? 2 ** exponent : 10 ** exponent;
      }
      if (code === OFFSET && value.length === 8) {
        found.offset = Number(this.#isLittle ? value.readBigInt64LE() : value.readBigInt64BE());
      }
      at += 4 + length + ((4 - (length % 4)) % 4);
    }
    return found;
  }

  /**
   * @param {Buffer} bytes
   * @param {number} at
   */
  #u16(bytes, at) {
    return this.#isLittle ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
  }

  /**
   * @param {Buffer} bytes
   * @param {number} at
   */
  #u32(bytes, at) {
    return this.#isLittle ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
  }
}

/** @param {Buffer} bytes the first four of a file */
function isPcapng(bytes) {
  return bytes.readUInt32BE(0) === SECTION;
}

module.exports = { Pcapng, isPcapng };
