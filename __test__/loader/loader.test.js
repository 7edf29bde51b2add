'use strict';

// Where the addon comes from, and what is said when there is none that fits.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { describe, test } = require('node:test');
const { PLATFORMS, platform } = require('../../lib/platform.js');
const { ADDON, NAME, PLATFORM, Project, ROOT } = require('./helpers.js');

const HANDSHAKE = { sent: 68 };
const VARIABLE = 'PEER_WIRE_PROTOCOL_ADDON';
const WANTED = `${NAME}-${PLATFORM}`;

/** @param {any} told @param {string} code @param {RegExp[]} says */
function assertTells(told, code, ...says) {
  assert.equal(told.code, code, told.message);
  for (const pattern of says) assert.match(told.message, pattern);
  assert.doesNotMatch(told.message, /\n/);
}

describe('the addon', () => {
  test('is that of the platform’s package', (t) => {
    const project = new Project(t);
    project.addPlatform(ADDON);
    assert.deepEqual(project.load(), HANDSHAKE);
  });

  test('is that which the environment names, before any other', (t) => {
    const project = new Project(t);
    fs.copyFileSync(ADDON, path.join(project.folder, 'other.node'));
    assert.deepEqual(project.load({ env: { [VARIABLE]: 'other.node' } }), HANDSHAKE);
    project.addPlatform(ADDON);
    const told = project.load({ env: { [VARIABLE]: 'missing.node' } });
    assertTells(told, 'ERR_PWP_ADDON_UNUSABLE', /PEER_WIRE_PROTOCOL_ADDON/, /missing\.node/);
  });

  test('of an empty variable is that of the package', (t) => {
    const project = new Project(t);
    project.addPlatform(ADDON);
    assert.deepEqual(project.load({ env: { [VARIABLE]: '' } }), HANDSHAKE);
  });
});

describe('without an addon', () => {
  test('the package that is missing is named, and what to do', (t) => {
    const told = new Project(t).load();
    assertTells(
      told,
      'ERR_PWP_ADDON_MISSING',
      new RegExp(`${WANTED} \\d+\\.\\d+\\.\\d+`),
      /--omit=optional/,
      /github\.com\/npm\/cli\/issues\/4828/,
      /remove node_modules and package-lock\.json/,
      /npx peer-wire-protocol-native build/,
    );
    // Node prints each below the message.
    assert.deepEqual('causes' in told && told.causes, 0);
  });

  test('one that cannot be loaded says why', (t) => {
    const project = new Project(t);
    project.addPlatform(Buffer.from('not an addon'));
    const told = project.load();
    assertTells(told, 'ERR_PWP_ADDON_UNUSABLE', new RegExp(WANTED), /npx .* build/);
    assert.deepEqual('causes' in told && told.causes, 1);
  });

  test('a platform without a package is told how to build', (t) => {
    const before = `Object.defineProperty(process, 'arch', { value: 'mips' })`;
    const told = new Project(t).load({ before });
    assertTells(told, 'ERR_PWP_ADDON_MISSING', /no package for \w+-mips/, /npx .* build/);
  });

  test('so is a system', (t) => {
    const before = `Object.defineProperty(process, 'platform', { value: 'sunos' })`;
    const told = new Project(t).load({ before });
    assertTells(told, 'ERR_PWP_ADDON_MISSING', /no package for sunos-/, /npx .* build/);
  });
});

describe('an addon of another version', () => {
  test('is not used', (t) => {
    const project = new Project(t);
    project.addPlatform(ADDON);
    project.changeManifest((manifest) => {
      manifest.version = '99.1.2';
    });
    const { version } = require('../../package.json');
    assertTells(
      project.load(),
      'ERR_PWP_ADDON_VERSION',
      new RegExp(version.replaceAll('.', '\\.')),
      /99\.1\.2/,
      /remove node_modules and the lock file/,
    );
    const env = { [VARIABLE]: ADDON };
    assertTells(project.load({ env }), 'ERR_PWP_ADDON_VERSION', /PEER_WIRE_PROTOCOL_ADDON names/);
  });

  test('one so old that it does not know its own, too', (t) => {
    const project = new Project(t);
    const file = path.join(project.folder, 'old.js');
    fs.writeFileSync(file, 'module.exports = {};');
    const env = { [VARIABLE]: file };
    assertTells(project.load({ env }), 'ERR_PWP_ADDON_VERSION', /of version unknown/);
  });
});

describe('the platforms', () => {
  test('are those of the packages', () => {
    assert.deepEqual(fs.readdirSync(path.join(ROOT, 'npm')).sort(), PLATFORMS);
  });

  test('have packages that npm chooses by themselves, of the same version', () => {
    const main = require('../../package.json');
    for (const name of PLATFORMS) {
      const manifest = require(path.join(ROOT, 'npm', name, 'package.json'));
      const [system, arch, abi] = name.split('-');
      assert.equal(manifest.name, `${NAME}-${name}`);
      assert.deepEqual([manifest.os, manifest.cpu], [[system], [arch]]);
      const libc = { gnu: ['glibc'], musl: ['musl'] }[abi];
      assert.deepEqual(manifest.libc, libc);
      assert.deepEqual(manifest.files, [manifest.main]);
      assert.equal(manifest.main, `peer-wire-protocol.${name}.node`);
      assert.equal(manifest.version, main.version);
      assert.deepEqual(manifest.engines, main.engines);
      assert.equal(manifest.scripts, undefined);
    }
  });

  test('include this one, as far as the tests know', () => {
    assert.equal(platform(), PLATFORM);
  });

  test('and crate and package are of one version', () => {
    const crate = fs.readFileSync(path.join(ROOT, 'Cargo.toml'), 'utf8');
    const [, version] = /^version = "(.+)"$/m.exec(crate) ?? [];
    assert.equal(version, require('../../package.json').version);
  });

  test('are all required by names that a bundler sees', () => {
    const loader = fs.readFileSync(path.join(ROOT, 'lib/native.js'), 'utf8');
    for (const name of PLATFORMS) assert.ok(loader.includes(`require('${NAME}-${name}')`), name);
  });
});

test('one that was built here is found where no package fits', (t) => {
  const project = new Project(t);
  fs.copyFileSync(ADDON, path.join(project.modules, NAME, 'lib/built.node'));
  assert.deepEqual(project.load(), HANDSHAKE);
  const before = `Object.defineProperty(process, 'arch', { value: 'mips' })`;
  assert.deepEqual(project.load({ before }), HANDSHAKE);
});
