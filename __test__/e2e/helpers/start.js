'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { cleanUpAfter } = require('./cleanup.js');
const { folderFor } = require('./prepare.js');

const SCRIPT = path.resolve(__dirname, '..', '..', '..', 'scripts', 'start.js');
const POLL_MS = 50;

/**
 * Runs scripts/start.js with a temporary folder of its own, so that one can see what is left there.
 * @param {import('node:test').TestContext} t
 * @param {string[]} args
 */
function runStart(t, args) {
  const folder = folderFor(t);
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    output.stderr += text;
  });
  /** @type {Promise<{ code: number | null, signal: string | null }>} */
  const closed = new Promise((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  cleanUpAfter(t, async () => {
    child.kill('SIGKILL');
    await closed;
  });
  return {
    child,
    output,
    closed,
    /** What the run has in its temporary folder. */
    leftovers: () => fs.readdirSync(folder),
    /** @param {() => unknown} condition */
    until: async (condition) => {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    },
  };
}

module.exports = { runStart };
