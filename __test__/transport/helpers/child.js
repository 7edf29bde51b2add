'use strict';

const { spawn } = require('node:child_process');
const path = require('node:path');

const ROOT = path.join(__dirname, '../../..');

/** Milliseconds a program may take. */
const LIMIT = 20_000;

/** What every program has at hand. */
const PRELUDE = `
'use strict';
const net = require('node:net');
const { Worker, isMainThread, parentPort } = require('node:worker_threads');
const native = require(${JSON.stringify(path.join(ROOT, 'lib/addon.js'))});
const pwp = require(${JSON.stringify(path.join(ROOT, 'index.js'))});
const HOST = '127.0.0.1';
const HASH = Buffer.alloc(20, 1);
const say = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
`;

/**
 * Runs a program in a process of its own.
 * @param {import('node:test').TestContext} t
 * @param {string} program
 * @param {object} [how]
 * @param {string[]} [how.flags]
 * @param {Record<string, string>} [how.env]
 * @param {boolean} [how.bare] without what every program has
 * @param {number} [how.descriptors] most file descriptors of it; of Unix
 * @returns {Promise<{ code: number | null, signal: string | null, said: any[], complaint: string }>}
 *   what it has said, one value a line, and how it ended
 */
async function run(t, program, { flags = [], env = {}, bare = false, descriptors } = {}) {
  const text = bare ? program : PRELUDE + program;
  const command = [process.execPath, ...flags, '-e', text];
  const [file, ...args] =
    descriptors === undefined
      ? command
      : ['sh', '-c', `ulimit -n ${descriptors}; exec "$@"`, 'sh', ...command];
  const child = spawn(file, args, {
    stdio: 'pipe',
    env: { ...process.env, ...env },
  });
  t.after(() => child.kill('SIGKILL'));
  const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT);
  let out = '';
  let complaint = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complaint += chunk;
  });
  const [code, signal] = await new Promise((resolve) => {
    child.on('close', (...how) => resolve(how));
  });
  clearTimeout(timer);
  const said = out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return { code, signal, said, complaint };
}

module.exports = { PRELUDE, run };
