'use strict';

// The table in the README: what was negotiated with each client, and whether all came across.

const fs = require('node:fs');
const path = require('node:path');
const { encryptionAsked, isRefused } = require('./encryption.js');

const README = path.join(__dirname, '../../README.md');
const BEGIN = '<!-- interop: begin, written by npm run test:interop -- --readme -->';
const END = '<!-- interop: end -->';

/** @typedef {import('./runs.js').Row} Row */

const line = (/** @type {string[]} */ cells) => `| ${cells.join(' | ')} |\n`;
const yes = (/** @type {boolean | undefined} */ value) => (value ? 'yes' : 'no');

/**
 * @param {import('./runs.js').Run} run
 * @param {false | 'plain' | 'rc4' | undefined} encrypted
 */
function encryptionCell(run, encrypted) {
  const asked = encryptionAsked(run);
  if (asked === null) return 'off';
  const method = encrypted ? { plain: 'plain', rc4: 'RC4' }[encrypted] : 'none';
  return `${method}, ${asked}`;
}

/**
 * @param {readonly Row[]} rows
 */
function table(rows) {
  let text = line([
    '',
    'direction',
    'our socket',
    'dialled by',
    'Fast',
    'version 2',
    'encryption',
    'SHA-1 of the files',
    'MiB/s',
  ]);
  text += line([...Array(8).fill('---'), '---:']);
  for (const { client, version, run, result } of rows) {
    if (run === null || isRefused(run)) continue;
    const from = run.magnet ? 'from the info hash alone' : '';
    const direction = `${run.role === 'seeds' ? 'to us' : 'from us'} ${from}`.trim();
    const fast = run.fast ? yes(result.hasFast) : 'not asked for';
    const sum = result.sha1 ? 'right' : 'wrong';
    const speed = result.speed?.toFixed(0) ?? '';
    const name = `${client} ${version}`;
    const by = result.dialledBy ?? '';
    const socket = run.socket ? 'its own' : 'piped';
    const encryption = encryptionCell(run, result.encrypted);
    text += line([name, direction, socket, by, fast, yes(result.hasV2), encryption, sum, speed]);
  }
  return text;
}

/** @param {readonly Row[]} rows */
function writeReadme(rows) {
  const readme = fs.readFileSync(README, 'utf8');
  const [before, rest] = readme.split(BEGIN);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`README.md has no lines ${BEGIN} and ${END}`);
  fs.writeFileSync(README, `${before}${BEGIN}\n${table(rows)}${END}${after}`);
}

module.exports = { writeReadme };
