'use strict';

const { networkInterfaces } = require('node:os');
const { setTimeout: sleep } = require('node:timers/promises');
const { freePort } = require('../../../scripts/start/free-port.js');
const { Caller, INFO_HASH, Peer } = require('./peers.js');

const PEER_ID = '-XX0001-a-swarm-----';
const EVENTS = ['listening', 'wire', 'wire-disconnect', 'download', 'upload', 'error', 'close'];

/** Milliseconds in which everything has happened that will, unless something waits on purpose. */
const QUIET = 150;
const PATIENCE = 10_000;

/**
 * Swarms of one kind among peers, and what was seen of them.
 */
class World {
  /** What the swarms did, in order, each with how they were then. @type {string[]} */
  trace = [];
  /** @type {{ close(): void }[]} */
  #open = [];
  /** Names by addresses. @type {Map<string, string>} */
  #names = new Map();

  /**
   * @param {any} Swarm
   * @param {import('node:test').TestContext} t
   */
  constructor(Swarm, t) {
    this.Swarm = Swarm;
    t.after(() => this.close());
  }

  /**
   * @param {string} name
   * @param {any} [options]
   * @param {Buffer | string} [infoHash]
   */
  swarm(name, options, infoHash = INFO_HASH) {
    const swarm = this.Swarm(infoHash, PEER_ID, options);
    for (const event of EVENTS) {
      swarm.on(event, (/** @type {any[]} */ ...args) => this.note(swarm, name, event, args));
    }
    this.#open.push({ close: () => swarm.destroy() });
    return swarm;
  }

  /**
   * @param {any} swarm
   * @param {string} name
   * @param {string} event
   * @param {any[]} [args]
   */
  note(swarm, name, event, args = []) {
    this.trace.push([name, event, ...args.slice(0, 1).map((arg) => this.#show(arg))].join(' '));
    this.trace.push(`  ${this.look(swarm)}`);
  }

  /** @param {string} text what the test itself did */
  did(text) {
    this.trace.push(`-- ${text}`);
  }

  /** @param {any} swarm how it is now, in one line */
  look(swarm) {
    const wires = swarm.wires.map((/** @type {any} */ wire) => this.nameOf(wire.peerAddress));
    const { connections, queued, downloaded, uploaded } = swarm;
    return `wires [${wires}], ${connections.length} connections, ${queued} queued, ${downloaded} down, ${uploaded} up`;
  }

  /** @param {any} arg of an event */
  #show(arg) {
    if (arg instanceof Error) return arg.message;
    return typeof arg === 'object' ? this.nameOf(arg.peerAddress) : String(arg);
  }

  /** @param {string} address */
  nameOf(address) {
    return this.#names.get(address) ?? 'somebody';
  }

  /**
   * @param {string} name
   * @param {import('./peers.js').Manner} [manner]
   * @param {{ host?: string, port?: number }} [where]
   */
  async peer(name, manner, where) {
    const peer = new Peer(name, manner);
    this.#open.push(peer);
    await peer.listen(where);
    this.#names.set(/** @type {string} */ (peer.address), name);
    return peer;
  }

  /** The address of a port that nobody listens on. */
  async nobody() {
    return `127.0.0.1:${await freePort()}`;
  }

  /**
   * @param {number} port
   * @param {Buffer | null} [infoHash]
   * @param {string} [host]
   */
  caller(port, infoHash = INFO_HASH, host) {
    const caller = new Caller(port, infoHash, host);
    this.#open.push(caller);
    return caller;
  }

  close() {
    for (const it of this.#open.splice(0)) it.close();
  }
}

/** @param {() => unknown} condition */
async function until(condition) {
  const start = Date.now();
  while (!condition()) {
    if (Date.now() - start > PATIENCE) throw new Error(`not within ${PATIENCE} ms: ${condition}`);
    await sleep(2);
  }
}

/** Long enough for what should not happen. */
const quiet = () => sleep(QUIET);

/** Whether this machine has IPv6, if only for itself. */
const hasIPv6 = () =>
  Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address === '::1'),
  );

module.exports = { PEER_ID, World, hasIPv6, quiet, until };
