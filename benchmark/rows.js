'use strict';

const { PEERS } = require('./implementations.js');
const { median, spread } = require('./statistics.js');

/** @typedef {import('./statistics.js').Spread} Spread */

/**
 * What each round measured: by workload, then round, then runner, then value.
 * @typedef {Record<string, Record<string, Record<string, number>>[]>} Samples
 */

/**
 * One line of a table.
 * @typedef {object} Row
 * @property {string} table
 * @property {string} title
 * @property {string[]} workloads that it needs; it belongs to the first
 * @property {string} unit of the figures
 * @property {{ kind: 'at least' | 'at most', value: number }} target of the ratio
 * @property {string} ratioOf what the ratio is, in words
 * @property {() => string | null} [missing] why it cannot be measured here, where its workloads can
 * @property {(samples: Samples) => { figures: Record<string, Spread>, ratio: Spread | null }} compute
 *   without a ratio where the figures allow none
 */

/**
 * @param {Samples} samples
 * @param {string} workload
 * @param {string} value
 * @returns {Record<string, number[]>} by runner, one number a round
 */
function columns(samples, workload, value) {
  const rounds = samples[workload];
  const runners = Object.keys(rounds[0]);
  return Object.fromEntries(
    runners.map((runner) => [runner, rounds.map((round) => round[runner][value])]),
  );
}

/** @param {Record<string, number[]>} columns */
function spreads(columns) {
  return Object.fromEntries(
    Object.entries(columns).map(([runner, numbers]) => [runner, spread(numbers)]),
  );
}

/**
 * Rounds are compared one by one: the machine's state moves all the figures of a round.
 * @param {number[]} above
 * @param {number[]} below
 */
function ratios(above, below) {
  return above.map((number, round) => number / below[round]);
}

/**
 * @param {Record<string, number[]>} above
 * @param {Record<string, number[]>} below
 */
function quotients(above, below) {
  return Object.fromEntries(
    Object.keys(above).map((runner) => [runner, ratios(above[runner], below[runner])]),
  );
}

/**
 * How many times less CPU this package takes than the better of the peers that can do it.
 * @param {{ title: string, workload: string, unit: string, least: number }} options
 * @returns {Row}
 */
function faster({ title, workload, unit, least }) {
  return {
    table: 'codec',
    title,
    workloads: [workload],
    unit,
    target: { kind: 'at least', value: least },
    ratioOf: 'better peer / native',
    compute(samples) {
      const all = columns(samples, workload, 'cpu');
      const able = PEERS.filter((peer) => all[peer]).map((peer) => all[peer]);
      const [best] = able.sort((a, b) => median(a) - median(b));
      return { figures: spreads(all), ratio: spread(ratios(best, all.native)) };
    },
  };
}

/**
 * How much of one runner's cost another has.
 * @param {{ table: string, title: string, workload: string, value: string, unit: string, of: string,
 *   to: string, most: number, missing?: Row['missing'] }} options
 * @returns {Row}
 */
function compared({ table, title, workload, value, unit, of, to, most, missing }) {
  return {
    table,
    title,
    workloads: [workload],
    unit,
    target: { kind: 'at most', value: most },
    ratioOf: `${of} / ${to}`,
    missing,
    compute(samples) {
      const all = columns(samples, workload, value);
      return { figures: spreads(all), ratio: spread(ratios(all[of], all[to])) };
    },
  };
}

/**
 * How much of the original's cost this package has.
 * @param {{ table: string, title: string, workload: string, value: string, unit: string,
 *   most: number }} options
 * @returns {Row}
 */
function cheaper(options) {
  return compared({ ...options, of: 'native', to: 'original' });
}

/**
 * A bound of the figure itself: the ratio is to one of its unit.
 * @param {{ table: string, title: string, workload: string, value: string, unit: string, of: string,
 *   most: number }} options
 * @returns {Row}
 */
