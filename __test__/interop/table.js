'use strict';

const { encryptionAsked, isRefused } = require('./encryption.js');

/** @typedef {import('./runs.js').Row} Row */

const COLUMNS = /** @type {const} */ ([
  'client',
  'role',
  'our socket',
  'dialled by',
  'Fast asked',
  'Fast',
  'v2',
  'encryption asked',
  'encryption',
  'called',
  'reqq',
  'MiB/s',
  'SHA-1',
  's',
  'extensions',
]);
const NUMERIC = new Set(['reqq', 'MiB/s', 's']);

const yes = (/** @type {boolean | undefined} */ value) =>
  value === undefined ? '' : value ? 'yes' : 'no';

/** @param {Row} row how the connection went on */
function encryptionCell({ run, outcome, result: { encrypted } }) {
  if (run !== null && isRefused(run)) return outcome === 'passed' ? 'refused' : 'NOT REFUSED';
  return encrypted === undefined ? '' : encrypted || 'no';
}

/** @param {Row} row */
function cells(row) {
  const { client, version, run, result, seconds } = row;
  if (run === null) return [];
  const { dialledBy, hasFast, hasV2, name, reqq, speed, sha1, extensions } = result;
  return [
    `${client} ${version}`,
    run.magnet ? `${run.role}, magnet` : run.role,
    run.socket ? 'its own' : 'piped',
    dialledBy ?? '',
    run.fast ? 'on' : 'off',
    yes(hasFast),
    yes(hasV2),
    encryptionAsked(run) ?? 'no',
    encryptionCell(row),
    name ?? '',
    String(reqq ?? ''),
    speed?.toFixed(1) ?? '',
    sha1 === undefined ? '' : sha1 ? 'ok' : 'WRONG',
    seconds.toFixed(1),
    extensions?.join(' ') ?? '',
  ];
}

/** @param {Row} row @returns {string} for while it goes on */
function progress({ client, run, outcome, seconds, reasons }) {
  if (run === null) return `${outcome}: ${client} ${reasons.join(', ')}\n`;
  const why = reasons.length > 0 ? `: ${reasons.join(', ')}` : '';
  return `${outcome}: ${client} ${describe(run)}, ${seconds.toFixed(1)} s${why}\n`;
}

/** @param {import('./runs.js').Run} run */
function describe(run) {
  const { role, fast, magnet } = run;
  const asked = encryptionAsked(run);
  const encryption = asked ? `, encryption ${asked}${isRefused(run) ? ', we have none' : ''}` : '';
  const socket = run.socket ? ', a socket of its own' : '';
  return `${role}, Fast ${fast ? 'on' : 'off'}${magnet ? ', magnet' : ''}${encryption}${socket}`;
}

/** @param {readonly Row[]} rows */
function table(rows) {
  const played = rows.filter(({ run }) => run !== null);
  const grid = played.length > 0 ? [[...COLUMNS], ...played.map(cells)] : [];
  const widths = COLUMNS.map((_, column) => Math.max(...grid.map((line) => line[column].length)));
  const lines = grid.map((line, index) => {
    const outcome = index === 0 ? '' : played[index - 1].outcome === 'passed' ? '  ' : '! ';
    const padded = line.map((cell, column) =>
      NUMERIC.has(COLUMNS[column]) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
    );
    return `${outcome.padEnd(2)}${padded.join('  ')}`.trimEnd();
  });
  for (const { run, outcome, client, reasons } of rows) {
    if (run === null) lines.push(`  ${outcome}: ${client} ${reasons.join(', ')}`);
  }
  return `${lines.join('\n')}\n`;
}

/** @param {readonly Row[]} rows */
function totals(rows) {
  const count = (/** @type {Row['outcome']} */ outcome) =>
    rows.filter((row) => row.outcome === outcome).length;
  return `${count('passed')} passed, ${count('failed')} failed, ${count('skipped')} skipped\n`;
}

module.exports = { describe, progress, table, totals };
