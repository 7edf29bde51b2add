'use strict';

// How each package manager is started, and what it needs to be told of once.

const { spawnSync } = require('node:child_process');
const { toolFile, toolVersion } = require('./tools.js');

/**
 * @typedef {object} Manager
 * @property {string} name
 * @property {string[]} command
 * @property {() => string} version
 */

function npmCommand() {
  const cli = process.env.npm_execpath;
  if (cli && /npm-cli\.c?js$/.test(cli)) return [process.execPath, cli];
  return process.platform === 'win32' ? ['cmd.exe', '/d', '/c', 'npm'] : ['npm'];
}

/** @type {Manager} */
const npm = {
  name: 'npm',
  command: npmCommand(),
  version() {
    const [command, ...args] = npmCommand();
    return spawnSync(command, [...args, '--version'], { encoding: 'utf8' }).stdout.trim();
  },
};

/**
 * @param {string} name
 * @param {string} tool its package
 * @param {string} file that Node runs
 * @returns {Manager}
 */
function ofTools(name, tool, file) {
  return {
    name,
    command: [process.execPath, toolFile(`${tool}/${file}`)],
    version: () => toolVersion(tool),
  };
}

const pnpm = ofTools('pnpm', 'pnpm', 'bin/pnpm.mjs');
const pnpm10 = ofTools('pnpm', 'pnpm-10', 'bin/pnpm.cjs');
const yarn = ofTools('yarn', 'yarn', 'bin/yarn.js');
const berry = ofTools('yarn', '@yarnpkg/cli-dist', 'bin/yarn.js');

/** No package manager: what is said of these is said of it. */
const esbuild = ofTools('esbuild', 'esbuild', 'bin/esbuild');

module.exports = { berry, esbuild, npm, pnpm, pnpm10, yarn };
