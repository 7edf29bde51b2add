'use strict';

const { spawnSync } = require('node:child_process');
const { ROOT } = require('../setup.js');

/**
 * @param {string[]} args
 * @param {number} [timeout] milliseconds
 * @returns {any} what npm prints, or null where that is no JSON
 */
function npmJson(args, timeout) {
  // npm is a batch file on Windows, and those only start through the shell.
  const isWindows = process.platform === 'win32';
  const [command, all] = isWindows ? ['cmd.exe', ['/d', '/c', 'npm', ...args]] : ['npm', args];
  const { stdout } = spawnSync(command, [...all, '--json'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout,
    windowsHide: true,
  });
  try {
    return JSON.parse(stdout);
  } catch {
    return null;
  }
}

module.exports = { npmJson };
