'use strict';

// The terminal that a recording is played to: a package of a project of its own, installed when it is
// first needed.

const path = require('node:path');
const { isInstalled } = require('../setup/installed.js');
const { withLock } = require('../setup/lock.js');
const { runNpm } = require('../setup/run.js');

const FOLDER = path.join(__dirname, 'tools');
const LOCK = path.join(__dirname, '../../.setup/recording-tools-lock');

/** @returns {{ Terminal: any }} @xterm/headless */
function loadTerminal() {
  const say = (/** @type {number} */ holder) =>
    process.stderr.write(`set-up: waiting for process ${holder} to finish its set-up\n`);
  if (!isInstalled(FOLDER)) {
    withLock(LOCK, say, () => {
      if (isInstalled(FOLDER)) return;
      runNpm('installing a terminal', ['ci', '--ignore-scripts'], { cwd: FOLDER });
    });
  }
  return require(path.join(FOLDER, 'node_modules/@xterm/headless'));
}

module.exports = { loadTerminal };
