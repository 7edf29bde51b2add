'use strict';

const { spawnSync } = require('node:child_process');

const OUTPUT_LIMIT = 64 * 1024 * 1024; // bytes; cargo can be talkative

/** A set-up step that failed for a reason the user can act on: one line, and a code. */
class SetupError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'SetupError';
    this.code = code;
  }
}

/**
 * Runs one command to its end. Its output goes to stderr, all of it when `verbose`, else only if
 * the command fails.
 * @param {string} task what is being done, for the user
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, verbose?: boolean, label?: string }} options `label` names the command in
 *   messages
 */
function run(task, command, args, { cwd, verbose = false, label = command }) {
  const started = Date.now();
  process.stderr.write(`set-up: ${task} ...\n`);
  const result = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: OUTPUT_LIMIT,
    stdio: verbose ? ['ignore', 2, 2] : ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  if (result.error) {
    throw new SetupError(
      'ERR_SETUP_COMMAND',
      `${task}: cannot run ${label}: ${result.error.message}`,
    );
  }
  if (result.status !== 0) {
    if (!verbose) process.stderr.write(result.stdout + result.stderr);
    const why = result.signal
      ? `was ended by ${result.signal}`
      : `failed with exit code ${result.status}`;
    throw new SetupError('ERR_SETUP_COMMAND', `${task}: ${label} ${why}`);
  }
  process.stderr.write(`set-up: ${task}: done in ${Math.ceil((Date.now() - started) / 1000)} s\n`);
}

/**
 * Runs the npm that started us, or else the one on the path.
 * @param {string} task
 * @param {string[]} args
 * @param {{ cwd: string, verbose?: boolean }} options
 */
function runNpm(task, args, options) {
  const named = { ...options, label: `npm ${args[0]}` };
  const cli = process.env.npm_execpath;
  if (cli && /npm-cli\.c?js$/.test(cli)) run(task, process.execPath, [cli, ...args], named);
  // npm is a batch file on Windows, and those only start through the shell.
  else if (process.platform === 'win32') run(task, 'cmd.exe', ['/d', '/c', 'npm', ...args], named);
  else run(task, 'npm', args, named);
}

/**
 * Whether a program can be started at all.
 * @param {string} command
 */
function isOnPath(command) {
  return !spawnSync(command, ['--version'], { stdio: 'ignore', windowsHide: true }).error;
}

module.exports = { SetupError, isOnPath, run, runNpm };
