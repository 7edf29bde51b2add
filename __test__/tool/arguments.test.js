'use strict';

// The command line, and what comes of a wrong one.

const assert = require('node:assert/strict');
const { describe, it, test } = require('node:test');
const { parseArguments } = require('../../lib/tool/arguments.js');
const { parseInfoHash } = require('../../lib/tool/torrent.js');
const { version } = require('../../package.json');
const { run } = require('./helpers/run.js');

const HASH = '0123456789abcdef0123456789abcdef01234567';
const V2_HASH = 'ab'.repeat(32);
const PEER = '127.0.0.1:6881';

test('info hashes and magnet links', () => {
  /** @type {[string, string | null][]} */
  const rows = [
    [HASH, HASH],
    [HASH.toUpperCase(), HASH],
    [V2_HASH, V2_HASH],
    [`magnet:?xt=urn:btih:${HASH}`, HASH],
    [`magnet:?dn=a+b&xt=urn:btih:${HASH}&tr=http%3A%2F%2Fx`, HASH],
    ['MAGNET:?xt=urn:btih:AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH', HASH],
    ['magnet:?xt=urn:btih:aerukz4jvpg66ajdivtytk6n54asgrlh', HASH],
    [`magnet:?xt=urn:btmh:1220${V2_HASH}`, V2_HASH],
    [`magnet:?xt=urn:btmh:1220${V2_HASH}&xt=urn:btih:${HASH}`, HASH],
    [`magnet:?xt.1=urn:btih:${HASH}`, HASH],
    ['', null],
    [HASH.slice(1), null],
    [`${HASH}0`, null],
    [`g${HASH.slice(1)}`, null],
    ['magnet:?xt=urn:btih:', null],
    [`magnet:?xt=urn:sha1:${HASH}`, null],
    [`magnet:?xs=urn:btih:${HASH}`, null],
    [`http://?xt=urn:btih:${HASH}`, null],
  ];
  for (const [text, hash] of rows) {
    assert.equal(parseInfoHash(text)?.toString('hex') ?? null, hash, text);
  }
});

test('what is asked for', () => {
  assert.deepEqual(parseArguments(['probe', '[::1]:6881', HASH]), {
    command: 'probe',
    host: '::1',
    port: 6881,
    infoHash: Buffer.from(HASH, 'hex'),
    encryption: 'prefer',
    timeout: 10_000,
    stay: null,
    download: 4 * 1024 * 1024,
    pieceCount: null,
    json: false,
  });
  const all = '--encryption require --timeout 0.5 --seconds 3 --download 1.5 --pieces 9 --json';
  const options = /** @type {any} */ (parseArguments(['probe', PEER, HASH, ...all.split(' ')]));
  assert.deepEqual(
    [options.encryption, options.timeout, options.stay, options.download, options.pieceCount],
    ['require', 500, 3000, 1572864, 9],
  );
  assert.equal(options.json, true);
  assert.deepEqual(parseArguments(['decode', '-', '--payload']), {
    command: 'decode',
    file: '-',
    json: false,
    payload: true,
  });
  assert.deepEqual(parseArguments(['build', '--source', 'x']), { command: 'build', source: 'x' });
  for (const args of [[], ['--help'], ['-h'], ['help'], ['probe', '--help'], ['decode', '-h']]) {
    assert.deepEqual(parseArguments(args), { command: 'help' });
  }
});

describe('a wrong command line', () => {
  /** @type {[string[], RegExp][]} */
  const rows = [
    [['prob'], /^no such command: prob$/],
    [['toString'], /^no such command/],
    [['\x1b[31m'], /^no such command: \\x1b\[31m$/],
    [['probe'], /^HOST:PORT is missing$/],
    [['probe', PEER], /^INFOHASH is missing$/],
    [['probe', PEER, HASH, 'x'], /^too many arguments: x$/],
    [['probe', '::1:6881', HASH], /^no address.* ::1:6881$/],
    [['probe', PEER, 'abc'], /^no info hash.* abc$/],
    [
      ['probe', PEER, HASH, '--encryption', 'on'],
      /^--encryption is off, prefer or require, not on$/,
    ],
    [['probe', PEER, HASH, '--seconds', '-1'], /'--seconds'/],
    [['probe', PEER, HASH, '--seconds', '1e3'], /^--seconds is a number from 0 to 86400, not 1e3$/],
    [['probe', PEER, HASH, '--timeout', '0'], /^--timeout is a number/],
    [['probe', PEER, HASH, '--pieces', '1.5'], /^--pieces is a number/],
    [['probe', PEER, HASH, '--download', '1', '--no-download'], /not both$/],
    [['probe', PEER, HASH, '--payload'], /^Unknown option '--payload'$/],
    [['decode'], /^FILE is missing$/],
    [['decode', 'a', 'b'], /^too many arguments: b$/],
    [['build', 'x'], /^too many arguments: x$/],
  ];
  for (const [args, message] of rows) {
    it(JSON.stringify(args.join(' ')), () => {
      assert.throws(() => parseArguments(args), { name: 'UsageError', message });
    });
  }

  it('is told in one line, with exit code 2', async (t) => {
    const { code, stdout, stderr } = await run(t, ['probe', PEER]);
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      /^peer-wire-protocol-native: INFOHASH is missing \([^\n]*--help[^\n]*\)\n$/,
    );
  });
});

test('help and version', async (t) => {
  const [help, number] = await Promise.all([run(t, ['--help']), run(t, ['--version'])]);
  assert.match(help.stdout, /^Usage: [\s\S]*Exit codes: /);
  assert.ok(help.stdout.split('\n').every((line) => line.length <= 80));
  assert.equal(help.code, 0);
  assert.equal(number.stdout, `${version}\n`);
  assert.equal(number.code, 0);
});

test('what cannot be built from is told in one line', async (t) => {
  const { code, stderr } = await run(t, ['build', '--source', __dirname]);
  assert.match(stderr, /^peer-wire-protocol-native: there is no Cargo\.toml in [^\n]*\n$/);
  assert.equal(code, 1);
});
