'use strict';

// The registry, the package managers and the bundler: packages of a project of their own, installed when they
// are first needed.

const fs = require('node:fs');
const path = require('node:path');
const { isInstalled } = require('../../scripts/setup/installed.js');
const { withLock } = require('../../scripts/setup/lock.js');
const { runNpm } = require('../../scripts/setup/run.js');

const FOLDER = path.join(__dirname, 'tools');
const LOCK = path.join(__dirname, '../../.setup/install-tools-lock');

function ensureTools() {
  if (isInstalled(FOLDER)) return;
  const say = (/** @type {number} */ holder) =>
    process.stderr.write(`set-up: waiting for process ${holder} to finish its set-up\n`);
  withLock(LOCK, say, () => {
    if (isInstalled(FOLDER)) return;
    runNpm('installing a registry and package managers', ['ci', '--ignore-scripts'], {
      cwd: FOLDER,
    });
  });
}

/**
 * @param {string} name of a package of the tools
 * @returns {string} its version
 */
function toolVersion(name) {
  const file = path.join(FOLDER, 'node_modules', name, 'package.json');
  return JSON.parse(fs.readFileSync(file, 'utf8')).version;
}

/** @param {string} file a path in the tools' node_modules */
function toolFile(file) {
  return path.join(FOLDER, 'node_modules', file);
}

module.exports = { ensureTools, toolFile, toolVersion };
