'use strict';

// What can run the package, and how it is told to.

const fs = require('node:fs');
const path = require('node:path');
const { platformPackage, toolFile, toolManifest } = require('./tools.js');

/**
 * @typedef {object} Runtime
 * @property {string} name
 * @property {string} version
 * @property {string} file of the binary
 * @property {(program: string) => string[]} run arguments that run a program
 * @property {(test: string, report: string) => string[]} test arguments that run a file of tests and write
 *   what came of it as JUnit does
 */

const NODES = ['20', '22', '24', '26'];

/** @param {string} major @returns {Runtime | null} */
function node(major) {
  const name = `node-${major}-${process.platform}-${process.arch}`;
  if (!fs.existsSync(toolFile(name))) return null;
  return {
    name: `Node ${major}`,
    version: toolManifest(name).version,
    file: toolFile(`${name}/bin/node`),
    run: (program) => [program],
    test: (test, report) => [
      '--test',
      '--test-reporter=junit',
      `--test-reporter-destination=${report}`,
      test,
    ],
  };
}

/** @returns {Runtime | null} */
function bun() {
  const folder = platformPackage('bun');
  if (folder === null) return null;
  return {
    name: 'Bun',
    version: toolManifest('bun').version,
    file: path.join(folder, 'bin/bun'),
    run: (program) => [program],
    test: (test, report) => [
      'test',
      '--timeout=60000',
      '--reporter=junit',
      `--reporter-outfile=${report}`,
      test,
    ],
  };
}

/** @returns {Runtime | null} */
function deno() {
  const folder = platformPackage('deno');
  if (folder === null) return null;
  return {
    name: 'Deno',
    version: toolManifest('deno').version,
    file: path.join(folder, 'deno'),
    run: (program) => ['run', '--allow-all', program],
    test: (test, report) => [
      'test',
      '--allow-all',
      '--no-check',
      '--no-lock',
      `--junit-path=${report}`,
      test,
    ],
  };
}

/** @returns {Runtime[]} those there are binaries of for this platform */
function runtimes() {
  return [...NODES.map(node), bun(), deno()].filter((runtime) => runtime !== null);
}

module.exports = { runtimes };
