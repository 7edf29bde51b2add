'use strict';

/** @typedef {import('./statistics.js').Spread} Spread */

/**
 * Three digits that count.
 * @param {number} number
 */
function short(number) {
  if (Math.abs(number) >= 100) return number.toFixed(0);
  return number.toPrecision(3);
}

/**
 * Figures of one row share a scale, chosen by the largest.
 * @param {string} unit
 * @param {number} largest
 * @returns {{ divisor: number, unit: string }}
 */
function scale(unit, largest) {
  const [base, per] = unit.split('/');
  const of = per ? `/${per}` : '';
  if (base === 'ns' && largest >= 1e6) return { divisor: 1e6, unit: `ms${of}` };
  if (base === 'ns' && largest >= 1e4) return { divisor: 1e3, unit: `µs${of}` };
  if (base === 'B' && largest >= 1e6) return { divisor: 1e6, unit: `MB${of}` };
  return { divisor: 1, unit };
}

/**
 * @param {Spread} spread
 * @param {number} [divisor]
 */
function spreadText({ median, min, max }, divisor = 1) {
  if (min === max) return short(median / divisor);
  return `${short(median / divisor)} (${short(min / divisor)}–${short(max / divisor)})`;
}

/** @param {{ kind: string, value: number }} target */
function targetText({ kind, value }) {
  return `${kind === 'at least' ? '≥' : '≤'} ${Number(value.toFixed(2))}`;
}

module.exports = { scale, short, spreadText, targetText };
