'use strict';

// Captures, made by hand: segments of TCP in packets of IP in frames of a link in a file.

const SYN = 0x02;
const ACK = 0x10;
const FIN = 0x01;

const u16 = (/** @type {number[]} */ ...values) => {
  const bytes = Buffer.alloc(2 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt16BE(value, 2 * i);
  return bytes;
};
const u32 = (/** @type {number[]} */ ...values) => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * i);
  return bytes;
};
const join = (/** @type {any[]} */ ...parts) =>
  Buffer.concat(parts.map((part) => (Array.isArray(part) ? Buffer.from(part) : part)));

/** @param {{ fromPort: number, toPort: number, sequence: number, flags: number, data: Uint8Array }} segment */
function tcp({ fromPort, toPort, sequence, flags, data }) {
  // With an option, so that the header is not of its shortest.
  return join(
    u16(fromPort, toPort),
    u32(sequence, 0),
    [0x60, flags],
    u16(65535, 0, 0),
    [1, 1, 1, 0],
    data,
  );
}

/** @param {Buffer} segment */
function ipv4(segment, from = [10, 0, 0, 1], to = [10, 0, 0, 2]) {
  return join([0x45, 0], u16(20 + segment.length, 0, 0x4000), [64, 6], u16(0), from, to, segment);
}

/** @param {Buffer} segment */
function ipv6(segment, last = [1, 2]) {
  const [from, to] = last.map((byte) => join([0x20, 1, 0x0d, 0xb8], Buffer.alloc(11), [byte]));
  // Hop-by-hop options, a destination's, and a fragment that is all there is.
  const headers = join(
    [60, 1, 1, 12, ...Array(12).fill(0x99)],
    [44, 0, 1, 4, 0, 0, 0, 0],
    [6, 0, 0, 0, 0, 0, 0, 9],
  );
  return join(
    [0x60, 0, 0, 0],
    u16(headers.length + segment.length),
    [0, 64],
    from,
    to,
    headers,
    segment,
  );
}

const MAC = Buffer.alloc(12, 2);
/** The shortest frame, which a shorter packet is filled up to. @param {Buffer} frame */
const padded = (frame) => join(frame, Buffer.alloc(Math.max(0, 130 - frame.length), 1));
const isV6 = (/** @type {Buffer} */ packet) => packet[0] >> 4 === 6;
const typeOf = (/** @type {Buffer} */ packet) => u16(isV6(packet) ? 0x86dd : 0x0800);

/** Frames by their link types. @type {Record<string, { type: number, wrap: (packet: Buffer) => Buffer }>} */
const LINKS = {
  ethernet: { type: 1, wrap: (packet) => padded(join(MAC, typeOf(packet), packet)) },
  vlan: { type: 1, wrap: (packet) => join(MAC, u16(0x88a8, 7, 0x8100, 7), typeOf(packet), packet) },
  raw: { type: 101, wrap: (packet) => packet },
  null: { type: 0, wrap: (packet) => join([isV6(packet) ? 30 : 2, 0, 0, 0], packet) },
  loop: { type: 108, wrap: (packet) => join([0, 0, 0, isV6(packet) ? 24 : 2], packet) },
  sll: { type: 113, wrap: (packet) => join(u16(0, 1, 6), Buffer.alloc(8), typeOf(packet), packet) },
  sll2: { type: 276, wrap: (packet) => join(typeOf(packet), Buffer.alloc(18), packet) },
};

/** @typedef {{ time: number, packet: Buffer }} Captured time in microseconds */

/** Two hosts that talk, and what is captured of it. */
class Talk {
  /** @type {Captured[]} */
  captured = [];
  #time = 1_700_000_000_000_000;
  #sequences;

  /**
   * @param {{ isV6?: boolean, ports?: [number, number], sequences?: [number, number] }} [options]
   */
  constructor({ isV6 = false, ports = [40_000, 6881], sequences = [0xfffffff0, 5] } = {}) {
    this.isV6 = isV6;
    this.ports = ports;
    this.#sequences = [...sequences];
  }

