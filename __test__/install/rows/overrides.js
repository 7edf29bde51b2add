'use strict';

// Under programs that know nothing of it: torrent-stream and peerflix, as they are published.

const fs = require('node:fs');
const path = require('node:path');
const { createSource } = require('../../../scripts/start/source.js');
const { NAME, expectAddon, expectFound, expectInside } = require('../checks.js');
const { npm, pnpm, yarn } = require('../managers.js');

/** @typedef {import('./index.js').Row} Row */
/** @typedef {import('../project.js').Project} Project */

const WIRE = 'peer-wire-protocol';
const SWARM = 'peer-wire-swarm';
const LENGTH = 600_000; // some pieces, the last of them short
const PROGRAMS = { peerflix: '0.39.0', 'torrent-stream': '1.2.1' };

/** @typedef {keyof typeof PROGRAMS} Program */

/**
 * @param {Project} project installed
 * @param {{ program: Program, replaced: string, version: string }} options
 */
async function expectDownload(project, { program, replaced, version }) {
  const seeding = path.join(project.folder, 'seeding');
  const leeching = path.join(project.folder, 'leeching');
  const source = await createSource(seeding, LENGTH, { pieceLength: 65_536 });
  const torrent = path.join(project.folder, 'content.torrent');
  fs.writeFileSync(torrent, source.torrent);
  project.addPrograms(NAME, ['torrent.cjs']);
  const args = ['torrent.cjs', program, replaced, torrent, seeding, leeching];
  const { found, said } = await project.ask([process.execPath, ...args]);
  const kind = replaced === SWARM ? 'with a socket of its own' : 'piped';
  const { sha1 } = source;
  expectFound(said, found, { name: NAME, version, wires: [kind], sha1, downloaded: LENGTH });
  expectInside(project, found.entry, said);
  expectAddon(project, found.addon, said);
  return [program];
}

/** @param {Program} program @returns {Row} */
const overridden = (program) => ({
  name: `npm ${program}`,
  manager: npm,
  how: `npm install ${program}`,
  note: `overrides \`${WIRE}\``,
  async play({ project, version }) {
    const dependencies = { [program]: PROGRAMS[program] };
    const place = project({ dependencies, overrides: { [WIRE]: `npm:${NAME}@^${version}` } });
    await place.with(npm, 'install');
    return { used: await expectDownload(place, { program, replaced: WIRE, version }) };
  },
});

/**
 * The README's way to put /swarm under a program.
 * @param {Project} place
 */
function addSwarm(place) {
  place.write(`${SWARM}/package.json`, `{ "name": "${SWARM}", "version": "0.12.2" }`);
  place.write(`${SWARM}/index.js`, `module.exports = require('${NAME}/swarm');\n`);
}

/** @type {Row[]} */
const rows = [
  overridden('torrent-stream'),
  overridden('peerflix'),
  {
    name: 'npm swarm',
    manager: npm,
    how: 'npm install torrent-stream',
    note: `overrides \`${SWARM}\` with \`${NAME}/swarm\``,
    async play({ project, version }) {
      const place = project({
        dependencies: {
          [NAME]: `^${version}`,
          [SWARM]: `file:${SWARM}`,
          'torrent-stream': PROGRAMS['torrent-stream'],
        },
        overrides: { [SWARM]: `$${SWARM}` },
      });
      addSwarm(place);
      await place.with(npm, 'install');
      const options = /** @type {const} */ ({ program: 'torrent-stream', replaced: SWARM });
      return { used: await expectDownload(place, { ...options, version }) };
    },
  },
  {
    name: 'pnpm torrent-stream',
    manager: pnpm,
    how: 'pnpm install torrent-stream',
    note: `overrides \`${WIRE}\` in pnpm-workspace.yaml`,
    async play({ project, version }) {
      const place = project({ dependencies: { 'torrent-stream': PROGRAMS['torrent-stream'] } });
      place.write('pnpm-workspace.yaml', `overrides:\n  ${WIRE}: npm:${NAME}@^${version}\n`);
      await place.with(pnpm, 'install');
      const options = /** @type {const} */ ({ program: 'torrent-stream', replaced: WIRE });
      return { used: await expectDownload(place, { ...options, version }) };
    },
  },
  {
    name: 'yarn torrent-stream',
    manager: yarn,
    how: 'yarn install torrent-stream',
    note: `resolutions \`${WIRE}\``,
    async play({ project, version }) {
      const place = project({
        dependencies: { 'torrent-stream': PROGRAMS['torrent-stream'] },
        resolutions: { [WIRE]: `npm:${NAME}@^${version}` },
      });
      await place.with(yarn, 'install', '--non-interactive');
      const options = /** @type {const} */ ({ program: 'torrent-stream', replaced: WIRE });
      return { used: await expectDownload(place, { ...options, version }) };
    },
  },
];

module.exports = { rows };
