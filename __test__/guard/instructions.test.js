'use strict';

// No clock: how many instructions the Rust decoder takes for fixed input, and what encrypts it, as
// callgrind counts them.
// When a change makes them fewer, or more with good reason, `node __test__/guard/record.js` writes
// the new numbers down.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { build, compiler, hasValgrind, instructionsOf } = require('./helpers/callgrind.js');
const recorded = require('./instructions.json');

/**
 * Why the instructions cannot be counted here, if they cannot. In CI they must be.
 * @returns {string | false}
 */
function obstacle() {
  if (!hasValgrind()) {
    if (process.env.CI === 'true') return false;
    return 'valgrind is missing: apt-get install valgrind';
  }
  const { host } = compiler();
  return host !== recorded.host && `recorded on ${recorded.host}, and this is ${host}`;
}

test('instructions of the decoder', { skip: obstacle() }, async (t) => {
  assert.ok(hasValgrind(), 'CI must have valgrind');
  const program = build();
  const { rustc } = compiler();
  const isSame = rustc === recorded.rustc;
  // Another compiler makes other code of the same source; what matters then is that it is not far off.
  const tolerance = isSame ? recorded.tolerance : recorded.toleranceOfOtherCompilers;
  if (!isSame) t.diagnostic(`recorded with rustc ${recorded.rustc}, counted with ${rustc}`);

  for (const [name, before] of Object.entries(recorded.instructions)) {
    await t.test(name, () => {
      const now = instructionsOf(program, name);
      const change = now / before - 1;
      const text = `${now} instructions, ${before} recorded (${(100 * change).toFixed(1)} %)`;
      t.diagnostic(`${name}: ${text}`);
      assert.ok(change <= tolerance, `${name} takes more: ${text}`);
      // Else the gain could be lost again unseen.
      if (isSame) assert.ok(change >= -tolerance, `${name} takes less, record it: ${text}`);
    });
  }
});
