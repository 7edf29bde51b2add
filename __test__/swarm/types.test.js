'use strict';

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { Swarm } = require('./helpers/sides.js');
const { PEER_ID } = require('./helpers/world.js');

const ROOT = path.join(__dirname, '../..');
const TSC = path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc');

test('every use compiles, no wrong use does, by require and by import', () => {
  const { status, stdout } = spawnSync(
    process.execPath,
    [TSC, '-p', path.join(__dirname, 'types')],
    { cwd: ROOT, encoding: 'utf8' },
  );
  assert.equal(status, 0, stdout);
});

test('everything that is declared is there, and everything public is declared', () => {
  const declared = fs.readFileSync(path.join(ROOT, 'swarm/index.d.ts'), 'utf8');
  const [, body] = declared.split('interface Swarm extends EventEmitter {');
  const names = new Set(
    [...body.matchAll(/^ {4}(?:readonly )?(\w+)[(:<]/gm)].map(([, name]) => name),
  );
  const swarm = Swarm('aa'.repeat(20), PEER_ID);
  for (const name of names) assert.ok(name in swarm, name);
  const own = [...Object.keys(swarm), ...Object.getOwnPropertyNames(Swarm.prototype)];
  const emitters = Object.keys(require('node:events').prototype);
  const silent = own.filter(
    (name) => !names.has(name) && name !== 'constructor' && !name.startsWith('_'),
  );
  assert.deepEqual(
    silent.filter((name) => !emitters.includes(name)),
    [],
  );
});

test('its package is what torrent-stream asks for', () => {
  const { name, version, main } = require('../../swarm/package.json');
  assert.equal(name, 'peer-wire-swarm');
  assert.match(version, /^0\.12\.\d+$/);
  assert.equal(require.resolve(path.join(ROOT, 'swarm', main)), path.join(ROOT, 'swarm/index.js'));
  assert.equal(require('peer-wire-protocol-native/swarm'), Swarm);
});
