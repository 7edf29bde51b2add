'use strict';

// Every attack of the tables, on wires with an `error` listener and without, beside a healthy
// download, against one process that lives through all of them.

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { ATTACKS, KINDS } = require('./attacks/index.js');
const { judge } = require('./helpers/judge.js');
const { play } = require('./helpers/play.js');
const { Victim } = require('./helpers/victim-process.js');

/** @type {Victim} */
let victim;
before(async () => {
  victim = await Victim.start('native');
});
after(() => victim.stop());

test('no two attacks have the same name', () => {
  const names = ATTACKS.map(({ name }) => name);
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
  );
});

for (const [kind, attacks] of KINDS) {
  describe(kind, () => {
    for (const attack of attacks) {
      test(attack.name, async () => {
        const observed = await play(victim, attack);
        const { stderr } = victim;
        const faults = judge(attack, observed, stderr);
        if (faults.length > 0) {
          // What one attack has left behind is not the fault of the next.
          await victim.stop();
          victim = await Victim.start('native');
        }
        assert.deepEqual(faults, []);
      });
    }
  });
}
