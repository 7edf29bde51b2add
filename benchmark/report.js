'use strict';

const { scale, spreadText, targetText } = require('./format.js');
const { NAMES } = require('./implementations.js');
const { machineText } = require('./machine.js');

/** @typedef {import('./results.js').Line} Line */

const TABLES = [
  { name: 'codec', heading: 'Inside one process: CPU time of an operation, and memory' },
  { name: 'sockets', heading: 'Over real sockets, two processes on loopback' },
];

/** What is measured of no wire, beside the figures of the wires. */
const NO_WIRES = { bare: 'bare socket', cipher: 'the cipher alone' };

/**
 * Columns as wide as their widest cell: Markdown that reads well as it is.
 * @param {string[][]} rows the first is the head
 */
function markdown(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  const [head, ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

/** @param {Line} line */
function cells(line) {
  const { title, figures, unable, ratio, target, met, reason } = line;
  const largest = Math.max(0, ...Object.values(figures).map(({ median }) => median));
  const { divisor, unit } = scale(line.unit, largest);
  const beside = Object.entries(NO_WIRES)
    .filter(([name]) => figures[name])
    .map(([name, label]) => `, ${label} ${spreadText(figures[name], divisor)}`);
  return [
    title + beside.join(''),
    unit,
    ...NAMES.map((name) => {
      if (figures[name]) return spreadText(figures[name], divisor);
      const why = reason ?? unable[name];
      return why ? `n/a: ${why}` : '';
    }),
    ratio ? spreadText(ratio) : 'n/a',
    targetText(target),
    met === null ? 'n/a' : met ? 'yes' : 'NO',
  ];
}

/**
 * @param {Line[]} lines
 * @param {import('./machine.js').Machine} machine
 * @returns {string}
 */
function report(lines, machine) {
  const parts = [];
  for (const { name, heading } of TABLES) {
    const rows = lines.filter((line) => line.table === name);
    if (rows.length === 0) continue;
    const head = ['workload', 'unit', ...NAMES, 'ratio', 'target', 'met'];
    parts.push(`${heading}\n\n${markdown([head, ...rows.map(cells)])}`);
  }
  for (const { title, ratio, reason } of lines) {
    if (ratio === null) parts.push(`${title}: ${reason}.`);
  }
  const counted = lines.filter(({ met }) => met !== null);
  const missed = counted.filter(({ met }) => !met).length;
  parts.push(
    `Median (least–most) of the rounds. Targets met: ${counted.length - missed} of ${counted.length}.`,
    `${machineText(machine)}\n${Object.values(machine.packages).join(', ')}; processes of a socket ${
      machine.pinned ? '' : 'not '
    }kept to their cores`,
  );
  return `${parts.join('\n\n')}\n`;
}

module.exports = { NO_WIRES, markdown, report };
