'use strict';

const { folderFor } = require('./helpers/prepare.js');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');
const { FIXTURES, ROOT } = require('../../scripts/setup.js');
const { locateFixture } = require('../../scripts/start/fixture.js');

/**
 * @param {string} folder
 * @param {string} name
 * @param {string} version
 */
function writePackage(folder, name, version) {
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version }));
  fs.writeFileSync(path.join(folder, 'index.js'), '');
}

/**
 * A repository of empty packages, with fixture/native as npm lays it out.
 * @param {import('node:test').TestContext} t
 * @param {{ peerflix?: string, link: string }} options what the wire links to, from the repository
 */
function fakeRepository(t, { peerflix = '0.39.0', link }) {
  const root = fs.realpathSync(folderFor(t));
  const modules = path.join(root, 'fixture', 'native', 'node_modules');
  writePackage(root, 'peer-wire-protocol-native', '1.2.3');
  writePackage(
    path.join(root, 'node_modules', 'peer-wire-protocol'),
    'peer-wire-protocol',
    '0.7.1',
  );
  writePackage(path.join(modules, 'peerflix'), 'peerflix', peerflix);
  writePackage(path.join(modules, 'torrent-stream'), 'torrent-stream', '1.2.1');
  writePackage(path.join(modules, 'peer-wire-swarm'), 'peer-wire-swarm', '0.12.2');
  fs.symlinkSync(path.join(root, link), path.join(modules, 'peer-wire-protocol'), 'junction');
  return { root, modules };
}

describe('the fixture projects', () => {
  it('native resolves to this package, original to the original', () => {
    const native = locateFixture('native').wire;
    assert.equal(native.name, 'peer-wire-protocol-native');
    assert.equal(native.entry, path.join(ROOT, 'index.js'));
    const original = locateFixture('original').wire;
    assert.equal(`${original.name} ${original.version}`, 'peer-wire-protocol 0.7.1');
  });

  it('hold the same packages, but for the wire and what it needs', () => {
    const [native, original] = FIXTURES.map((name) => {
      const file = path.join(ROOT, 'fixture', name, 'package-lock.json');
      return JSON.parse(fs.readFileSync(file, 'utf8')).packages;
    });
    for (const [place, { version, integrity }] of Object.entries(native)) {
      if (!place.startsWith('node_modules/') || place === 'node_modules/peer-wire-protocol')
        continue;
      assert.deepEqual(
        [original[place]?.version, original[place]?.integrity],
        [version, integrity],
      );
    }
    const added = Object.keys(original).filter((place) => !(place in native));
    const ofOriginalOnly =
      /^node_modules\/(peer-wire-protocol\/|buffer-(alloc|alloc-unsafe|fill)$)/;
    assert.deepEqual(
      added.filter((place) => !ofOriginalOnly.test(place)),
      [],
    );
  });

  it('say nothing of where their packages came from', () => {
    for (const name of FIXTURES) {
      const file = path.join(ROOT, 'fixture', name, 'package-lock.json');
      const { packages } = JSON.parse(fs.readFileSync(file, 'utf8'));
      for (const { resolved } of /** @type {any[]} */ (Object.values(packages))) {
        assert.ok(
          resolved === undefined || /^\.\.\/\.\.(\/swarm)?$/.test(resolved),
          `${name}: ${resolved}`,
        );
      }
    }
  });
});

describe('a wrong wire is not let through', () => {
  it('the right one is', (t) => {
    const { root } = fakeRepository(t, { link: '.' });
    assert.equal(locateFixture('native', root).wire.version, '1.2.3');
  });

  it('the original where this package belongs', (t) => {
    const { root } = fakeRepository(t, { link: 'node_modules/peer-wire-protocol' });
    assert.throws(() => locateFixture('native', root), {
      code: 'ERR_START_WRONG_WIRE',
      message: /^peer-wire-protocol of fixture\/native is peer-wire-protocol 0\.7\.1 in /,
    });
  });

  it('a second copy below peer-wire-swarm', (t) => {
    const { root, modules } = fakeRepository(t, { link: '.' });
    const hidden = path.join(modules, 'peer-wire-swarm', 'node_modules', 'peer-wire-protocol');
    writePackage(hidden, 'peer-wire-protocol', '0.7.1');
    assert.throws(() => locateFixture('native', root), { code: 'ERR_START_WRONG_WIRE' });
  });

  it('another peerflix', (t) => {
    const { root } = fakeRepository(t, { link: '.', peerflix: '0.38.0' });
    assert.throws(() => locateFixture('native', root), {
      code: 'ERR_START_WRONG_WIRE',
      message: 'fixture/native holds peerflix 0.38.0, not 0.39.0',
    });
  });
});
