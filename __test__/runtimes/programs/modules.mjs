// The package by import, by require, and by the names that it exports: all are the same.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import pwp, { Wire, connect, createServer } from 'peer-wire-protocol-native';
import * as all from 'peer-wire-protocol-native';
import Swarm from 'peer-wire-protocol-native/swarm';
import checks from './checks.cjs';
import importing from './importing.cjs';

const { check } = checks;
const require = createRequire(import.meta.url);

await check('import, and names', () => {
  assert.equal(Wire, pwp);
  assert.deepEqual([connect, createServer], [pwp.connect, pwp.createServer]);
  assert.equal(all.default, pwp);
  assert.ok(pwp() instanceof Wire);
});

await check('require gives the same', () => {
  assert.equal(require('peer-wire-protocol-native'), pwp);
  assert.equal(require('peer-wire-protocol-native/swarm'), Swarm);
  assert.equal(require('peer-wire-protocol-native/package.json').name, 'peer-wire-protocol-native');
});

await check('import() gives the same', async () => {
  assert.equal((await import('peer-wire-protocol-native')).default, pwp);
});

await check('import() in CommonJS gives the same, and names', async () => {
  const namespace = await importing();
  assert.equal(namespace.default, pwp);
  assert.deepEqual([namespace.Wire, namespace.connect], [pwp, pwp.connect]);
});

await check('what is not exported stays inside', () => {
  assert.throws(() => require('peer-wire-protocol-native/lib/wire.js'));
});
