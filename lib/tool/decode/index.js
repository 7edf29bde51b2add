'use strict';

const fs = require('node:fs');
const { counted, safe } = require('../text.js');
const { ToolError } = require('../usage.js');
const Connections = require('./connections.js');
const JsonView = require('./json-view.js');
const { Pcap, isPcap } = require('./pcap.js');
const { Pcapng, isPcapng } = require('./pcapng.js');
const Reader = require('./reader.js');
const TextView = require('./text-view.js');

/** @typedef {TextView | JsonView} View */

/**
 * What there was. `errors` are violations, bytes that were not captured, and damage of the file.
 * @typedef {{ messages: number, errors: number, notes: string[], connections: number | null }} Summary
 */

/** Bytes that say what a file is. */
const MAGIC = 4;

/** Counts what a view is told. */
class Counting {
  messages = 0;
  errors = 0;
  #view;

  /** @param {View} view */
  constructor(view) {
    this.#view = view;
  }

  /** @param {Parameters<JsonView['onMessage']>} args */
  onMessage(...args) {
    this.messages++;
    this.#view.onMessage(...args);
  }

  /** @param {Parameters<JsonView['onViolation']>} args */
  onViolation(...args) {
    this.errors++;
    this.#view.onViolation(...args);
  }

  /** @param {Parameters<JsonView['onGap']>} args */
  onGap(...args) {
    this.errors++;
    this.#view.onGap(...args);
  }

  /** @param {Parameters<JsonView['onEnd']>} args */
  onEnd(...args) {
    this.#view.onEnd(...args);
  }

  /**
   * @param {string[]} notes
   * @param {number | null} connections
   */
  summarise(notes, connections) {
    const { messages, errors } = this;
    this.#view.onSummary({ messages, errors, notes, connections });
  }
}

/** A file that is what one side has sent. */
class Stream {
  #told;
  #reader;
  #name;

  /**
   * @param {Counting} told
   * @param {string} name of the file
   */
  constructor(told, name) {
    this.#told = told;
    this.#name = name;
    this.#reader = new Reader({
      onMessage: (...args) => told.onMessage(null, ...args),
      onViolation: (...args) => told.onViolation(null, ...args),
      onGap: (...args) => told.onGap(null, ...args),
    });
  }

  /** @param {Buffer} chunk */
  async push(chunk) {
    await this.#reader.push(chunk);
    // There may be gigabytes of it.
    if (this.#reader.isBitTorrent === false) throw this.#nothing();
  }

  async end() {
    this.#reader.close();
    if (this.#reader.isBitTorrent === null) throw this.#nothing();
    this.#told.summarise(this.#reader.isCut ? ['ends in the middle of a message'] : [], null);
  }

  #nothing() {
    const why =
      this.#reader.bytes === 0 ? 'is empty' : 'begins with no handshake, and is no capture';
    return new ToolError(`${safe(this.#name)} ${why}`);
  }
}

/** A file of packets. */
class Capture {
  #told;
  #format;
  #connections;

  /**
   * @param {Counting} told
   * @param {InstanceType<typeof Pcap> | InstanceType<typeof Pcapng>} format
   */
  constructor(told, format) {
    this.#told = told;
    this.#format = format;
    this.#connections = new Connections(told);
  }

  /** @param {Buffer} chunk */
  async push(chunk) {
    for (const packet of this.#format.push(chunk)) await this.#connections.add(packet);
  }

  /** @param {Error | null} damage for which there is nothing more to read */
  async end(damage = null) {
    const { packets, unknownLinks } = this.#connections;
    await this.#connections.end();
    const wrong = damage?.message ?? this.#format.end();
    if (wrong !== null) this.#told.errors++;
    const notes = [`${counted(packets.tcp, 'segment')} of TCP`];
    if (packets.other > 0) notes.push(counted(packets.other, 'other packet'));
    if (packets.fragments > 0) notes.push(`${counted(packets.fragments, 'fragment')} passed over`);
    if (unknownLinks.size > 0) {
      const [first] = unknownLinks;
      const others = unknownLinks.size > 1 ? ` and ${unknownLinks.size - 1} more` : '';
      notes.push(`link type ${first}${others} is not known here`);
    }
    if (wrong !== null) notes.push(wrong);
    this.#told.summarise(notes, this.#connections.count);
  }
}

/**
 * @param {Buffer} beginning of a file
 * @param {Counting} told
 * @param {string} name
 * @returns {Stream | Capture}
 */
function kindOf(beginning, told, name) {
  if (beginning.length >= MAGIC) {
    if (isPcap(beginning)) return new Capture(told, new Pcap());
    if (isPcapng(beginning)) return new Capture(told, new Pcapng());
  }
  return new Stream(told, name);
}

/**
 * Shows the messages in a file.
 * @param {import('../arguments.js').DecodeArguments} options
 * @param {import('../output.js')} output
 * @returns {Promise<number>} the exit code
 * @throws {ToolError} for what cannot be read
 */
function decode({ file, ...options }, output) {
  if (file === '-') return decodeSource(process.stdin, 'the standard input', options, output);
  return decodeSource(fs.createReadStream(file), file, options, output);
}

/**
 * @param {AsyncIterable<Buffer>} source
 * @param {string} name what it is called
 * @param {{ json: boolean, payload: boolean }} options
 * @param {import('../output.js')} output
 * @returns {Promise<number>} the exit code
 */
async function decodeSource(source, name, { json, payload }, output) {
  const told = new Counting(json ? new JsonView(output, payload) : new TextView(output, payload));
  /** @type {Buffer} */
  let beginning = Buffer.alloc(0);
  /** @type {Stream | Capture | null} */
  let reading = null;
  try {
    for await (const chunk of source) {
      if (reading === null) {
        beginning = Buffer.concat([beginning, chunk]);
        if (beginning.length < MAGIC) continue;
        reading = kindOf(beginning, told, name);
        await reading.push(beginning);
      } else await reading.push(chunk);
      await output.drained();
    }
    if (reading === null) {
      reading = kindOf(beginning, told, name);
      await reading.push(beginning);
    }
    await reading.end();
  } catch (error) {
    // A capture that breaks off has been good until there.
    if (!(reading instanceof Capture) || !(error instanceof ToolError)) throw error;
    await reading.end(error);
  }
  return told.errors === 0 ? 0 : 1;
}

module.exports = { decode, decodeSource };
