'use strict';

// The tests of the wire and of its equality with the original, by the runtime's own test runner: it reads
// node:test, and reports in JUnit's way.

const fs = require('node:fs');
const path = require('node:path');
const { runIn } = require('./process.js');

/** @typedef {import('./runtimes.js').Runtime} Runtime */
/** @typedef {import('./programs.js').Check} Check */

const TESTS = path.join(__dirname, '..');
const FOLDERS = ['wire', 'compat'];

/** Milliseconds a file may take, on a busy machine. */
const LIMIT = 240_000;

const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** @param {string} escaped text of an XML attribute */
function unescaped(escaped) {
  return escaped.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (_, decimal, hex, name) => {
    if (name) return NAMED[/** @type {keyof typeof NAMED} */ (name)];
    return String.fromCodePoint(decimal ? Number(decimal) : Number.parseInt(hex, 16));
  });
}

/** @param {string} attributes of a tag @param {string} name */
function attribute(attributes, name) {
  const [, value = ''] = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes) ?? [];
  return unescaped(value);
}

/**
 * @param {string} report as JUnit writes it
 * @param {string} file whose it is
 * @returns {Check[]}
 */
function readReport(report, file) {
  const cases = /<testcase\b([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g;
  return [...report.matchAll(cases)].map(([, attributes, body = '']) => {
    const [, failure = null] = /<(?:failure|error)\b([^>]*)/.exec(body) ?? [];
    const wrong = failure === null ? null : attribute(failure, 'message').split('\n')[0] || 'fails';
    return { check: `${file}: ${attribute(attributes, 'name')}`, wrong };
  });
}

/**
 * @param {Runtime} runtime
 * @param {string} folder for what is written meanwhile
 * @returns {Promise<Check[]>}
 */
async function playSuites(runtime, folder) {
  const checks = [];
  for (const name of FOLDERS) {
    const files = fs
      .readdirSync(path.join(TESTS, name))
      .filter((file) => file.endsWith('.test.js'));
    for (const file of files.sort()) {
      const short = `${name}/${file.replace('.test.js', '')}`;
      const report = path.join(folder, 'report.xml');
      fs.rmSync(report, { force: true });
      const args = runtime.test(path.join(TESTS, name, file), report);
      const how = { cwd: path.join(TESTS, '..'), limit: LIMIT, cache: path.join(folder, 'cache') };
      const { ended } = await runIn(runtime, args, how);
      const found = fs.existsSync(report) ? readReport(fs.readFileSync(report, 'utf8'), short) : [];
      checks.push(...found);
      // What no test of it says.
      if (found.length === 0) checks.push({ check: short, wrong: `ended with ${ended}` });
      else if (ended !== 0 && found.every(({ wrong }) => wrong === null)) {
        checks.push({ check: `${short}: the end`, wrong: `ended with ${ended}` });
      }
    }
  }
  return checks;
}

module.exports = { playSuites };
