'use strict';

// What has to be true of an installed package, as a program that uses it tells it.

const path = require('node:path');
const { platform } = require('../../lib/platform.js');
const { Failure } = require('./command.js');
const { expected } = require('./programs/exchange.cjs');

const NAME = 'peer-wire-protocol-native';
const PLATFORM_PACKAGE = `${NAME}-${platform()}`;

/** @typedef {import('./project.js').Project} Project */

/**
 * @param {string} said
 * @param {Record<string, unknown>} found
 * @param {Record<string, unknown>} wanted
 */
function expectFound(said, found, wanted) {
  for (const [key, value] of Object.entries(wanted)) {
    if (JSON.stringify(found[key]) === JSON.stringify(value)) continue;
    const actual = JSON.stringify(found[key]);
    throw new Failure(`${key} is ${actual}, not ${JSON.stringify(value)}`, said);
  }
}

/**
 * One addon, and it is that of the platform's package in this project.
 * @param {Project} project
 * @param {string[]} addon
 * @param {string} said
 */
function expectAddon(project, addon, said) {
  const isRight =
    addon.length === 1 &&
    addon[0].startsWith(project.folder + path.sep) &&
    path.basename(path.dirname(addon[0])) === PLATFORM_PACKAGE;
  if (isRight) return;
  throw new Failure(`the addon is ${addon}, not that of ${PLATFORM_PACKAGE}`, said);
}

/**
 * @param {Project} project
 * @param {string} entry
 * @param {string} said
 */
function expectInside(project, entry, said) {
  if (entry.startsWith(project.folder + path.sep)) return;
  throw new Failure(`what is loaded lies outside of the project: ${entry}`, said);
}

/**
 * The same where the addon was built on the spot, into the package itself.
 * @param {Project} project
 * @param {string} version
 */
async function expectBuilt(project, version) {
  project.addPrograms(NAME, ['exchange.cjs', 'use.cjs', 'use.mjs']);
  const lib = path.join(project.folder, 'node_modules', NAME, 'lib');
  for (const program of ['use.cjs', 'use.mjs']) {
    const { found, said } = await project.ask([process.execPath, program]);
    expectFound(said, found, { name: NAME, version, ...expected });
    expectInside(project, found.entry, said);
    const isBuilt = found.addon.length === 1 && path.dirname(found.addon[0]) === lib;
    if (!isBuilt) throw new Failure(`the addon is ${found.addon}, not in ${lib}`, said);
  }
  return ['require', 'import'];
}

/**
 * Uses the package from CommonJS and from a module.
 * @param {Project} project
 * @param {object} options
 * @param {string} options.version
 * @param {string} [options.specifier] the name that the project has it by
 * @param {readonly string[]} [options.node] how Node is started there
 * @returns {Promise<string[]>} what was used
 */
async function expectUsable(project, { version, specifier = NAME, node = [process.execPath] }) {
  project.addPrograms(specifier, ['exchange.cjs', 'use.cjs', 'use.mjs']);
  for (const program of ['use.cjs', 'use.mjs']) {
    const { found, said } = await project.ask([...node, program]);
    expectFound(said, found, { name: NAME, version, ...expected });
    expectInside(project, found.entry, said);
    expectAddon(project, found.addon, said);
  }
  return ['require', 'import'];
}

module.exports = {
  NAME,
  PLATFORM_PACKAGE,
  expectAddon,
  expectBuilt,
  expectFound,
  expectInside,
  expectUsable,
};
