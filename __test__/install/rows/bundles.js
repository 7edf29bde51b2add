'use strict';

// A program that esbuild has put into one file, and run where there is only what was made.

const fs = require('node:fs');
const path = require('node:path');
const { NAME, PLATFORM_PACKAGE, expectFound } = require('../checks.js');
const { Failure } = require('../command.js');
const { esbuild, npm } = require('../managers.js');
const { expected } = require('../programs/exchange.cjs');

/** @typedef {import('./index.js').Row} Row */
/** @typedef {import('../project.js').Project} Project */

/** A module has no require, and esbuild gives it none: neither for Node's modules nor for the addon. */
const REQUIRE =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

/**
 * @param {Project} project
 * @param {readonly string[]} options of esbuild
 * @param {string} [program]
 */
async function bundle(project, options, program = 'bundled.cjs') {
  project.addPrograms(NAME, ['exchange.cjs', program]);
  const always = ['--bundle', '--platform=node', `--outfile=out/${program}`, '--log-level=error'];
  await project.run([...esbuild.command, program, ...always, ...options]);
}

/**
 * @param {Project} project
 * @param {string} folder where the addon has to be
 * @param {string} [program]
 */
async function expectBundleRuns(project, folder, program = 'bundled.cjs') {
  const { found, said } = await project.ask([process.execPath, `out/${program}`]);
  expectFound(said, found, expected);
  const isRight = found.addon.length === 1 && path.dirname(found.addon[0]) === folder;
  if (!isRight) throw new Failure(`the addon is ${found.addon}, not in ${folder}`, said);
  return [program === 'bundled.cjs' ? 'require' : 'import'];
}

/** @type {Row[]} */
const rows = [
  {
    name: 'esbuild copy',
    manager: esbuild,
    how: 'esbuild --bundle --platform=node --loader:.node=copy',
    note: 'the addon lies beside the program',
    async play({ project }) {
      const place = project();
      await place.with(npm, 'install', NAME);
      await bundle(place, ['--loader:.node=copy']);
      place.remove('node_modules');
      return { used: await expectBundleRuns(place, path.join(place.folder, 'out')) };
    },
  },
  {
    name: 'esbuild module',
    manager: esbuild,
    how: 'esbuild --bundle --platform=node --loader:.node=copy --format=esm --banner:js=…',
    note: 'with a banner that makes `require`',
    async play({ project }) {
      const place = project();
      await place.with(npm, 'install', NAME);
      const options = ['--loader:.node=copy', '--format=esm', `--banner:js=${REQUIRE}`];
      await bundle(place, options, 'bundled.mjs');
      place.remove('node_modules');
      return { used: await expectBundleRuns(place, path.join(place.folder, 'out'), 'bundled.mjs') };
    },
  },
  {
    name: 'esbuild beside',
    manager: esbuild,
    how: `esbuild --bundle --platform=node --external:${NAME}`,
    note: 'the package stays installed',
    async play({ project }) {
      const place = project();
      await place.with(npm, 'install', NAME);
      await bundle(place, [`--external:${NAME}`]);
      const folder = path.join(place.folder, 'node_modules', PLATFORM_PACKAGE);
      return { used: await expectBundleRuns(place, folder) };
    },
  },
  {
    name: 'esbuild external',
    manager: esbuild,
    how: `esbuild --bundle --platform=node '--external:${NAME}-*'`,
    note: "the addon's package stays installed",
    async play({ project, version }) {
      const place = project();
      await place.with(npm, 'install', NAME);
      await bundle(place, [`--external:${NAME}-*`]);
      place.remove('node_modules');
      place.write('out/package.json', '{ "private": true }');
      await place.with(npm, 'install', '--prefix', 'out', `${PLATFORM_PACKAGE}@${version}`);
      const folder = path.join(place.folder, 'out/node_modules', PLATFORM_PACKAGE);
      if (!fs.existsSync(folder)) throw new Failure(`${folder} was not installed`);
      return { used: await expectBundleRuns(place, folder) };
    },
  },
];

module.exports = { rows };
