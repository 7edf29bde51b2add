'use strict';

// Every attack of the tables, on wires with an `error` listener and without, beside a healthy
// download, against one process that lives through all of them. In transport.test.js they are played
// against wires with sockets of their own.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { KINDS, SOCKET_KINDS } = require('./attacks/index.js');
const { suite } = require('./helpers/suite.js');
const { Victim } = require('./helpers/victim-process.js');

test('no two attacks have the same name', () => {
  const names = SOCKET_KINDS.flatMap(([, attacks]) => attacks.map(({ name }) => name));
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  );
});

suite(KINDS, () => Victim.start('native'));
