'use strict';

// The script around the fuzz targets: what it takes from libFuzzer's words, and its exit codes. The
// targets themselves are replayed by cargo.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { test } = require('node:test');
const { Reading } = require('../../scripts/fuzz/reading.js');
const { table } = require('../../scripts/fuzz/table.js');

const SCRIPT = path.join(__dirname, '../../scripts/fuzz.js');

const RUN = `INFO: Loaded 1 modules   (1188 inline 8-bit counters): 1188 [0x1, 0x2),
#2	INITED cov: 186 ft: 186 corp: 1/1b exec/s: 0 rss: 27Mb
#131072	pulse  cov: 475 ft: 2641 corp: 400/30Kb lim: 1300 exec/s: 20000 rss: 40Mb
`;

const STATISTICS = `stat::number_of_executed_units: 225302
stat::average_exec_per_sec:     20482
`;

const CRASH = `thread '<unnamed>' (1) panicked at src/driven.rs:99:21:
209958 for 69986 bytes
stack backtrace:
==1== ERROR: libFuzzer: deadly signal
artifact_prefix='/f/'; Test unit written to /f/crash-1
`;

/**
 * @param {string} text
 * @param {string | null} failure
 */
function read(text, failure) {
  const reading = new Reading('decode');
  for (const line of text.split('\n')) reading.add(line);
  return reading.result(failure);
}

test('a run that ends well', () => {
  assert.deepEqual(read(RUN + STATISTICS, null), {
    target: 'decode',
    executions: 225302,
    perSecond: 20482,
    edges: 475,
    allEdges: 1188,
    features: 2641,
    crash: null,
  });
});

test('a crash has its reason and its input', () => {
  assert.deepEqual(read(RUN + CRASH + STATISTICS, 'exit code 77').crash, {
    reason: 'src/driven.rs:99:21: 209958 for 69986 bytes',
    input: '/f/crash-1',
  });
});

test('an input that takes too long, and an end without a word', () => {
  const slow =
    '==1== ERROR: libFuzzer: timeout after 10 seconds\nTest unit written to /f/timeout-1';
  assert.equal(read(slow, 'exit code 70').crash?.reason, 'timeout after 10 seconds');
  assert.equal(read('', 'SIGKILL').crash?.reason, 'SIGKILL');
});

test('the table says which target crashed', () => {
  const rows = table([read(RUN + STATISTICS, null), read(RUN + CRASH, 'exit code 77')]).split('\n');
  assert.match(rows[1], /^decode +225302 +20482 +475 of 1188 +2641$/);
  assert.match(rows[2], /crash$/);
});

test('exit code 2 for what cannot be started, in one line', () => {
  const environment = { ...process.env, CXX: 'no-such-compiler' };
  for (const [args, message] of /** @type {[string[], RegExp][]} */ ([
    [['--target', 'none'], /^--target takes (?=.*decode).*\n$/],
    [['--seconds', '0'], /^--seconds takes .*\n$/],
    [['--sec', '1'], /^Unknown option .*\n$/],
    [[], /^libFuzzer needs a C\+\+ compiler: .*\n$/],
  ])) {
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
      encoding: 'utf8',
      env: environment,
    });
    assert.equal(status, 2, stderr);
    assert.match(stderr, message);
  }
});
