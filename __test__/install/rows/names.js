'use strict';

// By name and by another name, with each package manager.

const { NAME, PLATFORM_PACKAGE, expectUsable } = require('../checks.js');
const { Failure, expectEqual } = require('../command.js');
const { expectSmall, landed } = require('../contents.js');
const { berry, npm, pnpm, pnpm10, yarn } = require('../managers.js');

/** @typedef {import('./index.js').Row} Row */

const ALIAS = 'peer-wire-protocol';
const LINKED = 'nodeLinker: node-modules\n';
// Without the first it is for CommonJS alone; the second keeps its archives in the project.
const PNP = 'pnpEnableEsmLoader: true\nenableGlobalCache: false\n';

/** @param {import('../project.js').Project} place */
function platformsIn(place) {
  return landed(place)
    .map(({ name }) => name)
    .filter((name) => name.startsWith(`${NAME}-`))
    .join(' ');
}

/** @type {Row[]} */
const byNpm = [
  {
    name: 'npm',
    manager: npm,
    how: `npm install ${NAME}`,
    async play({ project, version }) {
      const place = project();
      await place.with(npm, 'install', NAME);
      const used = await expectUsable(place, { version });
      const contents = landed(place);
      expectSmall(contents);
      return { used, contents };
    },
  },
  {
    name: 'npm alias',
    manager: npm,
    how: `npm install ${ALIAS}@npm:${NAME}`,
    async play({ project, version }) {
      const place = project();
      await place.with(npm, 'install', `${ALIAS}@npm:${NAME}`);
      return { used: await expectUsable(place, { version, specifier: ALIAS }) };
    },
  },
  {
    name: 'npm ci',
    manager: npm,
    how: 'npm ci',
    note: 'the lock file has all platforms',
    async play({ project, version, platforms }) {
      const place = project();
      await place.with(npm, 'install', '--package-lock-only', NAME);
      const { packages } = place.readJson('package-lock.json');
      // Else an installation on another platform is without an addon: npm/cli#4828.
      const unlocked = platforms.filter((name) => !packages[`node_modules/${name}`]?.integrity);
      if (unlocked.length > 0) throw new Failure(`the lock file is without ${unlocked.join(', ')}`);
      await place.with(npm, 'ci');
      return { used: await expectUsable(place, { version }) };
    },
  },
  {
    name: 'npm other platform',
    manager: npm,
    how: `npm install --os=linux --cpu=arm64 --libc=musl ${NAME}`,
    note: 'for another machine than this one',
    async play({ project }) {
      const place = project();
      await place.with(npm, 'install', '--os=linux', '--cpu=arm64', '--libc=musl', NAME);
      expectEqual('platforms installed', platformsIn(place), `${NAME}-linux-arm64-musl`);
      return { used: [] };
    },
  },
  {
    name: 'npm other lock file',
    manager: npm,
    how: 'npm ci',
    note: 'the lock file was made on another platform',
    async play({ project, version }) {
      const place = project();
      await place.with(npm, 'install', '--os=darwin', '--cpu=arm64', NAME);
      place.remove('node_modules');
      await place.with(npm, 'ci');
      expectEqual('platforms installed', platformsIn(place), PLATFORM_PACKAGE);
      return { used: await expectUsable(place, { version }) };
    },
  },
];

/** @type {Row[]} */
const byOthers = [pnpm, pnpm10].map((manager) => ({
  name: manager === pnpm ? 'pnpm' : 'pnpm 10',
  manager,
  how: `pnpm add ${NAME}`,
  async play({ project, version }) {
    const place = project();
    await place.with(manager, 'add', NAME);
    return { used: await expectUsable(place, { version }) };
  },
}));

byOthers.push(
  {
    name: 'pnpm alias',
    manager: pnpm,
    how: `pnpm add ${ALIAS}@npm:${NAME}`,
    async play({ project, version }) {
      const place = project();
      await place.with(pnpm, 'add', `${ALIAS}@npm:${NAME}`);
      return { used: await expectUsable(place, { version, specifier: ALIAS }) };
    },
  },
  {
    name: 'yarn 1',
    manager: yarn,
    how: `yarn add ${NAME}`,
    async play({ project, version }) {
      const place = project();
      await place.with(yarn, 'add', '--non-interactive', NAME);
      return { used: await expectUsable(place, { version }) };
    },
  },
  {
    name: 'yarn node-modules',
    manager: berry,
    how: `yarn add ${NAME}`,
    note: '`nodeLinker: node-modules`',
    async play({ project, version }) {
      const place = project();
      place.write('.yarnrc.yml', LINKED);
      place.write('yarn.lock', ''); // else it looks for a project above
      await place.with(berry, 'add', NAME);
      return { used: await expectUsable(place, { version }) };
    },
  },
  {
    name: 'yarn pnp',
    manager: berry,
    how: `yarn add ${NAME}`,
    note: "Plug'n'Play; for `import`, `pnpEnableEsmLoader: true`",
    async play({ project, version }) {
      const place = project();
      place.write('.yarnrc.yml', PNP);
      place.write('yarn.lock', '');
      await place.with(berry, 'add', NAME);
      const node = [...berry.command, 'node'];
      return { used: await expectUsable(place, { version, node }) };
    },
  },
);

module.exports = { rows: [...byNpm, ...byOthers] };
