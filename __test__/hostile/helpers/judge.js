'use strict';

const { isDeepStrictEqual } = require('node:util');
const { BOUNDS, GONE, KEPT_OPEN } = require('./play.js');

/** @typedef {import('./play.js').Attack} Attack */
/** @typedef {import('./play.js').Observed} Observed */

const MB = 1e6;

/** Of a wire with a socket of its own, which is told that it was cut off. One that is piped is not. */
const RESET = 'ERR_PWP_CONNECTION_RESET';

/** @param {unknown} value */
const show = (value) => JSON.stringify(value);

/**
 * @param {any} wire as it was while the attackers stood
 * @returns {string} how it took the attack
 */
function outcomeOf({ code, ends }) {
  if (code !== null) return code;
  return ends.length > 0 ? GONE : KEPT_OPEN;
}

/**
 * @param {any} wire
 * @param {string} outcome
 * @returns {boolean} whether that is how it took the attack
 */
function isAsMust(wire, outcome) {
  const actual = outcomeOf(wire);
  return actual === outcome || (actual === RESET && outcome === GONE);
}

/**
 * @param {Observed} observed
 * @returns {string} what the attack led to, for a table
 */
function summary({ isAlive, inTime, collected }) {
  if (!isAlive) return 'the process ended';
  if (!inTime || collected === null) return 'the process stood still';
  /** @type {Set<string>} */
  const outcomes = new Set(collected.wires.map(outcomeOf));
  return [...outcomes].join(', ') || 'no wire';
}

/**
 * @param {Attack} attack
 * @param {any} collected
 * @returns {string[]} what is over its bound
 */
function excess({ bounds }, { held, peak, stall }, /** @type {number} */ wait) {
  const limits = { ...BOUNDS, ...bounds };
  const measured = { heldMB: held / MB, peakMB: peak / MB, stallMs: stall, waitMs: wait };
  return Object.entries(measured)
    .filter(([name, value]) => value > limits[/** @type {keyof typeof limits} */ (name)])
    .map(([name, value]) => `${name} ${value.toFixed(1)} is over the bound`);
}

/**
 * @param {Attack} attack
 * @param {any} wire as it was while the attackers stood
 * @returns {string[]}
 */
function wireFaults({ outcome, events = {}, shakes = true, pieces }, wire) {
  const faults = [];
  if (!isAsMust(wire, outcome)) faults.push(`${outcomeOf(wire)} instead of ${outcome}`);
  const expected = shakes ? { handshake: 1, ...events } : { ...events };
  if (events !== null && !sameCounts(wire.events, expected)) {
    faults.push(`events ${show(wire.events)} instead of ${show(expected)}`);
  }
  if (pieces !== undefined && wire.pieces !== pieces) {
    faults.push(`peerPieces has ${wire.pieces} entries instead of ${pieces}`);
  }
  return faults;
}

/**
 * @param {Record<string, number>} counts
 * @param {Record<string, number>} expected
 */
function sameCounts(counts, expected) {
  const names = Object.keys(expected).filter((name) => expected[name] !== 0);
  return isDeepStrictEqual(
    Object.entries(counts).sort(),
    names.map((name) => [name, expected[name]]).sort(),
  );
}

/**
 * @param {any} wire once the attackers have gone
 * @param {string} outcome
 */
function endFaults({ ends, asked, answered, listens, errors, code }, outcome) {
  const faults = [];
  if (!isDeepStrictEqual([...ends].sort(), ['close', 'end', 'finish'])) {
    faults.push(`the wire's end was ${show(ends)}`);
  }
  if (asked !== answered) faults.push(`${asked} requests, ${answered} calls of their callbacks`);
  // That the peer has never answered a beginning of ours is a reason, but not an error.
  const told = listens && (outcome.startsWith('ERR_') || code === RESET) ? 1 : 0;
  if (errors !== told) faults.push(`${errors} errors emitted instead of ${told}`);
  return faults;
}

