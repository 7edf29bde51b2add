'use strict';

// What npm is needed for: to make the archives, and to send them.

const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { PublishError } = require('./error.js');

/** @typedef {import('./packages.js').Package} Package */
/** @typedef {Package & { archive: string, size: number, integrity: string }} Packed */

/** @param {string[]} args @returns {string} what it prints */
function npm(args) {
  const cli = process.env.npm_execpath;
  const isWindows = process.platform === 'win32';
  let [command, all] = ['npm', args];
  if (cli && /npm-cli\.c?js$/.test(cli)) [command, all] = [process.execPath, [cli, ...args]];
  // npm is a batch file on Windows, and those only start through the shell.
  else if (isWindows) [command, all] = ['cmd.exe', ['/d', '/c', 'npm', ...args]];
  const { error, status, stdout, stderr } = spawnSync(command, all, { encoding: 'utf8' });
  if (error !== undefined) throw new PublishError(`cannot run npm: ${error.message}`);
  if (status !== 0) {
    throw new PublishError(`npm ${args.join(' ')}: exit code ${status}\n${stdout}${stderr}`);
  }
  return stdout;
}

/** @param {string} key */
function npmConfig(key) {
  return npm(['config', 'get', key]).trim();
}

/** @param {Buffer} bytes @returns {string} as registries write it */
function integrityOf(bytes) {
  return `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
}

/**
 * The archives, in a temporary folder. What is sent later is what was measured here.
 * @param {Package[]} packages
 */
function packAll(packages) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'publish-'));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  try {
    const folders = packages.map((one) => one.folder);
    npm(['pack', ...folders, '--ignore-scripts', '--pack-destination', folder]);
    const packed = packages.map((one) => {
      const archive = path.join(folder, `${one.name}-${one.version}.tgz`);
      const bytes = fs.readFileSync(archive);
      return { ...one, archive, size: bytes.length, integrity: integrityOf(bytes) };
    });
    return { packages: packed, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * @param {Packed} packed
 * @param {{ registry: string, provenance: boolean }} options
 */
function send({ archive, version }, { registry, provenance }) {
  // What is before a release must not be what `npm install` gets.
  const tag = version.includes('-') ? 'next' : 'latest';
  const args = ['publish', archive, '--registry', registry, '--access', 'public', '--tag', tag];
  npm([...args, '--ignore-scripts', provenance ? '--provenance' : '--no-provenance']);
}

module.exports = { integrityOf, npmConfig, packAll, send };
