'use strict';

// The table that `npm run test:hostile` prints.

const { summary } = require('./judge.js');

/** @typedef {import('./play.js').Attack} Attack */
/** @typedef {import('./play.js').Observed} Observed */

const NAME_WIDTH = 72;
const OUTCOME_WIDTH = 28;

/** @param {number | undefined} value @param {number} [digits] */
function number(value, digits = 0) {
  return (value === undefined ? '-' : value.toFixed(digits)).padStart(8);
}

/** @param {string} text @param {number} width */
function cell(text, width) {
  const short = text.length > width ? `${text.slice(0, width - 1)}…` : text;
  return short.padEnd(width);
}

/** @param {string} kind */
function heading(kind) {
  const columns = ['stall ms', 'held MB', 'peak MB', 'wait ms'].map((text) => text.padStart(8));
  const title = `${cell(kind.toUpperCase(), NAME_WIDTH)} ${cell('must', OUTCOME_WIDTH)}`;
  return `\n     ${title} ${cell('did', OUTCOME_WIDTH)} ${columns.join(' ')}\n`;
}

/**
 * @param {Attack} attack
 * @param {Observed} observed
 * @param {string[]} faults
 */
function line(attack, observed, faults) {
  const { collected, healthy } = observed;
  const measured = [
    number(collected?.stall),
    number(collected && Math.max(0, collected.held) / 1e6, 1),
    number(collected && Math.max(0, collected.peak) / 1e6, 1),
    number(healthy?.wait),
  ];
  const mark = faults.length === 0 ? 'ok  ' : 'FAIL';
  const outcomes = `${cell(attack.outcome, OUTCOME_WIDTH)} ${cell(summary(observed), OUTCOME_WIDTH)}`;
  const text = `${mark} ${cell(attack.name, NAME_WIDTH)} ${outcomes} ${measured.join(' ')}\n`;
  return text + faults.map((fault) => `       ${fault.slice(0, 500)}\n`).join('');
}

/**
 * @param {Observed[]} observed
 * @param {number} failed
 * @param {number} seconds
 */
function total(observed, failed, seconds) {
  const most = (/** @type {(one: Observed) => number | undefined} */ of) =>
    Math.max(0, ...observed.map((one) => of(one) ?? 0));
  return [
    '',
    `${observed.length} attacks in ${seconds.toFixed(0)} s, each on a wire with an error listener and on one without: ${failed} not as they must`,
    `longest stall of the event loop ${most(({ collected }) => collected?.stall).toFixed(0)} ms`,
    `longest wait of the healthy peer ${most(({ healthy }) => healthy?.wait).toFixed(0)} ms`,
    `most memory held ${(most(({ collected }) => collected?.held) / 1e6).toFixed(1)} MB`,
    'stall: the event loop stood; held: memory taken while the attackers stand; peak: growth of the',
    'resident memory; wait: longest wait of the healthy peer beside it for four blocks of 16 KiB',
    '',
  ].join('\n');
}

module.exports = { heading, line, total };
