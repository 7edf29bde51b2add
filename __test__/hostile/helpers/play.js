'use strict';

const { unreadOf } = require('./kernel.js');

/** @typedef {import('./peer.js').Peer} Peer */
/** @typedef {import('./victim-process.js').Victim} Victim */

/**
 * One attack.
 * @typedef {object} Attack
 * @property {string} name
 * @property {(peer: Peer) => unknown} script what the peer does, from the moment it is connected
 * @property {string} outcome a `closeReason.code`, or one of KEPT_OPEN and GONE
 * @property {Record<string, number> | null} [events] messages each wire must have told of, by name,
 *   without its one `handshake`; null where they depend on the moment. Default: none
 * @property {boolean} [shakes] whether the handshake comes to be one. Default: true
 * @property {Record<string, number>} [replies] messages that must have come back, by name
 * @property {number} [pieces] length that `peerPieces` must have
 * @property {object} [options] of the wire
 * @property {import('./client.js').Program} [program] what the program does besides, with the wire
 * @property {boolean} [reads] whether the peer reads what it gets. Default: true
 * @property {number | null} [wires] attacked on each side, null where some may never be seen. Default: 1
 * @property {Partial<typeof BOUNDS>} [bounds] where they are others than usual
 * @property {string} source the BEP, or where such a thing was seen
 */

/** The wire stays. */
const KEPT_OPEN = 'kept open';
/** The wire ends because its connection did, without a reason of its own. */
const GONE = 'ends with its connection';

/** What an attack may cost the whole process, if its row does not say otherwise. */
const BOUNDS = {
  /** Memory that is still taken while the attackers stand, in MB (of garbage collected objects). */
  heldMB: 16,
  /** Resident memory above what it was before, in MB, at any time. */
  peakMB: 128,
  /** The longest time for which the event loop stood, in ms. */
  stallMs: 1000,
  /** The longest time for which the healthy peer waited for four blocks, in ms. */
  waitMs: 2000,
};

/** Milliseconds after which an attack is broken off. */
const SCRIPT_MS = 8_000;

/** Milliseconds between two looks at what the system knows. */
const LOOK_MS = 20;

/**
 * Milliseconds for a wire to read what was sent, and to end; and those after which the process is given
 * up.
 */
const USUAL = { patience: 4_000, limit: 20_000 };
/** Another thread waits for every `extended` message to be looked at, so a flood of them takes a while. */
const SLOWER = { patience: 20_000, limit: 45_000 };

/** @param {Victim} victim */
const timesOf = ({ kind }) => (kind === 'native socket' ? SLOWER : USUAL);

/**
 * @param {number} ms
 * @returns {Promise<null>}
 */
function after(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms, null).unref());
}

/**
 * Waits until all that was sent has been read. Here and not in the process that is attacked, which it
 * would hold up.
 * @param {Peer[]} peers
 * @param {number} patience in milliseconds
 * @returns {Promise<boolean>} whether it came to that
 */
async function untilRead(peers, patience) {
  const deadline = Date.now() + patience;
  while (unreadOf(peers.map(({ socket }) => socket)) > 0) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return true;
}

/**
 * Waits for as many answers as there must be.
 * @param {Peer[]} peers
 * @param {Attack} attack
 * @param {number} patience in milliseconds
 */
async function untilAnswered(peers, { replies = {} }, patience) {
  const deadline = Date.now() + patience;
  const isAnswered = (/** @type {Peer} */ peer) =>
    Object.entries(replies).every(([name, count]) => (peer.replies[name] ?? 0) >= count);
  while (!peers.every((peer) => peer.isGone || isAnswered(peer)) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** @param {Attack} attack @returns {number} wires on both sides, as far as that is known */
function wiresOf({ wires = 1 }) {
  return 2 * (wires ?? 0);
}

/** @param {Attack} attack @returns {number} messages they must tell of in all, as far as that is known */
function messagesOf(attack) {
  const { events = {}, shakes = true } = attack;
  if (events === null) return 0;
  const own = Object.values(events).reduce((sum, count) => sum + count, shakes ? 1 : 0);
  return own * wiresOf(attack);
}

/**
 * @typedef {object} Observed
 * @property {boolean} isAlive
 * @property {boolean} inTime whether the process answered within the limit
 * @property {boolean} isWhole whether the attack was played to its end
 * @property {boolean} isRead whether all that was sent was read, as far as that is known by now
 * @property {any} collected what the process said while the attackers stood, if it did
 * @property {any} finished what it said when they had gone
 * @property {import('./healthy.js').Download | null} healthy
 * @property {Record<string, number>[]} replies what came back to each attacker
 * @property {number} seconds
 */

/**
 * Plays an attack on two wires of the victim, or on two lots of them, at once.
 * @param {Victim} victim
 * @param {Attack} attack
 * @param {number} [patience] in milliseconds, see `USUAL`
 * @returns {Promise<Observed>}
 */
async function play(victim, attack, patience = timesOf(victim).patience) {
  const started = performance.now();
  /** @type {Peer[]} */
  const peers = [];
  const observed = /** @type {Observed} */ ({ healthy: null, collected: null, finished: null });
  const run = async () => {
    const ways = await victim.begin(attack);
    victim.healthy.begin();
    const scripts = ways.map(async (way) => {
      await attack.script(await way(peers, attack));
    });
    const played = await Promise.race([Promise.all(scripts), after(SCRIPT_MS), victim.exit]);
    observed.isWhole = Array.isArray(played);
    const isStanding = attack.outcome === KEPT_OPEN;
    const isTold = victim.kind === 'native socket' && isStanding;
    observed.isRead = !isTold || (await untilRead(peers, patience));
    await untilAnswered(peers, attack, patience);
    const sent = peers.reduce((sum, { socket }) => sum + socket.bytesWritten, 0);
    observed.collected = await victim.ask('collect', {
      sent,
      wires: wiresOf(attack),
      messages: messagesOf(attack),
      ends: !isStanding,
      patience,
    });
    observed.healthy = await victim.healthy.finish();
    for (const { socket } of peers) socket.destroy();
    observed.finished = await victim.ask('finish', { patience });
    return true;
  };
  observed.inTime = (await Promise.race([run(), after(timesOf(victim).limit)])) !== null;
  for (const { socket } of peers) socket.destroy();
  observed.isAlive = !victim.gone;
  observed.replies = peers.map(({ replies }) => replies);
  observed.seconds = (performance.now() - started) / 1000;
  return observed;
}

module.exports = { BOUNDS, GONE, KEPT_OPEN, play };
