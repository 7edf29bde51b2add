'use strict';

const fs = require('node:fs');
const path = require('node:path');

/**
 * What a lock file says of one package, as far as it matters here.
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean,
 *   optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage
 */

/**
 * The packages of a lock file by their folder, or null when there is no such file.
 * @param {string} file
 * @returns {Record<string, LockedPackage> | null}
 */
function readLock(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')).packages ?? null;
  } catch {
    return null;
  }
}

/**
 * @param {LockedPackage} wanted
 * @param {LockedPackage | undefined} present
 */
function matches(wanted, present) {
  // Packages for another platform are locked, but never installed.
  if (!present) return Boolean(wanted.optional || wanted.devOptional || wanted.peer);
  if (wanted.link) return present.link === true && present.resolved === wanted.resolved;
  return present.version === wanted.version && present.integrity === wanted.integrity;
}

/**
 * Whether `node_modules` holds exactly what package-lock.json asks for. npm writes its own record,
 * node_modules/.package-lock.json, as the last step of an install, so an install that was cut
 * short, or made from an older lock file, does not pass.
 * @param {string} folder the folder of a package.json
 */
function isInstalled(folder) {
  const wanted = readLock(path.join(folder, 'package-lock.json'));
  const present = readLock(path.join(folder, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted)
    .filter(([place]) => place.startsWith('node_modules/'))
    .every(
      ([place, entry]) =>
        matches(entry, present[place]) &&
        (!present[place] || fs.existsSync(path.join(folder, place, 'package.json'))),
    );
}

module.exports = { isInstalled };
