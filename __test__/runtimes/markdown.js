'use strict';

// The table in the README: what runs where.

const fs = require('node:fs');
const path = require('node:path');
const { grid, notes } = require('./table.js');

const README = path.join(__dirname, '../../README.md');
const BEGIN = '<!-- runtimes: begin, written by node __test__/runtimes/run.js --readme -->';
const END = '<!-- runtimes: end -->';

/** @typedef {import('./judging.js').Cell} Cell */

const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |\n`;

/** @param {readonly Cell[]} cells */
function text(cells) {
  const [head, ...rows] = grid(cells);
  const table = [head, head.map(() => '---'), ...rows].map(line).join('');
  const reasons = notes(cells).map((note, index) => `${index + 1}. ${note}\n`);
  return reasons.length > 0 ? `${table}\n${reasons.join('')}` : table;
}

/** @param {readonly Cell[]} cells */
function writeReadme(cells) {
  const readme = fs.readFileSync(README, 'utf8');
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`README.md has no lines ${BEGIN} and ${END}`);
  fs.writeFileSync(README, `${before}${BEGIN}\n${text(cells)}${END}${after}`);
}

module.exports = { writeReadme };
