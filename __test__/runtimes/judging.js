'use strict';

// What has been found out, against what is expected.

const { KNOWN } = require('./known.js');

/** @typedef {import('./known.js').Lack} Lack */
/** @typedef {import('./programs.js').Check} Check */
/** @typedef {import('./rows.js').Row} Row */
/** @typedef {import('./runtimes.js').Runtime} Runtime */

/**
 * @typedef {object} Cell
 * @property {string} runtime
 * @property {string} version
 * @property {string} row
 * @property {boolean} isCounted
 * @property {number} passed how many checks
 * @property {number} total
 * @property {Check[]} unexpected what is wrong
 * @property {{ reason: string, checks: Check[] }[]} lacks what is wrong and known to be
 * @property {string[]} mended reasons of what was known to be wrong, and is not
 * @property {number} seconds
 */

/**
 * @param {Row} row
 * @param {Runtime} runtime
 * @param {Check[]} checks
 * @param {number} seconds
 * @returns {Cell}
 */
function judge({ name: row, isCounted = false }, { name: runtime, version }, checks, seconds) {
  const known = KNOWN.filter((lack) => lack.row === row && lack.runtime === runtime);
  const wrong = checks.filter((check) => check.wrong !== null);
  const lackOf = (/** @type {Check} */ { check }) => known.find((lack) => lack.covers(check));
  const lacks = known
    .map((lack) => ({
      reason: lack.reason,
      checks: wrong.filter((check) => lackOf(check) === lack),
    }))
    .filter((lack) => lack.checks.length > 0);
  return {
    runtime,
    version,
    row,
    isCounted,
    passed: checks.length - wrong.length,
    total: checks.length,
    unexpected: wrong.filter((check) => lackOf(check) === undefined),
    lacks,
    mended: known
      .map(({ reason }) => reason)
      .filter((reason) => !lacks.some((lack) => lack.reason === reason)),
    seconds,
  };
}

/** @param {Cell} cell */
const isAsExpected = ({ unexpected }) => unexpected.length === 0;

module.exports = { isAsExpected, judge };
