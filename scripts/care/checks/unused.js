'use strict';

// Files that nothing starts or requires, dependencies that are not used or not listed, exports that
// nobody takes.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { ROOT } = require('../../setup.js');
const { read, repositoryFiles } = require('../files.js');
const { tool } = require('../tools.js');

const CONFIG = path.join(__dirname, '../knip.config.js');
const SOURCE = /\.(c|m)?(j|t)s$/;
/** What knip calls its findings, and what they are. An export is looked at once more. */
const KINDS = /** @type {Record<string, string>} */ ({
  files: 'nobody uses this file',
  dependencies: 'is not used',
  devDependencies: 'is not used',
  unlisted: 'is used, and not in package.json',
  binaries: 'is run, and not in package.json',
  unresolved: 'is not there',
  duplicates: 'is exported twice',
  exports: 'is exported, and nobody takes it',
});

/**
 * Knip loses sight of a CommonJS module's exports where they are taken from a variable: an export counts
 * as used where a file that names its module has its name too.
 * @param {string} file
 * @param {string} name
 * @param {Map<string, string>} sources
 */
function isTaken(file, name, sources) {
  const { base, dir, name: own } = path.parse(file);
  // `require` of a folder is one of its index.js.
  const stem = own === 'index' ? path.basename(dir) : own;
  const module = new RegExp(`\\b(${base}|${stem})['"]`);
  const word = new RegExp(`\\b${name}\\b`);
  for (const [other, text] of sources) {
    if (other !== file && module.test(text) && word.test(text)) return true;
  }
  return false;
}

function check() {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [tool('knip'), '--config', CONFIG, '--reporter', 'json', '--no-progress', '--no-config-hints'],
    { cwd: ROOT, encoding: 'utf8', windowsHide: true },
  );
  if (!stdout.trim()) return { ok: false, what: 'knip failed', details: [stderr.trim()] };
  const sources = new Map(
    repositoryFiles((name) => SOURCE.test(name)).map((name) => [name, read(name)]),
  );
  const details = [];
  for (const { file, ...findings } of JSON.parse(stdout).issues) {
    for (const [kind, what] of Object.entries(KINDS)) {
      for (const found of (findings[kind] ?? []).flat()) {
        if (kind === 'exports' && isTaken(file, found.name, sources)) continue;
        details.push(kind === 'files' ? `${file}: ${what}` : `${file}: ${found.name} ${what}`);
      }
    }
  }
  const what = `${details.length} findings in ${sources.size} sources`;
  return { ok: details.length === 0, what, details };
}

module.exports = { check };