  /**
   * @param {number} side 0 or 1
   * @param {number} sequence
   * @param {number} flags
   * @param {Uint8Array} data
   * @returns {Captured}
   */
  packet(side, sequence, flags, data) {
    const [fromPort, toPort] = side === 0 ? this.ports : [this.ports[1], this.ports[0]];
    const segment = tcp({ fromPort, toPort, sequence, flags, data });
    const ends = side === 0 ? [1, 2] : [2, 1];
    const packet = this.isV6
      ? ipv6(segment, ends)
      : ipv4(segment, [10, 0, 0, ends[0]], [10, 0, 0, ends[1]]);
    this.#time += 1000;
    return { time: this.#time, packet };
  }

  open() {
    this.captured.push(this.packet(0, this.#sequences[0] - 1, SYN, Buffer.alloc(0)));
    this.captured.push(this.packet(1, this.#sequences[1] - 1, SYN | ACK, Buffer.alloc(0)));
    return this;
  }

  /**
   * @param {number} side
   * @param {Buffer} bytes
   * @param {number} [most] bytes in a segment
   */
  say(side, bytes, most = 1448) {
    for (let at = 0; at < bytes.length; at += most) {
      const data = bytes.subarray(at, at + most);
      this.captured.push(this.packet(side, this.#sequences[side], ACK, data));
      this.#sequences[side] += data.length;
    }
    return this;
  }

  close() {
    for (const side of [0, 1]) {
      this.captured.push(this.packet(side, this.#sequences[side], FIN | ACK, Buffer.alloc(0)));
    }
    // The end counts as a byte.
    this.captured.push(this.packet(0, this.#sequences[0] + 1, ACK, Buffer.alloc(0)));
    return this;
  }
}

/**
 * @param {readonly Captured[]} captured
 * @param {{ link?: string, isLittle?: boolean, isNano?: boolean, most?: number }} [options] most: bytes that
 *   were taken of a packet
 */
function pcap(captured, { link = 'ethernet', isLittle = true, isNano = false, most = 65535 } = {}) {
  const { type, wrap } = LINKS[link];
  const order = (/** @type {number[]} */ ...values) => swapped(u32(...values), isLittle);
  const magic = order(isNano ? 0xa1b23c4d : 0xa1b2c3d4);
  const version = isLittle ? Buffer.from([2, 0, 4, 0]) : u16(2, 4);
  const parts = [magic, version, order(0, 0, most, type)];
  for (const { time, packet } of captured) {
    const frame = wrap(packet);
    const taken = frame.subarray(0, most);
    const fraction = (time % 1e6) * (isNano ? 1000 : 1);
    parts.push(order(Math.floor(time / 1e6), fraction, taken.length, frame.length), taken);
  }
  return Buffer.concat(parts);
}

/**
 * @param {readonly Captured[]} captured
 * @param {{ link?: string, isLittle?: boolean, kind?: 'enhanced' | 'simple' | 'obsolete' }} [options]
 */
function pcapng(captured, { link = 'ethernet', isLittle = true, kind = 'enhanced' } = {}) {
  const { type, wrap } = LINKS[link];
  const order = (/** @type {number[]} */ ...values) => swapped(u32(...values), isLittle);
  const half = (/** @type {number[]} */ ...values) => {
    const bytes = u16(...values);
    return isLittle ? bytes.swap16() : bytes;
  };
  const block = (/** @type {number} */ id, /** @type {Buffer} */ body) => {
    const padding = Buffer.alloc((4 - (body.length % 4)) % 4);
    const length = order(12 + body.length + padding.length);
    return join(order(id), length, body, padding, length);
  };
  const nanoseconds = join(half(9, 1), [9, 0, 0, 0], half(0, 0));
  const blocks = [
    block(0x0a0d0d0a, join(order(0x1a2b3c4d), half(1, 0), order(0xffffffff, 0xffffffff))),
    block(1, join(half(type, 0), order(0), nanoseconds)),
    block(0xbad, Buffer.alloc(2_000_000)), // whatever it is, it is gone past
  ];
  for (const { time, packet } of captured) {
    const frame = wrap(packet);
    const ticks = 1000 * time;
    const stamp = order(Math.floor(ticks / 2 ** 32), ticks % 2 ** 32);
    const lengths = order(frame.length, frame.length);
    if (kind === 'enhanced') blocks.push(block(6, join(order(0), stamp, lengths, frame)));
    else if (kind === 'obsolete') blocks.push(block(2, join(half(0, 0), stamp, lengths, frame)));
    else blocks.push(block(3, join(order(frame.length), frame)));
  }
  return join(...blocks);
}

/**
 * @param {Buffer} words
 * @param {boolean} isLittle
 */
function swapped(words, isLittle) {
  return isLittle ? words.swap32() : words;
}

module.exports = { LINKS, Talk, pcap, pcapng };
