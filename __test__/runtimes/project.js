'use strict';

// A project with the package as npm installs it, the original beside it, and the programs that use both.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.join(__dirname, '../..');
const { dependencies, name: NAME } = require('../../package.json');
const PROGRAMS = path.join(__dirname, 'programs');
const PARTS = [
  'index.js',
  'index.mjs',
  'index.d.ts',
  'index.d.mts',
  'lib',
  'swarm',
  'package.json',
];

/**
 * Copies the package: Deno takes only what lies in a node_modules for what npm has installed.
 * @param {string} modules a node_modules
 */
function installPackage(modules) {
  const folder = path.join(modules, NAME);
  for (const part of PARTS) {
    fs.cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  }
  for (const dependency of Object.keys(dependencies)) link(modules, dependency);
}

/** @param {string} modules @param {string} name of a package installed here */
function link(modules, name) {
  const place = path.join(modules, name);
  if (fs.existsSync(place)) return;
  fs.symlinkSync(path.join(ROOT, 'node_modules', name), place, 'junction');
}

/** @returns {string} its folder */
function makeProject() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-runtimes-'));
  const modules = path.join(folder, 'node_modules');
  fs.writeFileSync(path.join(folder, 'package.json'), '{ "name": "program", "private": true }\n');
  fs.cpSync(PROGRAMS, folder, { recursive: true });
  installPackage(modules);
  link(modules, 'peer-wire-protocol');
  return folder;
}

module.exports = { installPackage, makeProject };
