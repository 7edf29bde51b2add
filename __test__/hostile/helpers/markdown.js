'use strict';

// The table in the README: how many attacks each implementation survives, and which it does not.

const fs = require('node:fs');
const path = require('node:path');

const README = path.join(__dirname, '../../../README.md');
const BEGIN = '<!-- hostile: begin, written by npm run test:hostile -- --compare -->';
const END = '<!-- hostile: end -->';

const VERDICTS = /** @type {const} */ (['survived', 'crashed', 'swelled', 'stalled']);

/** Of what an implementation cannot be led to speak. */
const NOT_SPOKEN = 'does not speak it';

/** @param {{ verdict: string } | null} result */
const verdictOf = (result) => result?.verdict ?? NOT_SPOKEN;

/** @param {string[]} cells */
const row = (cells) => `| ${cells.join(' | ')} |\n`;

/**
 * @param {any} results the content of results.json
 * @returns {string} two tables, in Markdown
 */
function table({ implementations, attacks }) {
  const names = Object.keys(implementations);
  const titles = names.map((name) => implementations[name]);
  const count = (/** @type {string} */ name, /** @type {string} */ verdict) =>
    attacks.filter((/** @type {any} */ { results }) => verdictOf(results[name]) === verdict).length;
  const felt = attacks.filter((/** @type {any} */ { results }) =>
    names.some((name) => results[name] && results[name].verdict !== 'survived'),
  );
  let text = row([`of ${attacks.length} attacks`, ...titles]);
  text += row(['---', ...names.map(() => '---:')]);
  for (const verdict of [...VERDICTS, NOT_SPOKEN]) {
    const counts = names.map((name) => count(name, verdict));
    // As long as there is one: what is missing is no merit.
    if (verdict !== NOT_SPOKEN || counts.some(Boolean))
      text += row([verdict, ...counts.map(String)]);
  }
  const breaches = attacks.filter((/** @type {any} */ { isBreach }) => isBreach);
  const closed = names.map((name) =>
    String(breaches.filter((/** @type {any} */ { results }) => results[name].closed).length),
  );
  text += row([`closed the connection, of ${breaches.length} that break the protocol`, ...closed]);
  text += `\n<details><summary>The ${felt.length} attacks that one of them does not survive</summary>\n\n`;
  text += row(['attack', ...titles]);
  text += row(['---', ...names.map(() => '---')]);
  for (const { name, results } of felt) {
    text += row([name, ...names.map((one) => verdictOf(results[one]))]);
  }
  return `${text}\n</details>\n`;
}

/** @param {string} text of the README @returns {[before: string, between: string, after: string]} */
function cut(text) {
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin === -1 || end < begin) throw new Error('the README has no place for the table');
  const start = begin + BEGIN.length;
  return [text.slice(0, start), text.slice(start, end), text.slice(end)];
}

/** @param {any} results */
function write(results) {
  const [before, , after] = cut(fs.readFileSync(README, 'utf8'));
  fs.writeFileSync(README, `${before}\n${table(results)}${after}`);
}

/** @returns {string} the table that is in the README now */
function written() {
  return cut(fs.readFileSync(README, 'utf8'))[1].trimStart();
}

module.exports = { NOT_SPOKEN, table, write, written };
