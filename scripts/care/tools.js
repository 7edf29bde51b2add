'use strict';

// The tools that only these scripts need, installed at their first use: see tools/package.json.

const path = require('node:path');
const { ROOT } = require('../setup.js');
const { isInstalled } = require('../setup/installed.js');
const { withLock } = require('../setup/lock.js');
const { runNpm } = require('../setup/run.js');

const TOOLS = path.join(__dirname, 'tools');

function ensureTools() {
  if (isInstalled(TOOLS)) return;
  withLock(
    path.join(ROOT, '.setup', 'lock'),
    (holder) => process.stderr.write(`care: waiting for process ${holder} to finish its set-up\n`),
    () => {
      if (isInstalled(TOOLS)) return;
      runNpm('installing what looks after the repository', ['ci', '--ignore-scripts'], {
        cwd: TOOLS,
      });
    },
  );
}

/**
 * @param {string} name of a package in tools/
 * @param {string} [program] of those it has, where its name is not the package's
 * @returns {string} the script that it is
 */
function tool(name, program = name) {
  ensureTools();
  const folder = path.join(TOOLS, 'node_modules', name);
  const { bin } = require(path.join(folder, 'package.json'));
  return path.join(folder, typeof bin === 'string' ? bin : bin[program]);
}

/**
 * @param {string} name of a package in tools/
 * @returns {any}
 */
function library(name) {
  ensureTools();
  return require(require.resolve(name, { paths: [TOOLS] }));
}

module.exports = { library, tool };
