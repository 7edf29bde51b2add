'use strict';

const HEADINGS = ['target', 'executions', 'executions/s', 'edges', 'features', ''];

/**
 * @param {import('./reading.js').Result[]} results
 * @returns {string}
 */
function table(results) {
  const rows = results.map((result) => [
    result.target,
    String(result.executions),
    String(result.perSecond),
    `${result.edges} of ${result.allEdges}`,
    String(result.features),
    result.crash === null ? '' : 'crash',
  ]);
  const all = [HEADINGS, ...rows];
  const widths = HEADINGS.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const text = (/** @type {string} */ cell, /** @type {number} */ column) =>
    column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]);
  return all.map((row) => row.map(text).join('  ').trimEnd()).join('\n');
}

module.exports = { table };
