'use strict';

// What is published: a package for each platform, with nothing but the addon, and the main one, which has
// them as optional dependencies of its own version.

const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('../setup.js');

/** @typedef {{ name: string, folder: string, addon: string }} PlatformPackage */

/** @param {string} file @returns {any} */
function readJson(file) {
  return JSON.parse(fs.readFileSync(file, 'utf8'));
}

/** @returns {PlatformPackage[]} those of npm/ */
function platformPackages() {
  const folder = path.join(ROOT, 'npm');
  return fs
    .readdirSync(folder)
    .sort()
    .map((platform) => {
      const { name, main } = readJson(path.join(folder, platform, 'package.json'));
      return { name, folder: path.join(folder, platform), addon: main };
    });
}

/**
 * @param {any} manifest the repository's
 * @param {PlatformPackage[]} platforms
 * @returns {any} that of the published package: nothing of what only the repository needs
 */
function mainManifest(manifest, platforms) {
  const { devDependencies: _, scripts: __, napi: ___, files, ...rest } = manifest;
  const own = platforms.map(({ name }) => [name, manifest.version]);
  return {
    ...rest,
    // The addon lies in the packages of the platforms.
    files: files.filter((/** @type {string} */ pattern) => !pattern.endsWith('.node')),
    optionalDependencies: Object.fromEntries(own),
  };
}

module.exports = { mainManifest, platformPackages, readJson };
