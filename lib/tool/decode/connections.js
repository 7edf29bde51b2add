'use strict';

const { formatAddress } = require('../../swarm/address.js');
const { addressOf } = require('../address.js');
const { isKnownLink, segmentOf, OTHER, PART } = require('./packet.js');
const Reader = require('./reader.js');
const Direction = require('./reassembly.js');

/** Connections that are kept in mind: the oldest is given up for another. */
const MOST_CONNECTIONS = 4096;

/**
 * @typedef {import('./packet.js').Segment} Segment
 * @typedef {InstanceType<typeof Connection>} AConnection
 */

/**
 * One side of a connection.
 * @typedef {{ address: string, direction: Direction, reader: Reader }} Side
 */

/** A connection, by the order in which they begin. */
class Connection {
  /** When what is being read was captured. */
  time = 0;

  /**
   * @param {number} number
   * @param {[Side, Side]} sides who has begun, and the other
   * @param {string} key of the side that has begun
   */
  constructor(number, sides, key) {
    this.number = number;
    this.sides = sides;
    this.key = key;
    const [first, second] = sides;
    first.reader.other = second.reader;
    second.reader.other = first.reader;
  }

  /** Whether one of them speaks BitTorrent in the clear. */
  get isBitTorrent() {
    return this.sides.some(({ reader }) => reader.isBitTorrent === true);
  }

  /**
   * @param {Side} side
   * @param {Iterable<import('./reassembly.js').Part>} parts
   */
  async read({ reader }, parts) {
    for (const { data, missing } of parts) {
      if (data === null) await reader.gap(missing);
      else await reader.push(data);
    }
  }

  /** Nothing more will come. */
  async end() {
    for (const side of this.sides) {
      await this.read(side, side.direction.end());
      side.reader.close();
    }
  }
}

/**
 * Who says something: a side of a connection.
 * @typedef {{ connection: AConnection, index: number }} Where
 */

/**
 * Who is told.
 * @typedef {object} Teller
 * @property {(where: Where, message: import('./messages.js').Message, extra: import('./reader.js').Extra | null) => void} onMessage
 * @property {(where: Where, code: string, message: string) => void} onViolation
 * @property {(where: Where, bytes: number, isInBlock: boolean) => void} onGap
 * @property {(connection: AConnection) => void} onEnd nothing more comes of it
 */

/** The connections of a capture. */
class Connections {
  /** By both ends, from the side that has begun. @type {Map<string, Connection>} */
  #open = new Map();
  #waiting = { bytes: 0 };
  #teller;

  count = 0;
  /** Packets by what they are. */
  packets = { tcp: 0, other: 0, fragments: 0 };
  /** Link types that are not known here. @type {Set<number>} */
  unknownLinks = new Set();

  /** @param {Teller} teller */
  constructor(teller) {
    this.#teller = teller;
  }

  /** @param {import('./pcap.js').Packet} packet */
  async add({ time, linkType, data }) {
    if (!isKnownLink(linkType)) this.unknownLinks.add(linkType);
    const segment = segmentOf(linkType, data);
    if (segment === OTHER) this.packets.other++;
    else if (segment === PART) this.packets.fragments++;
    else {
      this.packets.tcp++;
      await this.#take(segment, time);
    }
  }

  /**
   * @param {Segment} segment
   * @param {number} time
   */
  async #take(segment, time) {
    const { sequence, length, isSyn, isFin, isReset, data } = segment;
    const key = keyOf(segment.from, segment.fromPort, segment.to, segment.toPort);
    const back = keyOf(segment.to, segment.toPort, segment.from, segment.fromPort);
    let connection = this.#open.get(key) ?? this.#open.get(back);
    // Of what was not captured from its beginning, only what is said counts.
    if (connection === undefined && !isSyn && data.length === 0) return;
    if (connection !== undefined && isSyn) {
      const { direction } = connection.sides[connection.key === key ? 0 : 1];
      // The ports are used again.
      if (!direction.begin(sequence)) {
        await this.#end(connection);
        connection = undefined;
      }
    }
    connection ??= await this.#begin(segment, key, back);
    connection.time = time;
    const side = connection.sides[connection.key === key ? 0 : 1];
    if (isSyn) side.direction.begin(sequence);
    const first = isSyn ? (sequence + 1) >>> 0 : sequence;
    await connection.read(side, side.direction.add(first, data));
    if (!isReset) side.direction.see((first + length) >>> 0, isFin);
  }

  /**
   * @param {Segment} segment the first
   * @param {string} key
   * @param {string} back
   */
  async #begin(segment, key, back) {
    const oldest = this.#open.values().next().value;
    if (this.#open.size >= MOST_CONNECTIONS && oldest !== undefined) await this.#end(oldest);
    const isAnswer = segment.isSyn && segment.isAck;
    const here = formatAddress(addressOf(segment.from), segment.fromPort);
    const there = formatAddress(addressOf(segment.to), segment.toPort);
    const [first, second] = isAnswer ? [there, here] : [here, there];
    const side = (/** @type {string} */ address, /** @type {number} */ index) => ({
      address,
      direction: new Direction(this.#waiting),
      reader: new Reader({
        onMessage: (...args) => this.#teller.onMessage({ connection, index }, ...args),
        onViolation: (...args) => this.#teller.onViolation({ connection, index }, ...args),
        onGap: (...args) => this.#teller.onGap({ connection, index }, ...args),
      }),
    });
    /** @type {Connection} */
    const connection = new Connection(
      ++this.count,
      [side(first, 0), side(second, 1)],
      isAnswer ? back : key,
    );
    this.#open.set(connection.key, connection);
    return connection;
  }

  /** @param {Connection} connection */
  async #end(connection) {
    this.#open.delete(connection.key);
    await connection.end();
    this.#teller.onEnd(connection);
  }

  /** The capture is at its end. */
  async end() {
    for (const connection of [...this.#open.values()]) await this.#end(connection);
  }
}

/**
 * @param {Buffer} from
 * @param {number} fromPort
 * @param {Buffer} to
 * @param {number} toPort
 */
function keyOf(from, fromPort, to, toPort) {
  return `${from.toString('latin1')}${fromPort}:${to.toString('latin1')}${toPort}`;
}

module.exports = Connections;
