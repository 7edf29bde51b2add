'use strict';

// The table in the README.

const fs = require('node:fs');
const path = require('node:path');
const { total } = require('./contents.js');

const README = path.join(__dirname, '../../README.md');
const BEGIN = '<!-- install: begin -->';
const END = '<!-- install: end -->';

/** @typedef {import('./table.js').Result} Result */

const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |\n`;

/** @param {readonly Result[]} results */
function text(results) {
  let all = line(['', '', 'with', 'by']) + line(['---', '---', '---', '---']);
  for (const { manager, how, note = '', used } of results) {
    all += line([`\`${how}\``, note, manager, used.map((word) => `\`${word}\``).join(', ')]);
  }
  for (const { contents } of results) {
    if (contents === undefined) continue;
    const names = contents.map(({ name }) => `\`${name}\``).join(', ');
    const size = (total(contents) / 1e6).toFixed(1);
    all += `\nBy name ${contents.length} packages come, ${size} MB in all: ${names}.\n`;
  }
  return all;
}

/** @param {readonly Result[]} results */
function writeReadme(results) {
  const readme = fs.readFileSync(README, 'utf8');
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`README.md has no lines ${BEGIN} and ${END}`);
  fs.writeFileSync(README, `${before}${BEGIN}\n${text(results)}${END}${after}`);
}

module.exports = { writeReadme };
