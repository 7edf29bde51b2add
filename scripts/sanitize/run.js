'use strict';

const { spawnSync } = require('node:child_process');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '../..');
const TARGET = path.join(ROOT, 'target');

/** Something that the sanitizers need is not there. */
class Missing extends Error {}

/** @typedef {Record<string, string>} Environment */

/**
 * Runs a command in the open.
 * @param {string} command
 * @param {string[]} args
 * @param {Environment} [env] beside this process's own
 * @returns {boolean} whether it succeeded
 */
function run(command, args, env = {}) {
  const settings = Object.entries(env).map(([name, value]) => `${name}=${value} `);
  process.stdout.write(`\n$ ${settings.join('')}${[command, ...args].join(' ')}\n`);
  const options = { cwd: ROOT, stdio: /** @type {const} */ ('inherit') };
  const { status, error } = spawnSync(command, args, {
    ...options,
    env: { ...process.env, ...env },
  });
  if (error) throw error;
  return status === 0;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {string | null} what it prints, or nothing where it is missing or fails
 */
function ask(command, args) {
  const { status, stdout } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {Environment} [env]
 */
function must(command, args, env) {
  if (!run(command, args, env)) throw new Error(`${command} failed`);
}

module.exports = { Missing, ROOT, TARGET, ask, must, run };
