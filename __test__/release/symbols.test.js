'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { neededVersions, newestGlibc } = require('../../scripts/release/symbols.js');
const { ADDON } = require('../loader/helpers.js');

const SCRIPT = path.join(__dirname, '../../scripts/release/symbols.js');
const isGlibc = process.platform === 'linux' && ADDON.endsWith('-gnu.node');
const readelf = spawnSync('readelf', ['-VW', isGlibc ? ADDON : ''], { encoding: 'utf8' });
const hasReadelf = isGlibc && readelf.status === 0;

/** @param {...string} args */
function run(...args) {
  const { status, stdout } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });
  return { status, stdout };
}

test('what an addon needs is what readelf says', { skip: !hasReadelf }, () => {
  const expected = [...readelf.stdout.matchAll(/^ +0x[0-9a-f]+: +Name: (\S+)/gm)].map(
    ([, name]) => name,
  );
  assert.ok(expected.length > 0);
  const found = neededVersions(fs.readFileSync(ADDON));
  assert.deepEqual(found.sort(), [...new Set(expected)].sort());
});

test('the newest is the newest by number', () => {
  assert.equal(newestGlibc(['GLIBC_2.9', 'GLIBC_2.17', 'GLIBC_2.2.5', 'GCC_3.0']), '2.17');
  assert.equal(newestGlibc(['GLIBC_2.2', 'GLIBC_2.2.5']), '2.2.5');
  assert.equal(newestGlibc(['GCC_3.0', 'GLIBC_PRIVATE']), null);
});

test('what is no addon of Linux is refused', () => {
  assert.throws(() => neededVersions(fs.readFileSync(__filename)), /not an ELF file/);
});

test('one that needs newer symbols fails', { skip: !isGlibc }, () => {
  assert.match(run(ADDON, '--glibc', '2.0').stdout, /NO/);
  assert.equal(run(ADDON, '--glibc', '2.0').status, 1);
  assert.equal(run(ADDON, '--glibc', '99.0').status, 0);
  assert.equal(run(ADDON).status, 0);
  assert.equal(run().status, 2);
});
