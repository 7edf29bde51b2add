'use strict';

// Where there is no package for a platform, and from a git repository: the addon is built where it is used.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { ROOT } = require('../../../scripts/setup.js');
const { NAME, expectBuilt } = require('../checks.js');
const { rustHome } = require('../home.js');
const { npm } = require('../managers.js');

/** @typedef {import('./index.js').Row} Row */
/** @typedef {import('../project.js').Project} Project */

/** What git has, or would take: so the row says what holds for the sources as they are. */
function sources() {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return listed.split('\0').filter((name) => name !== '' && fs.existsSync(path.join(ROOT, name)));
}

/**
 * A repository with one commit.
 * @param {Project} place
 */
async function makeRepository(place) {
  for (const name of sources()) {
    const file = path.join(place.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.copyFileSync(path.join(ROOT, name), file);
  }
  const author = ['-c', 'user.name=nobody', '-c', 'user.email=nobody@localhost'];
  await place.run(['git', 'init', '--quiet']);
  await place.run(['git', 'add', '--all']);
  await place.run(['git', ...author, 'commit', '--quiet', '--message', 'As it is']);
  return `git+${pathToFileURL(place.folder)}`;
}

/** @type {Row[]} */
const rows = [
  {
    name: 'npm build',
    manager: npm,
    how: `npx ${NAME} build`,
    note: 'builds the addon, with Rust',
    async play({ project, version }) {
      const place = project();
      await place.with(npm, 'install', '--omit=optional', NAME);
      // From crates.io it would be the last release.
      const build = ['exec', '--no', '--', NAME, 'build', '--source', ROOT];
      await place.run([...npm.command, ...build], rustHome());
      return { used: await expectBuilt(place, version) };
    },
  },
  {
    name: 'git',
    manager: npm,
    how: 'npm install git+https://…',
    note: 'builds the addon, with Rust',
    async play({ project, version }) {
      const repository = await makeRepository(project());
      const place = project();
      await place.run([...npm.command, 'install', repository], rustHome());
      return { used: await expectBuilt(place, version) };
    },
  },
];

module.exports = { rows };
