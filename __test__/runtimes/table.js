'use strict';

/** @typedef {import('./judging.js').Cell} Cell */

/** @param {readonly Cell[]} cells @returns {string[]} why they are not all ok, each once */
const reasonsOf = (cells) => [
  ...new Set(cells.flatMap(({ lacks }) => lacks.map(({ reason }) => reason))),
];

/** @param {readonly Cell[]} cells @returns {string[]} the same, with those that it is so of */
function notes(cells) {
  return reasonsOf(cells).map((reason) => {
    const having = cells.filter(({ lacks }) => lacks.some((lack) => lack.reason === reason));
    return `${[...new Set(having.map(({ runtime }) => runtime))].join(', ')}: ${reason}`;
  });
}

/** @param {Cell} cell @param {string[]} reasons all of them: a cell names its own by their numbers */
function told({ isCounted, passed, total, unexpected, lacks }, reasons) {
  const numbers = lacks.map(({ reason }) => reasons.indexOf(reason) + 1);
  const but = numbers.length > 0 ? `, but (${numbers.join(', ')})` : '';
  if (unexpected.length > 0) return `FAILED (${unexpected.length} of ${total})`;
  if (isCounted) return passed === total ? `${total}` : `${passed} of ${total}${but}`;
  return `ok${but}`;
}

/**
 * @param {readonly Cell[]} cells
 * @returns {string[][]} a line a row, the first with the names of the runtimes
 */
function grid(cells) {
  const reasons = reasonsOf(cells);
  const columns = [...new Map(cells.map((cell) => [cell.runtime, cell.version]))];
  const rows = [...new Set(cells.map(({ row }) => row))];
  const find = (/** @type {string} */ row, /** @type {string} */ runtime) =>
    cells.find((cell) => cell.row === row && cell.runtime === runtime);
  return [
    ['', ...columns.map(([name, version]) => `${name.split(' ')[0]} ${version}`)],
    ...rows.map((row) => [
      row,
      ...columns.map(([runtime]) => {
        const cell = find(row, runtime);
        return cell === undefined ? '' : told(cell, reasons);
      }),
    ]),
  ];
}

/** @param {Cell} cell for while it goes on */
function progress(cell) {
  const { runtime, row, seconds, unexpected, mended } = cell;
  const lines = [`${runtime}: ${row}: ${told(cell, reasonsOf([cell]))}, ${seconds.toFixed(0)} s`];
  for (const { check, wrong } of unexpected) lines.push(`  ${check}: ${wrong}`);
  for (const reason of mended) lines.push(`  works now, take it out of known.js: ${reason}`);
  return `${lines.join('\n')}\n`;
}

/** @param {readonly Cell[]} cells */
function table(cells) {
  const lines = grid(cells);
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  const padded = lines.map((line) =>
    line
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  const numbered = notes(cells).map((note, index) => `(${index + 1}) ${note}`);
  return `${[...padded, '', ...numbered].join('\n')}\n`;
}

module.exports = { grid, notes, progress, table };
