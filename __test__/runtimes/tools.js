'use strict';

// The runtimes, the compilers and what checks packages: packages of a project of their own, installed when
// they are first needed.

const fs = require('node:fs');
const path = require('node:path');
const { isInstalled } = require('../../scripts/setup/installed.js');
const { withLock } = require('../../scripts/setup/lock.js');
const { runNpm } = require('../../scripts/setup/run.js');

const FOLDER = path.join(__dirname, 'tools');
const MODULES = path.join(FOLDER, 'node_modules');
const LOCK = path.join(__dirname, '../../.setup/runtimes-tools-lock');

function ensureTools() {
  if (isInstalled(FOLDER)) return;
  const say = (/** @type {number} */ holder) =>
    process.stderr.write(`set-up: waiting for process ${holder} to finish its set-up\n`);
  withLock(LOCK, say, () => {
    if (isInstalled(FOLDER)) return;
    // The binaries lie in packages of their own, which no script has to fetch.
    runNpm('installing runtimes and compilers', ['ci', '--ignore-scripts'], { cwd: FOLDER });
  });
}

/** @param {string} file a path in the tools' node_modules */
function toolFile(file) {
  return path.join(MODULES, file);
}

/** @param {string} name of a package of the tools @returns {any} its package.json */
function toolManifest(name) {
  return JSON.parse(fs.readFileSync(toolFile(`${name}/package.json`), 'utf8'));
}

/**
 * What npm has chosen for this platform.
 * @param {string} name of a package with a binary in one of its optional dependencies
 * @returns {string | null} that one's folder
 */
function platformPackage(name) {
  const { optionalDependencies } = toolManifest(name);
  const found = Object.keys(optionalDependencies).find((one) => fs.existsSync(toolFile(one)));
  return found === undefined ? null : toolFile(found);
}

module.exports = { ensureTools, platformPackage, toolFile, toolManifest };
