'use strict';

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('../setup.js');

/**
 * @param {(name: string) => boolean} isWanted
 * @returns {string[]} those of the repository, committed or about to be, from its root and with `/`
 */
function repositoryFiles(isWanted) {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 });
  return listed
    .split('\0')
    .filter((name) => name !== '' && isWanted(name) && fs.existsSync(path.join(ROOT, name)))
    .sort();
}

/** @param {string} name from the repository's root */
function read(name) {
  return fs.readFileSync(path.join(ROOT, name), 'utf8');
}

/** @param {string} name @returns {any} */
function readJson(name) {
  return JSON.parse(read(name));
}

module.exports = { read, readJson, repositoryFiles };
