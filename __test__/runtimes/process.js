'use strict';

// A process of a runtime, with an end.

const { spawn } = require('node:child_process');
const { text } = require('node:stream/consumers');

/** @typedef {import('./runtimes.js').Runtime} Runtime */

/**
 * @param {Runtime} runtime
 * @param {string[]} args
 * @param {{ cwd: string, limit: number, cache: string }} how limit: milliseconds it may take; cache: a folder
 *   for what a runtime likes to keep
 * @returns {Promise<{ ended: number | string, output: string, complaint: string }>} ended: its exit code, the
 *   signal that ended it, or `'never'`
 */
async function runIn({ file }, args, { cwd, limit, cache }) {
  // A test runner tells those it starts that they are its own.
  const { NODE_TEST_CONTEXT: _, ...own } = process.env;
  const env = { ...own, DENO_DIR: cache, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };
  const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, limit);
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(isLate ? 'never' : (signal ?? code)));
  });
  const [output, complaint] = await Promise.all([text(child.stdout), text(child.stderr)]);
  clearTimeout(timer);
  return { ended: await ended, output, complaint };
}

module.exports = { runIn };
