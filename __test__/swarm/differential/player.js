'use strict';

// Plays a script on one kind of swarm. After each step everything has to have happened that will, and
// what that was is written down; the order of what different peers do within a step is nobody's.

const { isDeepStrictEqual } = require('node:util');
const { setTimeout: sleep } = require('node:timers/promises');
const { freePort } = require('../../../scripts/start/free-port.js');
const { INFO_HASH, OTHER_HASH, bytes } = require('../helpers/peers.js');
const { endWait, holdWaits, waits } = require('../helpers/waits.js');
const { World } = require('../helpers/world.js');
const { PEERS } = require('./script.js');

/** @typedef {import('./script.js').Script} Script */
/** @typedef {import('./script.js').Step} Step */
/** @typedef {{ step: string, seen: string[], after: string }} Seen */

/**
 * In milliseconds: without anything new for how long nothing more is expected; and how long what is
 * expected may take to happen.
 * @typedef {{ quiet: number, patience: number }} Pace
 */

class Player {
  /** @type {import('../helpers/peers.js').Peer[]} */
  #peers = [];
  /** @type {import('../helpers/peers.js').Caller[]} */
  #callers = [];
  /** How much was looked at of each list. @type {Map<string[], number>} */
  #read = new Map();
  /** @type {any} */
  #swarm;
  #world;
  #pace;

  /**
   * @param {World} world
   * @param {Pace} pace
   */
  constructor(world, pace) {
    this.#world = world;
    this.#pace = pace;
  }

  /** @param {Script} script */
  async begin({ size, manners }) {
    for (let i = 0; i < PEERS; i++) {
      this.#peers.push(await this.#world.peer('ABCD'[i], manners[i]));
    }
    const port = await freePort();
    this.#swarm = this.#world.swarm('one', { size });
    this.#swarm.listen(port);
    this.#world.swarm('two', {}, OTHER_HASH).listen(port);
  }

  /** @param {Step} step */
  do({ what, peer: index, manner, level }) {
    const swarm = this.#swarm;
    const peer = this.#peers[index];
    const address = /** @type {string} */ (peer.address);
    const wire = swarm.wires.find((/** @type {any} */ wire) => wire.peerAddress === address);
    const call = (/** @type {Buffer} */ hash) => {
      this.#callers.push(this.#world.caller(swarm.port, hash));
    };
    /** @type {Record<string, () => unknown>} */
    const deeds = {
      add: () => swarm.add(address),
      remove: () => swarm.remove(address),
      'remove by wire': () => wire && swarm.remove(wire),
      'remove and add': () => {
        swarm.remove(address);
        swarm.add(address);
      },
      priority: () => swarm.priority(address, level),
      pause: () => swarm.pause(),
      resume: () => swarm.resume(),
      size: () => {
        swarm.size = 1 + level;
      },
      drop: () => wire?.destroy(),
      send: () => wire?.piece(0, 0, Buffer.alloc(10 + level)),
      // In place of a handshake it would be nonsense, which the two wires take differently.
      'take in': () => wire && peer.sockets[0]?.write(bytes.piece(0, 0, Buffer.alloc(5 + level))),
      manner: () => {
        peer.manner = manner;
      },
      'add many': () => {
        swarm.pause();
        for (const { address } of this.#peers) swarm.add(address);
        swarm.resume();
      },
      'hang up': () => peer.hangUp(),
      reset: () => {
        for (const socket of [...peer.sockets]) socket.resetAndDestroy();
      },
      call: () => call(INFO_HASH),
      'call often': () => [INFO_HASH, INFO_HASH, INFO_HASH].forEach(call),
      'call the other': () => call(OTHER_HASH),
      'call nobody': () => call(Buffer.alloc(20, 0xcc)),
      'callers leave': () => {
        for (const { socket } of this.#callers) socket.end();
      },
      wait: () => endWait(),
      destroy: () => swarm.destroy(),
    };
    return deeds[what]();
  }

  /**
   * Waits until all has happened.
   * @param {string} step
   * @param {Seen} [expected]
   * @returns {Promise<Seen>}
   */
  async see(step, expected) {
    const start = Date.now();
    let seen = this.#look(step);
    for (let calm = 0; calm < 2; calm++) {
      await sleep(this.#pace.quiet);
      const now = this.#look(step);
      const isAwaited =
        expected && !isDeepStrictEqual(now, expected) && Date.now() - start < this.#pace.patience;
      if (isAwaited || !isDeepStrictEqual(now, seen)) calm = -1;
      seen = now;
    }
    for (const list of this.#lists()) this.#read.set(list, list.length);
    return seen;
  }

  #lists() {
    return [this.#world.trace, ...[...this.#peers, ...this.#callers].map(({ log }) => log)];
  }

  /**
   * @param {string} step
   * @returns {Seen}
   */
  #look(step) {
    const { connections, downloaded, paused, port, queued, uploaded, wires } = this.#swarm;
    const fresh = this.#lists().map((list) => list.slice(this.#read.get(list) ?? 0));
    // Of the events, how the swarm was in between depends on who was faster.
    const [events, ...logs] = fresh;
    return {
      step,
      seen: [
        events.filter((line) => !line.startsWith(' ')).sort(),
        ...logs.map((log) => log.sort()),
      ].map((lines) => lines.join(', ')),
      after: JSON.stringify({
        wires: wires.map((/** @type {any} */ it) => this.#world.nameOf(it.peerAddress)).sort(),
        connections: connections.length,
        queued,
        paused,
        downloaded,
        uploaded,
        isListening: port > 0,
        waits: waits().sort((a, b) => a - b),
      }),
    };
  }
}

/**
 * @param {any} Swarm
 * @param {Script} script
 * @param {Pace} pace
 * @param {Seen[]} [expected] what was seen of the other swarm
 * @returns {Promise<Seen[]>}
 */
async function play(Swarm, script, pace, expected = []) {
  /** @type {(() => unknown)[]} */
  const last = [];
  const t = /** @type {any} */ ({
    after: (/** @type {() => unknown} */ work) => last.unshift(work),
  });
  holdWaits(t);
  const world = new World(Swarm, t);
  const player = new Player(world, pace);
  /** @type {Seen[]} */
  const seen = [];
  try {
    await player.begin(script);
    seen.push(await player.see('begin', expected[0]));
    const end = { what: 'destroy', peer: 0, manner: /** @type {const} */ ('greet'), level: 0 };
    for (const step of [...script.steps, end]) {
      const result = player.do(step);
      const text = `${step.what} ${'ABCD'[step.peer]} ${step.level} ${step.manner}: ${typeof result === 'number' ? result : ''}`;
      const wanted = expected[seen.length];
      seen.push(await player.see(text, wanted));
      // From here on, everything would differ.
      if (wanted && !isDeepStrictEqual(seen.at(-1), wanted)) break;
    }
  } finally {
    for (const work of last) work();
  }
  return seen;
}

module.exports = { play };
