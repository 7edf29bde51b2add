'use strict';

// Commands as a person would give them, and what is said when one fails.

const { spawn } = require('node:child_process');

const TIMEOUT_MS = 10 * 60_000; // a git dependency builds the addon

/** @typedef {{ code: number | string, stdout: string, stderr: string }} Outcome */

/** A command, or what a program found, is not as it should be. */
class Failure extends Error {
  /**
   * @param {string} message
   * @param {string} [details] the command and all it said
   */
  constructor(message, details = '') {
    super(message);
    this.name = 'Failure';
    this.details = details;
  }
}

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * @param {readonly string[]} command with its arguments
 * @param {{ cwd: string, env: NodeJS.ProcessEnv }} options
 * @returns {Promise<Outcome>}
 */
function run([command, ...args], { cwd, env }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    });
    running.add(child);
    const said = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said.stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said.stderr += text;
    });
    const end = (/** @type {number | string} */ code) => {
      running.delete(child);
      resolve({ code, ...said });
    };
    child.once('error', (error) => end(error.message));
    child.once('close', (code, signal) => end(code ?? signal ?? 'no code'));
  });
}

/**
 * @param {readonly string[]} command
 * @param {string} cwd
 * @param {Outcome} outcome
 */
function transcript(command, cwd, { code, stdout, stderr }) {
  const shown = command.map((word) => (/[^\w@%+=:,./-]/.test(word) ? JSON.stringify(word) : word));
  return `in ${cwd}\n$ ${shown.join(' ')}\n${stdout}${stderr}(exit code ${code})`;
}

/**
 * @param {string} what is the matter where they are not the same
 * @param {unknown} actual
 * @param {unknown} expected
 */
function expectEqual(what, actual, expected) {
  if (actual === expected) return;
  throw new Failure(`${what}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`);
}

module.exports = { Failure, expectEqual, run, transcript };
