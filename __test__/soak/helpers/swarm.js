'use strict';

const { playFault } = require('./faults.js');
const { NativeLink, PipedLink } = require('./links.js');
const { Random } = require('./random.js');
const { Side } = require('./side.js');

/** Milliseconds between two rounds of faults. */
const FAULT_MS = 5;
/** One wire in so many gets a fault in a round. */
const FAULT_SHARE = 60;
/** The share of connections that are encrypted. */
const HIDDEN_SHARE = 0.4;
/** The share of wires that have sockets of their own. */
const NATIVE_SHARE = 0.5;
const ENCRYPTIONS = /** @type {const} */ (['prefer', 'require']);
/** Milliseconds for what is under way at the end. */
const PATIENCE = 8_000;

/**
 * @param {() => boolean} condition
 * @returns {Promise<boolean>} whether it came to hold in time
 */
async function comesTrue(condition) {
  const deadline = Date.now() + PATIENCE;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return true;
}

/** Wires that exchange blocks over TCP, two and two, with faults; who falls out is replaced. */
class Swarm {
  /** Those that live or whose book is still open. @type {Set<Side>} */
  #sides = new Set();
  #random;
  #ledger;
  #made = 0;
  #filling = Promise.resolve();
  #isFilling = false;
  /** @type {NodeJS.Timeout | null} */
  #rounds = null;
  #wires;

  /**
   * @param {{ wires: number, seed: number, ledger: import('./ledger.js').Ledger }} options
   */
  constructor({ wires, seed, ledger }) {
    this.#wires = wires;
    this.#random = new Random(seed);
    this.#ledger = ledger;
  }

  get live() {
    return [...this.#sides].filter(({ isOver }) => !isOver).length;
  }

  async start() {
    this.#fill();
    await this.#filling;
    this.#rounds = setInterval(() => this.#round(), FAULT_MS);
  }

  #round() {
    for (const side of this.#sides) {
      if (side.isOver && side.peer.isOver) this.#retire(side);
      else if (this.#random.below(FAULT_SHARE) === 0) this.#play(side);
    }
    this.#fill();
  }

  /** @param {Side} side */
  #play(side) {
    playFault(side, this.#random, this.#ledger);
    // Where requests were cancelled, no callback goes on asking.
    side.ask();
  }

  #fill() {
    if (this.#isFilling) return;
    this.#isFilling = true;
    this.#filling = this.#connectMissing();
  }

  async #connectMissing() {
    // Every connection has two wires.
    while (this.#sides.size < this.#wires) await this.#connect();
    this.#isFilling = false;
  }

  /** Connections are made one after the other, so that the two ends of each are known. */
  async #connect() {
    const name = String(this.#made++);
    const random = this.#random;
    const isHidden = random.chance(HIDDEN_SHARE);
    const manner = { fast: random.chance(0.5), paces: random.chance(0.3), isHidden };
    const ends = [true, false].map((dials) => {
      const encryption = isHidden ? random.pick(ENCRYPTIONS) : 'off';
      const role = { begins: dials || !isHidden, encryption };
      const Link = random.chance(NATIVE_SHARE) ? NativeLink : PipedLink;
      return { role, Link, options: Side.choose(random, manner, role) };
    });
    const [near, far] = ends;
    const { port, link } = await far.Link.listen(far.options);
    const links = await Promise.all([near.Link.dial(port, near.options), link]);
    const pair = links.map((one, i) => {
      const { role } = ends[i];
      return new Side(`${name}${'ab'[i]}`, one, random, this.#ledger, manner, role);
    });
    for (const [i, side] of pair.entries()) {
      side.peer = pair[1 - i];
      this.#sides.add(side);
    }
  }

  /** @param {Side} side */
  #retire(side) {
    for (const one of [side, side.peer]) {
      this.#sides.delete(one);
      one.audit();
    }
  }

  /** Ends it: what is under way comes to its end, every byte is accounted for, every wire closed. */
  async stop() {
    if (this.#rounds !== null) clearInterval(this.#rounds);
    await this.#filling;
    for (const side of this.#sides) side.asks = false;
    const whole = [...this.#sides].filter(({ isLossy }) => !isLossy);
    await comesTrue(() =>
      whole.every((side) => side.isLossy || (side.missing === 0 && side.unanswered === 0)),
    );
    for (const side of whole) {
      if (side.isLossy) continue;
      const { missing, unanswered } = side;
      if (missing !== 0) side.violation(`${missing} bytes of blocks never came`);
      else this.#ledger.totals.accounted += side.wire.downloaded;
      if (unanswered !== 0) side.violation(`${unanswered} requests have not had one answer each`);
      else if (side.wire.hasFast) this.#ledger.totals.accountedRequests += side.sent;
    }
    for (const side of this.#sides) {
      this.#random.pick(side.link.exits)();
    }
    await comesTrue(() => [...this.#sides].every(({ isOver }) => isOver));
    for (const side of this.#sides) {
      if (!side.isOver) side.violation('it never ended');
      this.#retire(side);
    }
  }
}

module.exports = { Swarm, comesTrue };
