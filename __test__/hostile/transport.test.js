'use strict';

// The attacks of attacks.test.js, and those that only sockets can be the target of, against a process
// whose wires have sockets of their own, of the native transport. Where the program begins, it dials.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { SOCKET_KINDS } = require('./attacks/index.js');
const { GONE, many, opens } = require('./attacks/scripts.js');
const bytes = require('./helpers/bytes.js');
const { judge } = require('./helpers/judge.js');
const { play } = require('./helpers/play.js');
const { suite } = require('./helpers/suite.js');
const { Victim } = require('./helpers/victim-process.js');

/** Files that a process has room for which runs out of them: itself has some two dozen. */
const FEW_FILES = 64;

/**
 * What is played here: the tables that say what a message may be are read by the same decoder as on a
 * piped wire. All of them: `npm run test:hostile -- --transport`.
 */
const QUICK = ['lengths', 'handshake', 'connection faults', 'sockets'];

/** What depends most on which thread does what when. */
const RACES = ['sockets'];

describe('the transport has one thread', () => {
  const kinds = SOCKET_KINDS.filter(([kind]) => QUICK.includes(kind));
  suite(kinds, () => Victim.start('native socket'));
});

describe('the transport has three threads', () => {
  const kinds = SOCKET_KINDS.filter(([kind]) => RACES.includes(kind));
  suite(kinds, () => Victim.start('native socket', { threads: 3 }));
});

test('when there are no files left for sockets, the others go on, and it recovers', async (t) => {
  const victim = await Victim.start('native socket', { files: FEW_FILES });
  t.after(() => victim.stop());
  const flood = {
    name: 'more connections than there are files',
    script: many(200, (peer) => peer.open(bytes.have(1))),
    outcome: GONE,
    source: 'EMFILE',
  };
  const { isAlive, inTime, healthy, finished } = await play(victim, flood, 1000);
  assert.deepEqual([isAlive, inTime, victim.stderr], [true, true, '']);
  assert.ok(healthy && !healthy.gone && healthy.wrong === 0, JSON.stringify(healthy));
  assert.ok(finished.wires.length < FEW_FILES, `${finished.wires.length} wires`);
  const next = {
    name: 'then an honest one',
    script: opens(bytes.have(1)),
    outcome: 'kept open',
    events: { have: 1 },
    source: 'EMFILE',
  };
  assert.deepEqual(judge(next, await play(victim, next), victim.stderr), []);
});
