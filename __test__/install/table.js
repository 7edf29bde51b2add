'use strict';

// What was found, for people.

const { listing } = require('./contents.js');

/**
 * @typedef {object} Result
 * @property {string} name
 * @property {string} manager with its version
 * @property {string} how
 * @property {string} [note]
 * @property {'passed' | 'failed'} outcome
 * @property {string[]} used
 * @property {number} seconds
 * @property {import('./contents.js').Landed[]} [contents]
 * @property {string} [reason]
 * @property {string} [details]
 */

/** @param {Result} result @returns {string} for while it goes on */
function progress({ name, manager, outcome, seconds, reason }) {
  const why = reason === undefined ? '' : `: ${reason}`;
  return `${outcome}: ${name} (${manager}), ${seconds.toFixed(1)} s${why}\n`;
}

/** @param {readonly Result[]} results */
function table(results) {
  const rows = results.map(({ name, manager, how, note, used, outcome, seconds }) => [
    outcome === 'passed' ? '' : '!',
    name,
    manager,
    note === undefined ? how : `${how}: ${note.replaceAll('`', '')}`,
    used.join(', '),
    seconds.toFixed(1),
  ]);
  const grid = [['', 'name', 'with', 'how', 'by', 's'], ...rows];
  const widths = grid[0].map((_, column) => Math.max(...grid.map((row) => row[column].length)));
  const lines = grid.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** @param {readonly Result[]} results @returns {string} what was installed, where it was looked at */
function installed(results) {
  return results
    .map(({ contents, how }) => (contents ? `${how}:\n${listing(contents)}` : ''))
    .join('');
}

/** @param {readonly Result[]} results */
function totals(results) {
  const failed = results.filter(({ outcome }) => outcome === 'failed').length;
  return `${results.length - failed} passed, ${failed} failed\n`;
}

module.exports = { installed, progress, table, totals };
