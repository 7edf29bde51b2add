'use strict';

const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const path = require('node:path');
const readline = require('node:readline');
const { cleanUpAfter } = require('./cleanup.js');

const SCRIPT = path.join(__dirname, 'libtorrent_peer.py');
const CANDIDATES = ['/usr/bin/python3', 'python3']; // Debian's own first: its packages are for it

/** @type {ReturnType<typeof findLibtorrent> | undefined} */
let found;

/**
 * A Python that has libtorrent, or why there is none.
 * @returns {{ python: string, version: string } | { reason: string }}
 */
function findLibtorrent() {
  for (const python of CANDIDATES) {
    const code = 'import libtorrent; print(libtorrent.__version__)';
    const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
    if (status === 0) return { python, version: stdout.trim() };
  }
  return { reason: 'libtorrent is missing (Debian: apt-get install python3-libtorrent)' };
}

/**
 * Skips where libtorrent is missing, except on CI, where nothing may be missing.
 * @param {import('node:test').TestContext} t
 */
function pythonFor(t) {
  found ??= findLibtorrent();
  if ('python' in found) {
    t.diagnostic(`libtorrent ${found.version}`);
    return found.python;
  }
  if (process.env.CI === 'true') assert.fail(found.reason);
  t.skip(found.reason);
  return null;
}

/**
 * Starts libtorrent in a process of its own and collects what it tells.
 * @param {import('node:test').TestContext} t
 * @param {string} python
 * @param {object} options
 * @param {'seed' | 'leech'} options.role
 * @param {string} options.torrent
 * @param {string} options.folder
 * @param {boolean} [options.encrypted] whether nothing but RC4 is spoken; else, it speaks in the clear
 * @param {number} [options.peer]
 */
async function startLibtorrent(t, python, options) {
  const child = spawn(python, [SCRIPT, JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  cleanUpAfter(t, async () => {
    child.stdin.end();
    await closed;
  });
  /** @type {Record<string, any>} everything told so far */
  const told = {};
  /** @type {Set<() => void>} */
  const waiting = new Set();
  const wake = () => {
    for (const check of [...waiting]) check();
  };
  readline.createInterface({ input: child.stdout }).on('line', (line) => {
    Object.assign(told, JSON.parse(line));
    wake();
  });
  child.once('close', (code) => {
    told.error ??= `libtorrent ended with exit code ${code}`;
    wake();
  });
  /**
   * @param {string} field
   * @returns {Promise<any>}
   */
  const when = (field) =>
    new Promise((resolve, reject) => {
      const check = () => {
        if (!(field in told) && !('error' in told)) return;
        waiting.delete(check);
        if (field in told) resolve(told[field]);
        else reject(new Error(told.error));
      };
      waiting.add(check);
      check();
    });
  return { port: await when('port'), told, when };
}

module.exports = { pythonFor, startLibtorrent };