function bounded({ table, title, workload, value, unit, of, most }) {
  return {
    table,
    title,
    workloads: [workload],
    unit,
    target: { kind: 'at most', value: most },
    ratioOf: `${of} / 1 ${unit}`,
    compute(samples) {
      const all = columns(samples, workload, value);
      return { figures: spreads(all), ratio: spread(all[of]) };
    },
  };
}

/**
 * What a wire adds to the bare socket, against what the original adds. The rounds of the bare socket
 * scatter as much as what is added to it, so its median is taken away from every round.
 * @param {{ table: string, title: string, workload: string, value: string, unit: string,
 *   most: number }} options
 * @returns {Row}
 */
function added({ table, title, workload, value, unit, most }) {
  return {
    table,
    title,
    workloads: [workload],
    unit,
    target: { kind: 'at most', value: most },
    ratioOf: 'native - bare / original - bare',
    compute(samples) {
      const all = columns(samples, workload, value);
      const bare = median(all.bare);
      const [native, original] = [all.native, all.original].map((numbers) =>
        numbers.map((number) => number - bare),
      );
      // A busy machine: the socket alone cost as much as with a wire on it.
      if (Math.min(...original) <= 0) return { figures: spreads(all), ratio: null };
      const ratio = spread(ratios(native, original));
      ratio.median = median(native) / median(original);
      return { figures: spreads(all), ratio };
    },
  };
}

/**
 * How much more one workload costs each wire than another does.
 * @param {{ table: string, title: string, more: string, less: string, value?: string, of?: string,
 *   most: number, missing?: Row['missing'] }} options
 * @returns {Row}
 */
function growth({ table, title, more, less, value = 'cpu', of = 'native', most, missing }) {
  return {
    table,
    title,
    workloads: [more, less],
    unit: 'times',
    target: { kind: 'at most', value: most },
    ratioOf: `${of}, ${more} / ${less}`,
    missing,
    compute(samples) {
      const all = quotients(columns(samples, more, value), columns(samples, less, value));
      return { figures: spreads(all), ratio: spread(all[of]) };
    },
  };
}

/**
 * How much more one value of a workload is than another.
 * @param {{ table: string, title: string, workload: string, from: string, to: string,
 *   most: number }} options
 * @returns {Row}
 */
function within({ table, title, workload, from, to, most }) {
  return {
    table,
    title,
    workloads: [workload],
    unit: 'times',
    target: { kind: 'at most', value: most },
    ratioOf: `native, ${to} / ${from}`,
    compute(samples) {
      const all = quotients(columns(samples, workload, to), columns(samples, workload, from));
      return { figures: spreads(all), ratio: spread(all.native) };
    },
  };
}

/**
 * What one workload costs this package, against what another, and more, costs somebody else.
 * @param {{ title: string, workload: string, unit: string, other: { workload: string, runner: string },
 *   plus?: string, most: number }} options `plus` is a runner of the first that is added to the other
 * @returns {Row}
 */
function against({ title, workload, unit, other, plus, most }) {
  const whole = plus
    ? `(${other.runner} in ${other.workload} + ${plus})`
    : `${other.runner} in ${other.workload}`;
  return {
    table: 'sockets',
    title,
    workloads: [...new Set([workload, other.workload])],
    unit,
    target: { kind: 'at most', value: most },
    ratioOf: `native / ${whole}`,
    compute(samples) {
      const all = columns(samples, workload, 'cpu');
      const theirs = columns(samples, other.workload, 'cpu')[other.runner];
      const below = plus ? theirs.map((number, round) => number + all[plus][round]) : theirs;
      /** @type {Record<string, number[]>} */
      const shown = { native: all.native, [other.runner]: theirs };
      if (plus) shown[plus] = all[plus];
      return { figures: spreads(shown), ratio: spread(ratios(all.native, below)) };
    },
  };
}

module.exports = { added, against, bounded, cheaper, compared, faster, growth, within };
