'use strict';

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { playFairly } = require('./fairly.js');

/** @typedef {import('./victim-process.js').Victim} Victim */

/**
 * A test for every attack, against one process that lives through all of them.
 * @param {readonly [kind: string, attacks: import('./play.js').Attack[]][]} kinds
 * @param {() => Promise<Victim>} start
 */
function suite(kinds, start) {
  /** @type {Victim} */
  let victim;
  before(async () => {
    victim = await start();
  });
  after(() => victim.stop());
  for (const [kind, attacks] of kinds) {
    describe(kind, () => {
      for (const attack of attacks) {
        test(attack.name, async () => {
          const { faults } = await playFairly(victim, attack);
          if (faults.length > 0) {
            // What one attack has left behind is not the fault of the next.
            await victim.stop();
            victim = await start();
          }
          assert.deepEqual(faults, []);
        });
      }
    });
  }
}

module.exports = { suite };
