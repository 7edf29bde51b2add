'use strict';

// Releases of two platforms, small enough to be made for every test.

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { readPackages } = require('../../../scripts/release/publish/packages.js');

const MAIN = 'wire';
const LINUX = 'wire-linux';
const DARWIN = 'wire-darwin';
const LOOPBACK = 'http://127.0.0.1:1/';
const FAR = 'https://registry.example/';

/** @param {import('node:test').TestContext} t */
function temporary(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'publish-test-'));
  t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** @param {number} cpu as ELF numbers it */
function elf(cpu) {
  const bytes = Buffer.alloc(64);
  bytes.write('\u007fELF', 'latin1');
  bytes.writeUInt16LE(cpu, 18);
  return bytes;
}

/** @param {number} cpu as Mach-O numbers it */
function machO(cpu) {
  const bytes = Buffer.alloc(64);
  bytes.writeUInt32LE(0xfeedfacf, 0);
  bytes.writeUInt32LE(cpu, 4);
  return bytes;
}

/** @param {number} cpu as PE numbers it */
function pe(cpu) {
  const bytes = Buffer.alloc(256);
  bytes.write('MZ', 'latin1');
  bytes.writeUInt32LE(128, 60);
  bytes.write('PE\0\0', 128, 'latin1');
  bytes.writeUInt16LE(cpu, 132);
  return bytes;
}

/** @param {string} folder @param {any} manifest @param {Record<string, Buffer | string>} [files] */
function writePackage(folder, manifest, files = {}) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  for (const [name, bytes] of Object.entries(files))
    fs.writeFileSync(path.join(folder, name), bytes);
}

/**
 * Two platforms and the main package.
 * @param {import('node:test').TestContext} t
 * @param {{ version?: string, wanted?: Record<string, string>, linux?: Buffer, repository?: string }} [options]
 */
function writeRelease(t, { version = '1.0.0', wanted, linux = elf(62), repository } = {}) {
  const from = temporary(t);
  const common = { version, main: 'addon.node', ...(repository && { repository }) };
  writePackage(
    path.join(from, LINUX),
    { name: LINUX, ...common, os: ['linux'], cpu: ['x64'] },
    { 'addon.node': linux },
  );
  writePackage(
    path.join(from, DARWIN),
    { name: DARWIN, ...common, os: ['darwin'], cpu: ['arm64'] },
    { 'addon.node': machO(0x0100000c) },
  );
  const optionalDependencies = wanted ?? { [DARWIN]: version, [LINUX]: version };
  writePackage(path.join(from, MAIN), { name: MAIN, ...common, optionalDependencies });
  return from;
}

/** @param {string} from @param {string} [registry] @param {boolean} [provenance] */
const read = (from, registry = LOOPBACK, provenance = false) =>
  readPackages(from, { registry, provenance });

module.exports = {
  DARWIN,
  FAR,
  LINUX,
  LOOPBACK,
  MAIN,
  elf,
  machO,
  pe,
  read,
  temporary,
  writeRelease,
};
