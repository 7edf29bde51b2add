'use strict';

// What one installation puts on a disk.

const fs = require('node:fs');
const path = require('node:path');
const { NAME, PLATFORM_PACKAGE } = require('./checks.js');
const { Failure } = require('./command.js');

/**
 * The most that there may be: the package, its addon and two dependencies. The addon is two thirds of the bytes;
 * one with its symbols, a second one, or a package with its tests would be far above.
 */
const MOST = { packages: 4, bytes: 2_000_000 };

/** @typedef {{ name: string, version: string, files: number, bytes: number }} Landed */

/** @param {string} folder */
function measure(folder) {
  let files = 0;
  let bytes = 0;
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    files++;
    bytes += fs.statSync(path.join(entry.parentPath, entry.name)).size;
  }
  return { files, bytes };
}

/**
 * @param {import('./project.js').Project} project
 * @returns {Landed[]} the packages in node_modules, by npm's own record
 */
function landed(project) {
  const { packages } = project.readJson('node_modules/.package-lock.json');
  return Object.keys(packages)
    .map((place) => path.join(project.folder, place))
    .filter((folder) => fs.existsSync(folder))
    .map((folder) => {
      const file = path.join(folder, 'package.json');
      const { name, version } = JSON.parse(fs.readFileSync(file, 'utf8'));
      return { name, version, ...measure(folder) };
    });
}

/** @param {Landed[]} contents */
function total(contents) {
  return contents.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** @param {Landed[]} contents @returns {string} */
function listing(contents) {
  const lines = contents.map(
    ({ name, version, files, bytes }) => `  ${name}@${version}: ${files} files, ${bytes} bytes`,
  );
  return `${lines.join('\n')}\n  ${contents.length} packages, ${total(contents)} bytes\n`;
}

/** @param {Landed[]} contents */
function expectSmall(contents) {
  const strangers = contents.filter(
    ({ name }) => name.startsWith(NAME) && name !== NAME && name !== PLATFORM_PACKAGE,
  );
  if (strangers.length > 0) throw new Failure('other platforms came too', listing(contents));
  const isSmall = contents.length <= MOST.packages && total(contents) <= MOST.bytes;
  if (!isSmall) {
    const most = `${MOST.packages} packages and ${MOST.bytes} bytes`;
    throw new Failure(`more than ${most} came`, listing(contents));
  }
}

module.exports = { expectSmall, landed, listing, total };
