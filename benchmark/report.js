'use strict';

const { scale, spreadText, targetText } = require('./format.js');
const { NAMES } = require('./implementations.js');
const { machineText } = require('./machine.js');
const { TRANSPORT } = require('./transports.js');

/** @typedef {import('./results.js').Line} Line */

/** What is measured of no wire, beside the figures of the wires. */
const NO_WIRES = { bare: 'bare socket', cipher: 'the cipher alone' };

/** @type {Record<string, string>} */
const OF_WIRES = Object.fromEntries(NAMES.map((name) => [name, name]));

/** @type {Record<string, string>} */
const OF_TRANSPORTS = {
  [TRANSPORT]: 'native transport',
  native: 'native, piped',
  original: 'original, piped',
  bare: NO_WIRES.bare,
};

/** What each has a column of, and what is told in the first. */
const TABLES = [
  {
    name: 'codec',
    heading: 'Inside one process: CPU time of an operation, and memory',
    columns: OF_WIRES,
    beside: NO_WIRES,
  },
  {
    name: 'sockets',
    heading: 'Over real sockets, two processes on loopback',
    columns: OF_WIRES,
    beside: NO_WIRES,
  },
  {
    name: 'transport',
    heading:
      'The native transport against sockets that are piped: CPU time of all threads of a process. They\n' +
      'share one core with each other, and with the other process where the two take turns; idle\n' +
      'connections and peerflix have both cores',
    columns: OF_TRANSPORTS,
    beside: {},
  },
];

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

/**
 * @param {Line} line
 * @param {typeof TABLES[number]} table
 */
function cells(line, { columns, beside }) {
  const { title, figures, unable, ratio, target, met, reason } = line;
  const largest = Math.max(0, ...Object.values(figures).map(({ median }) => median));
  const { divisor, unit } = scale(line.unit, largest);
  const others = Object.entries(beside)
    .filter(([name]) => figures[name])
    .map(([name, label]) => `, ${label} ${spreadText(figures[name], divisor)}`);
  return [
    title + others.join(''),
    unit,
    ...Object.keys(columns).map((name) => {
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
  for (const table of TABLES) {
    const { name, heading, columns } = table;
    const rows = lines.filter((line) => line.table === name);
    if (rows.length === 0) continue;
    const head = ['workload', 'unit', ...Object.values(columns), 'ratio', 'target', 'met'];
    const body = rows.map((line) => cells(line, table));
    parts.push(`${heading}\n\n${markdown([head, ...body])}`);
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

module.exports = { NO_WIRES, OF_TRANSPORTS, OF_WIRES, markdown, report };
