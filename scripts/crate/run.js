'use strict';

const { spawnSync } = require('node:child_process');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..', '..');
const OUTPUT_LIMIT = 64 * 1024 * 1024; // bytes; cargo can be talkative

/** The crate is not as it should be: what is wrong, in lines to be read. */
class Wrong extends Error {}

/** Something to check with is not here: what. */
class LeftOut extends Error {}

/** @typedef {{ cwd?: string, env?: Record<string, string> }} RunOptions */

/**
 * Runs a command to its end, whatever that is.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
function tryRun(command, args, { cwd = ROOT, env = {} } = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CARGO_TERM_COLOR: 'never', ...env },
    maxBuffer: OUTPUT_LIMIT,
    windowsHide: true,
  });
  return { isDone: status === 0, stdout: stdout ?? '', stderr: stderr ?? '' };
}

/**
 * Runs a command that has to go well, and gives what it says.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions} [options]
 */
function run(command, args, options) {
  const result = tryRun(command, args, options);
  if (!result.isDone) {
    throw new Wrong(`$ ${command} ${args.join(' ')}\n${result.stdout}${result.stderr}`.trimEnd());
  }
  return result;
}

/** @param {string[]} args @param {RunOptions} [options] */
function cargo(args, options) {
  return run('cargo', args, options);
}

module.exports = { LeftOut, ROOT, Wrong, cargo, run, tryRun };
