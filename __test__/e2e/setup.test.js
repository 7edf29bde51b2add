'use strict';

const { folderFor } = require('./helpers/prepare.js');
const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');
const { addonStamp } = require('../../scripts/setup/addon.js');
const { isInstalled } = require('../../scripts/setup/installed.js');
const { withLock } = require('../../scripts/setup/lock.js');
const { ROOT } = require('../../scripts/setup.js');

const SETUP = path.join(ROOT, 'scripts', 'setup.js');

/**
 * A project whose lock file asks for `wanted` and whose node_modules holds `present`.
 * @param {import('node:test').TestContext} t
 * @param {Record<string, object>} wanted
 * @param {Record<string, object> | null} present
 */
function project(t, wanted, present) {
  const folder = folderFor(t);
  const modules = path.join(folder, 'node_modules');
  const lock = (/** @type {object} */ packages) => JSON.stringify({ lockfileVersion: 3, packages });
  fs.writeFileSync(path.join(folder, 'package-lock.json'), lock({ '': {}, ...wanted }));
  if (present === null) return folder;
  for (const place of Object.keys(present)) {
    fs.mkdirSync(path.join(folder, place), { recursive: true });
    fs.writeFileSync(path.join(folder, place, 'package.json'), '{}');
  }
  fs.mkdirSync(modules, { recursive: true });
  fs.writeFileSync(path.join(modules, '.package-lock.json'), lock(present));
  return folder;
}

const A1 = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-one' } };
const A2 = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-two' } };
const B = { 'node_modules/b': { version: '2.0.0' } };

describe('set-up: what counts as installed', () => {
  it('what the lock file asks for', (t) => {
    assert.equal(isInstalled(project(t, { ...A1, ...B }, { ...A1, ...B })), true);
  });

  it('but nothing less, older or other', (t) => {
    assert.equal(isInstalled(project(t, A1, null)), false);
    assert.equal(isInstalled(project(t, { ...A1, ...B }, A1)), false);
    assert.equal(isInstalled(project(t, A1, A2)), false);
    const newer = { 'node_modules/b': { version: '2.1.0' } };
    assert.equal(isInstalled(project(t, newer, B)), false);
  });

  it('nor a package whose folder has gone', (t) => {
    const folder = project(t, A1, A1);
    fs.rmSync(path.join(folder, 'node_modules', 'a'), { recursive: true });
    assert.equal(isInstalled(folder), false);
  });

  it('a package for another platform may be missing', (t) => {
    const optional = { 'node_modules/c': { version: '1.0.0', optional: true } };
    assert.equal(isInstalled(project(t, { ...A1, ...optional }, A1)), true);
  });

  it('a link must lead where it should', (t) => {
    const right = { 'node_modules/b': { resolved: '../..', link: true } };
    const wrong = { 'node_modules/b': { resolved: '..', link: true } };
    assert.equal(isInstalled(project(t, right, right)), true);
    assert.equal(isInstalled(project(t, right, wrong)), false);
    assert.equal(isInstalled(project(t, right, B)), false);
  });
});

describe('set-up: when the addon is out of date', () => {
  it('after a change of its sources, their names, or how it is built', (t) => {
    const root = folderFor(t);
    const write = (/** @type {string} */ name, /** @type {string} */ text) => {
      fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      fs.writeFileSync(path.join(root, name), text);
      return addonStamp(root);
    };
    write('package.json', '{"scripts":{"build":"one"}}');
    const stamps = [
      write('src/lib.rs', 'a'),
      write('src/lib.rs', 'b'),
      write('src/wire/mod.rs', ''),
      write('Cargo.toml', 'c'),
      write('Cargo.lock', 'd'),
      write('build.rs', 'e'),
      write('package.json', '{"scripts":{"build":"two"}}'),
    ];
    assert.equal(new Set(stamps).size, stamps.length);
    const last = stamps.at(-1);
    assert.equal(write('README.md', 'x'), last);
    assert.equal(write('package.json', '{"version":"9.9.9","scripts":{"build":"two"}}'), last);
  });
});

describe('set-up: one at a time', () => {
  it('lets each process in alone', { timeout: 30_000 }, async (t) => {
    const folder = folderFor(t);
    const file = path.join(folder, 'lock');
    const log = path.join(folder, 'log');
    const program = `
      const fs = require('node:fs');
      const { withLock } = require(${JSON.stringify(path.join(ROOT, 'scripts/setup/lock.js'))});
      withLock(${JSON.stringify(file)}, () => {}, () => {
        fs.appendFileSync(${JSON.stringify(log)}, 'in ');
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
        fs.appendFileSync(${JSON.stringify(log)}, 'out ');
      });`;
    const runs = Array.from({ length: 3 }, () => {
      const child = spawn(process.execPath, ['-e', program], { stdio: 'inherit' });
      return new Promise((resolve) => child.once('close', resolve));
    });
    assert.deepEqual(await Promise.all(runs), [0, 0, 0]);
    assert.equal(fs.readFileSync(log, 'utf8'), 'in out in out in out ');
    assert.deepEqual(fs.readdirSync(folder), ['log']);
  });

  it('takes over from a process that has died, and lets go after a failure', (t) => {
    const file = path.join(folderFor(t), 'lock');
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    fs.writeFileSync(file, String(pid));
    const fail = () =>
      withLock(
        file,
        () => assert.fail('waited'),
        () => JSON.parse('{'),
      );
    assert.throws(fail, SyntaxError);
    assert.equal(
      withLock(
        file,
        () => assert.fail('waited'),
        () => 7,
      ),
      7,
    );
  });
});

describe('set-up as a command', () => {
  it('does nothing, and says nothing, when all is done', () => {
    const { status, stderr, stdout } = spawnSync(process.execPath, [SETUP], { encoding: 'utf8' });
    assert.deepEqual([status, stdout, stderr], [0, '', '']);
  });
});
