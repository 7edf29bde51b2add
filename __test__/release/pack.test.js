'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { test } = require('node:test');
const { PLATFORMS } = require('../../lib/platform.js');
const manifest = require('../../package.json');
const { cleanUpAfter } = require('../e2e/helpers/cleanup.js');
const { ADDON, NAME, PLATFORM } = require('../loader/helpers.js');

const SCRIPT = path.join(__dirname, '../../scripts/release/pack.js');

/** @param {...string} args */
const pack = (...args) => execFileSync(process.execPath, [SCRIPT, ...args], { encoding: 'utf8' });

/** @param {string} folder @returns {string[]} */
function filesOf(folder) {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => fs.statSync(path.join(folder, name)).isFile())
    .map((name) => name.split(path.sep).join('/'));
}

/** @param {import('node:test').TestContext} t */
function temporary(t) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-pack-'));
  cleanUpAfter(t, () => fs.rmSync(folder, { recursive: true, force: true }));
  return path.join(folder, 'packages');
}

test('the packages are listed in the order they are published in, the main one last', () => {
  const names = pack('--list').trim().split('\n');
  assert.deepEqual(names, [...PLATFORMS.map((platform) => `${NAME}-${platform}`), NAME]);
});

test('what is laid out is what a person gets', (t) => {
  const out = temporary(t);
  pack('--out', out);
  assert.deepEqual(fs.readdirSync(out).sort(), [NAME, `${NAME}-${PLATFORM}`]);

  const main = path.join(out, NAME);
  const packed = JSON.parse(fs.readFileSync(path.join(main, 'package.json'), 'utf8'));
  assert.equal(packed.scripts, undefined);
  assert.equal(packed.devDependencies, undefined);
  assert.deepEqual(packed.dependencies, manifest.dependencies);
  assert.deepEqual(
    packed.optionalDependencies,
    Object.fromEntries(PLATFORMS.map((platform) => [`${NAME}-${platform}`, manifest.version])),
  );
  const files = filesOf(main);
  for (const wanted of ['index.js', 'index.d.ts', 'swarm/index.js', 'README.md', 'LICENSE']) {
    assert.ok(files.includes(wanted), wanted);
  }
  const foreign = files.filter((file) =>
    /\.node$|\.rs$|\.test\.js$|^(__test__|src|scripts)\//.test(file),
  );
  assert.deepEqual(foreign, []);

  const own = path.join(out, `${NAME}-${PLATFORM}`);
  const { main: addon } = JSON.parse(fs.readFileSync(path.join(own, 'package.json'), 'utf8'));
  assert.deepEqual(filesOf(own).sort(), ['LICENSE', 'README.md', 'package.json', addon].sort());
  assert.ok(fs.readFileSync(path.join(own, addon)).equals(fs.readFileSync(ADDON)));
});

test('with placeholders there is a package for every platform', (t) => {
  const out = temporary(t);
  const url = 'git+https://example.org/fork.git';
  pack('--out', out, '--placeholders', '--repository', url);
  const folders = fs.readdirSync(out);
  assert.equal(folders.length, PLATFORMS.length + 1);
  for (const name of folders) {
    const packed = JSON.parse(fs.readFileSync(path.join(out, name, 'package.json'), 'utf8'));
    assert.deepEqual(packed.repository, { type: 'git', url });
  }
});
