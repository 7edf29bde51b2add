'use strict';

// The fuzz of the border, for some seconds; `npm run fuzz:border` has more of them.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { describe, test } = require('node:test');
const plants = require('./plants.js');

const RUN = path.join(__dirname, 'run.js');
const SECONDS = 3;

/** @param {...(string | number)} args */
function run(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [RUN, ...args.map(String)], {
    encoding: 'utf8',
  });
  return { status, text: stdout + stderr };
}

for (const seed of [1, 2, 3]) {
  test(`seed ${seed}`, (t) => {
    const { status, text } = run('--seconds', SECONDS, '--seed', seed);
    assert.equal(status, 0, text);
    assert.match(text, /cases without a finding/);
    t.diagnostic(text.trim());
  });
}

describe('a wire that is wrong in one thing is noticed', () => {
  const signs = {
    'loses a message': /deep-equal/,
    'refuses a request twice': /deep-equal/,
    'mishears an extension': /deep-equal/,
    'writes over a block handed out': /a payload of \d+ bytes has changed since case/,
    'keeps a decoder': /decoders are left/,
    'throws what nobody knows': /no such record/,
    'closes twice': /'close' came 2 times/,
    'ends the process': /SIGABRT/,
    'never returns': /it hangs/,
  };
  assert.deepEqual(Object.keys(signs), Object.keys(plants));
  for (const [name, sign] of Object.entries(signs)) {
    test(name, () => {
      // Patience is for the one that never returns; the others are noticed long before.
      const args = ['--seconds', 60, '--seed', 1, '--patience', 5, '--plant', name];
      const { status, text } = run(...args);
      assert.equal(status, 1, text);
      assert.match(text, sign);
      assert.match(text, /again: npm run fuzz:border -- --seed 1 --case \d+/);
    });
  }
});

describe('arguments', () => {
  for (const args of [
    ['--seed', 'x'],
    ['--case', '3'],
    ['--seconds', '0'],
    ['--plant', 'rose'],
    ['--what'],
  ]) {
    test(args.join(' '), () => {
      const { status, text } = run(...args);
      assert.equal(status, 2);
      assert.match(text, /usage: /);
    });
  }
});
