'use strict';

// Where the addon is not as it should be: what is said then, and the way out.

const fs = require('node:fs');
const path = require('node:path');
const { platform } = require('../../../lib/platform.js');
const { NAME, PLATFORM_PACKAGE, expectFound, expectUsable } = require('../checks.js');
const { Failure } = require('../command.js');
const { npm } = require('../managers.js');
const { expected } = require('../programs/exchange.cjs');

/** @typedef {import('./index.js').Row} Row */
/** @typedef {import('../project.js').Project} Project */

const FROM_SOURCE = `build it from source, with Rust (https://rustup.rs): npx ${NAME} build`;

/** @param {string} version */
const missing = (version) =>
  `the package ${PLATFORM_PACKAGE} ${version}, the addon for this platform, is not installed. It is an optional ` +
  'dependency, which --omit=optional leaves out, and npm too where a lock file or node_modules come from ' +
  'another platform (https://github.com/npm/cli/issues/4828): remove node_modules and package-lock.json, ' +
  `then install again. Or ${FROM_SOURCE}`;

/** @param {string} version @param {string} found */
const mismatch = (version, found) =>
  `the addon is of version ${found} and ${NAME} of ${version}, where they have to be the same: ` +
  'remove node_modules and the lock file, then install again';

/**
 * The program ends with this error, as Node prints it.
 * @param {Project} project
 * @param {{ code: string, message: string, extra?: NodeJS.ProcessEnv }} expected
 */
async function expectRefused(project, { code, message, extra }) {
  project.addPrograms(NAME, ['exchange.cjs', 'use.cjs', 'use.mjs']);
  for (const program of ['use.cjs', 'use.mjs']) {
    const outcome = await project.try([process.execPath, program], extra);
    const isRight =
      outcome.code === 1 &&
      outcome.stderr.includes(`Error: ${message}\n`) &&
      outcome.stderr.includes(`code: '${code}'`);
    if (isRight) continue;
    throw new Failure(`not exit code 1, ${code} and the message\n${message}`, outcome.said);
  }
  return ['require', 'import'];
}

/** @type {Row[]} */
const rows = [
  {
    name: 'npm without optional',
    manager: npm,
    how: `npm install --omit=optional ${NAME}`,
    note: 'throws `ERR_PWP_ADDON_MISSING`',
    async play({ project, version }) {
      const place = project();
      await place.with(npm, 'install', '--omit=optional', NAME);
      const message = missing(version);
      return { used: await expectRefused(place, { code: 'ERR_PWP_ADDON_MISSING', message }) };
    },
  },
  {
    name: 'npm moved',
    manager: npm,
    how: `npm install ${NAME}`,
    note: '`node_modules` from another platform throws `ERR_PWP_ADDON_MISSING`, whose cure cures',
    async play({ project, version }) {
      const place = project();
      await place.with(npm, 'install', '--os=darwin', '--cpu=arm64', NAME);
      const message = missing(version);
      await expectRefused(place, { code: 'ERR_PWP_ADDON_MISSING', message });
      place.remove('node_modules');
      place.remove('package-lock.json');
      await place.with(npm, 'install');
      return { used: await expectUsable(place, { version }) };
    },
  },
  {
    name: 'npm mismatched',
    manager: npm,
    how: `npm install ${NAME}`,
    note: 'an addon of another version: throws `ERR_PWP_ADDON_VERSION`',
    async play({ project, version, mismatched }) {
      const place = project();
      await place.with(npm, 'install', `${NAME}@${mismatched}`);
      const message = mismatch(mismatched, version);
      return { used: await expectRefused(place, { code: 'ERR_PWP_ADDON_VERSION', message }) };
    },
  },
  {
    name: 'npm named addon',
    manager: npm,
    how: `npm install --omit=optional ${NAME}`,
    note: '`PEER_WIRE_PROTOCOL_ADDON` names an addon',
    async play({ project, version, packages }) {
      const place = project();
      await place.with(npm, 'install', '--omit=optional', NAME);
      const built = path.join(packages, PLATFORM_PACKAGE, `peer-wire-protocol.${platform()}.node`);
      const addon = path.join(place.folder, 'elsewhere.node');
      fs.copyFileSync(built, addon);
      place.addPrograms(NAME, ['exchange.cjs', 'use.cjs', 'use.mjs']);
      const extra = { PEER_WIRE_PROTOCOL_ADDON: addon };
      for (const program of ['use.cjs', 'use.mjs']) {
        const { found, said } = await place.ask([process.execPath, program], extra);
        expectFound(said, found, { name: NAME, version, addon: [addon], ...expected });
      }
      return { used: ['require', 'import'] };
    },
  },
  {
    name: 'npm named addon missing',
    manager: npm,
    how: `npm install ${NAME}`,
    note: '`PEER_WIRE_PROTOCOL_ADDON` names no file: throws `ERR_PWP_ADDON_UNUSABLE`',
    async play({ project }) {
      const place = project();
      await place.with(npm, 'install', NAME);
      place.addPrograms(NAME, ['exchange.cjs', 'use.cjs']);
      const addon = path.join(place.folder, 'nowhere.node');
      const extra = { PEER_WIRE_PROTOCOL_ADDON: addon };
      const { code, stderr, said } = await place.try([process.execPath, 'use.cjs'], extra);
      const message = `the addon that PEER_WIRE_PROTOCOL_ADDON names, ${addon}, cannot be loaded: `;
      const isRight =
        code === 1 && stderr.includes(message) && stderr.includes("'ERR_PWP_ADDON_UNUSABLE'");
      if (!isRight) throw new Failure('an addon that is not there is not told of', said);
      return { used: ['require'] };
    },
  },
];

module.exports = { rows };
