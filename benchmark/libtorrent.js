'use strict';

const { spawnSync } = require('node:child_process');

const CANDIDATES = ['/usr/bin/python3', 'python3']; // Debian's own first: its packages are for it

/** @type {string | null | undefined} */
let found;

/** @returns {string | null} a Python that has libtorrent */
function findPython() {
  if (found === undefined) {
    const has = (/** @type {string} */ python) =>
      spawnSync(python, ['-c', 'import libtorrent']).status === 0;
    found = CANDIDATES.find(has) ?? null;
  }
  return found;
}

/** @returns {string | null} why nothing can be got from libtorrent */
function missing() {
  if (findPython()) return null;
  return 'libtorrent is missing (Debian: apt-get install python3-libtorrent)';
}

module.exports = { findPython, missing };