/**
 * @param {Attack} attack
 * @param {Observed} observed
 * @param {string} [stderr] of the process
 * @returns {string[]} what is not as the attack's row says
 */
function judge(attack, observed, stderr = '') {
  const { isAlive, inTime, collected, finished, healthy, replies } = observed;
  if (!isAlive) return [`the process ended: ${stderr.trim()}`];
  if (!inTime || !collected || !finished || !healthy) return ['the process stood still'];
  const faults = [];
  if (!observed.isWhole) faults.push('the attack was broken off');
  if (!observed.isRead || !collected.settled) faults.push('not all that was sent was read');
  if (!finished.ended) faults.push('a wire never ended');
  const count = attack.wires === null ? collected.wires.length : 2 * (attack.wires ?? 1);
  if (collected.wires.length !== count) {
    faults.push(`${collected.wires.length} wires instead of ${count}`);
  }
  for (const wire of collected.wires) faults.push(...wireFaults(attack, wire));
  for (const wire of finished.wires) faults.push(...endFaults(wire, attack.outcome));
  // The two halves of an attack connect in any order, but only one of them listens for errors.
  const told = finished.wires.filter((/** @type {any} */ { errors }) => errors > 0).length;
  if (attack.outcome.startsWith('ERR_') && told !== count / 2) {
    faults.push(`${told} wires told of their error instead of ${count / 2}`);
  }
  for (const got of attack.replies ? replies : []) {
    for (const [name, number] of Object.entries(attack.replies ?? {})) {
      if ((got[name] ?? 0) !== number) {
        faults.push(`${got[name] ?? 0} ${name} came back instead of ${number}`);
      }
    }
  }
  if (finished.open !== 1) faults.push(`${finished.open} decoders are open instead of 1`);
  if (finished.files > 0) faults.push(`${finished.files} files or sockets more are open`);
  if (healthy.gone || healthy.wrong > 0) faults.push(`the healthy download: ${show(healthy)}`);
  faults.push(...finished.healthy.flatMap(healthyFaults));
  faults.push(...excess(attack, collected, healthy.wait));
  if (stderr !== '') faults.push(`on stderr: ${stderr.trim()}`);
  return [...new Set(faults)];
}

/** @param {any} wire the program's own, to the healthy peer */
function healthyFaults({ ends, code, wrong, blocks }) {
  if (ends.length === 0 && code === null && wrong === 0 && blocks > 0) return [];
  return [`the wire of the healthy peer: ${show({ ends, code, wrong, blocks })}`];
}

/** @typedef {'survived' | 'crashed' | 'swelled' | 'stalled'} Verdict */

/**
 * What became of the process, whatever it made of the attack.
 * @param {Attack} attack
 * @param {Observed} observed
 * @param {string} stderr
 * @returns {{ verdict: Verdict, detail: string }}
 */
function classify(attack, { isAlive, inTime, collected, finished, healthy }, stderr) {
  const errorLine = stderr.match(/^\w*(?:Error|Exception)\b.*$/m)?.[0] ?? '';
  if (/heap out of memory|Array buffer allocation failed/.test(stderr)) {
    return { verdict: 'swelled', detail: 'out of memory' };
  }
  if (!inTime) return { verdict: 'stalled', detail: 'no answer within 20 s' };
  if (!isAlive) return { verdict: 'crashed', detail: errorLine || 'the process ended' };
  if (!collected || !finished || !healthy) return { verdict: 'stalled', detail: 'no answer' };
  const over = excess(attack, collected, healthy.wait);
  const memory = over.filter((text) => text.includes('MB'));
  if (memory.length > 0) return { verdict: 'swelled', detail: memory.join(', ') };
  if (over.length > 0) return { verdict: 'stalled', detail: over.join(', ') };
  if (healthy.gone) return { verdict: 'stalled', detail: 'the healthy peer was dropped' };
  if (healthy.wrong > 0) return { verdict: 'crashed', detail: 'the healthy peer got wrong bytes' };
  return { verdict: 'survived', detail: '' };
}

module.exports = { classify, judge, summary };
