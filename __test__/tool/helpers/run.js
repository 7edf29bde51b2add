'use strict';

const { spawn } = require('node:child_process');
const path = require('node:path');
const { cleanUpAfter } = require('../../e2e/helpers/cleanup.js');

const TOOL = path.join(__dirname, '../../../bin/peer-wire-protocol-native.js');

/**
 * Starts the command.
 * @param {import('node:test').TestContext} t
 * @param {string[]} args
 */
function start(t, args) {
  const child = spawn(process.execPath, [TOOL, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  cleanUpAfter(t, () => {
    child.kill('SIGKILL');
    return ended;
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => {
    stdout += text;
  });
  child.stderr.on('data', (text) => {
    stderr += text;
  });
  child.stdin.on('error', () => {});
  const done = ended.then((code) => ({ code, stdout, stderr }));
  return { child, done, said: () => stdout };
}

/**
 * Runs the command to its end.
 * @param {import('node:test').TestContext} t
 * @param {string[]} args
 * @param {Uint8Array} [input]
 * @returns {Promise<{ code: number, stdout: string, stderr: string }>}
 */
function run(t, args, input) {
  const { child, done } = start(t, args);
  child.stdin.end(input);
  return done;
}

/**
 * @param {string} stdout of `--json`
 * @returns {any[]}
 */
function objects(stdout) {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

module.exports = { TOOL, objects, run, start };
