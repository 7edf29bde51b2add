'use strict';

const fs = require('node:fs');
const path = require('node:path');

const POLL_MS = 200;

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} file */
function readHolder(file) {
  try {
    return Number(fs.readFileSync(file, 'utf8'));
  } catch {
    return 0;
  }
}

/**
 * Runs `work` while no other process does: test files start side by side, and two `npm ci` in one
 * folder break each other. A lock left behind by a dead process is taken over.
 * @template T
 * @param {string} file
 * @param {(holder: number) => void} onWait called once if somebody else holds the lock
 * @param {() => T} work
 * @returns {T}
 */
function withLock(file, onWait, work) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const mine = `${file}.${process.pid}`;
  fs.writeFileSync(mine, String(process.pid));
  let waited = false;
  try {
    // A hard link appears with its content, so no reader ever sees an empty lock.
    while (!link(mine, file)) {
      const holder = readHolder(file);
      if (holder !== 0 && !isAlive(holder)) {
        fs.rmSync(file, { force: true });
        continue;
      }
      if (!waited && holder !== 0) onWait(holder);
      waited ||= holder !== 0;
      sleep(POLL_MS);
    }
  } finally {
    fs.rmSync(mine, { force: true });
  }
  try {
    return work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

/**
 * @param {string} from
 * @param {string} to
 */
function link(from, to) {
  try {
    fs.linkSync(from, to);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {number} ms */
function sleep(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

module.exports = { withLock };
