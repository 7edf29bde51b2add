'use strict';

// The test files of the original's npm package, as they are, run against this one.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { text } = require('node:stream/consumers');
const { test } = require('node:test');

const HOOK = path.join(__dirname, 'original-tests/redirect.js');
const ORIGINAL = path.dirname(require.resolve('peer-wire-protocol'));
const TESTS = path.join(ORIGINAL, 'tests');

/** What the original's own runner takes for a test. */
const files = fs.readdirSync(TESTS).filter((file) => /^test(-|_|\.).*\.js$/i.test(file));

/** @param {string[]} args of node */
async function run(args) {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
  const [stdout, stderr, report, [code, signal]] = await Promise.all([
    ...[1, 2, 3].map((fd) => text(/** @type {import('node:stream').Readable} */ (child.stdio[fd]))),
    once(child, 'close'),
  ]);
  return { output: stdout + stderr, report, ended: signal ?? code };
}

test('the original has the tests it had', () => {
  const { version } = JSON.parse(fs.readFileSync(path.join(ORIGINAL, 'package.json'), 'utf8'));
  assert.equal(version, '0.7.1');
  assert.deepEqual(files.sort(), [
    'test-notimeout.js',
    'test-protocol.js',
    'test-timeout-destroy.js',
    'test-timeout.js',
  ]);
});

for (const file of files) {
  test(`the original's ${file}`, { timeout: 30_000 }, async () => {
    const { output, report, ended } = await run(['--require', HOOK, path.join(TESTS, file)]);
    assert.equal(ended, 0, output);
    assert.deepEqual(JSON.parse(report), {
      redirected: [file],
      thisPackage: true,
      original: false,
    });
  });
}
