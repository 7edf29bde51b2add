'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { isDeepStrictEqual } = require('node:util');
const { NAMES, identify } = require('../../../benchmark/implementations.js');
const { KINDS } = require('../attacks/index.js');
const { classify } = require('./judge.js');
const { NOT_SPOKEN, table, write } = require('./markdown.js');
const { BOUNDS, play } = require('./play.js');
const { HEAP_MB, Victim } = require('./victim-process.js');

const RESULTS = path.join(__dirname, '../results.json');

/** Milliseconds: the others need not end a wire that this package ends, and are not waited for. */
const PATIENCE = 500;

/** What a program can have them speak beyond BEP 3 and 5. @type {Record<Name, string[]>} */
const SPEAK = {
  native: ['fast', 'v2', 'uses', 'encrypts'],
  original: [],
  'bittorrent-protocol': ['fast', 'uses', 'encrypts'],
};

/** @typedef {import('../../../benchmark/implementations.js').Name} Name */
/** @typedef {{ verdict: import('./judge.js').Verdict, detail: string, closed: boolean,
 *   stallMs: number | null, heldMB: number | null, peakMB: number | null }} Result */

/**
 * @param {Name} name
 * @param {import('./play.js').Attack} attack
 * @returns {boolean} whether it can be attacked so: not by what it cannot be led to speak
 */
function isOpenTo(name, { program = {} }) {
  const parts = ['fast', 'v2', 'uses', 'encrypts'];
  return parts.every((part) => !(part in program) || SPEAK[name].includes(part));
}

/**
 * @param {Name} name
 * @param {import('./play.js').Attack} attack
 * @returns {Promise<Result>}
 */
async function attackOne(name, attack) {
  const victim = await Victim.start(name);
  const observed = await play(victim, attack, PATIENCE);
  // A crash is told on stderr, which closes with the process.
  if (!observed.isAlive) await victim.exit;
  const { verdict, detail } = classify(attack, observed, victim.stderr);
  await victim.stop();
  const { collected } = observed;
  const rounded = (/** @type {number | undefined} */ value) =>
    value === undefined ? null : Math.max(0, Math.round(value * 10) / 10);
  return {
    verdict,
    detail,
    // While the attackers stood: what they sent was enough.
    closed: collected?.wires.every((/** @type {any} */ { ends }) => ends.length > 0) ?? false,
    stallMs: rounded(collected?.stall),
    heldMB: rounded(collected && collected.held / 1e6),
    peakMB: rounded(collected && collected.peak / 1e6),
  };
}

/**
 * The better of two, where the first is a matter of measure: a busy machine is nobody's fault.
 * @param {Name} name
 * @param {import('./play.js').Attack} attack
 */
async function attackFairly(name, attack) {
  const first = await attackOne(name, attack);
  if (first.verdict === 'survived' || first.verdict === 'crashed') return first;
  const second = await attackOne(name, attack);
  return second.verdict === 'survived' ? second : first;
}

/**
 * The rows of a part of the attacks in the place of those there were, in the order of the attacks.
 * @param {any[]} rows
 * @param {object} heading what has to be the same of both: versions and bounds
 */
function merged(rows, heading) {
  const before = JSON.parse(fs.readFileSync(RESULTS, 'utf8'));
  const headingBefore = { made: before.made, implementations: before.implementations };
  if (!isDeepStrictEqual(headingBefore, heading)) return null;
  const byName = new Map([...before.attacks, ...rows].map((row) => [row.name, row]));
  const names = KINDS.flatMap(([, attacks]) => attacks.map(({ name }) => name));
  return names.map((name) => byName.get(name)).filter((row) => row !== undefined);
}

/**
 * Every attack against every implementation. The results of a part of them take their places among the
 * others', if those are of the same versions.
 * @param {string | undefined} only
 */
async function compareAll(only) {
  const rows = [];
  for (const [kind, attacks] of KINDS) {
    for (const attack of attacks.filter(({ name }) => `${kind}: ${name}`.includes(only ?? ''))) {
      /** @type {Partial<Record<Name, Result | null>>} */
      const results = {};
      for (const name of NAMES) {
        results[name] = isOpenTo(name, attack) ? await attackFairly(name, attack) : null;
      }
      // By what all of them have: the options of this package, and what it speaks, the others do not.
      const { outcome, options, program } = attack;
      const isBreach = outcome.startsWith('ERR_') && (options ?? program) === undefined;
      rows.push({ kind, name: attack.name, isBreach, results });
      const verdicts = NAMES.map((name) => {
        const result = results[name];
        return result ? `${result.verdict} ${result.detail}` : NOT_SPOKEN;
      });
      process.stdout.write(`${attack.name}: ${verdicts.map((text) => text.trim()).join(' | ')}\n`);
    }
  }
  const implementations = Object.fromEntries(NAMES.map((name) => [name, identify(name)]));
  const { version, platform, arch } = process;
  const made = { node: version, platform, arch, heapMB: HEAP_MB, bounds: BOUNDS };
  const attacks = only === undefined ? rows : merged(rows, { made, implementations });
  process.stdout.write(`\n${table({ made, implementations, attacks: attacks ?? rows })}`);
  if (attacks === null) {
    process.stderr.write('a part only, beside others: results.json is left as it was\n');
    return;
  }
  const results = { made, implementations, attacks };
  fs.writeFileSync(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
  write(results);
}

module.exports = { RESULTS, compareAll };
