'use strict';

const { folderFor } = require('./helpers/prepare.js');
const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const { describe, it } = require('node:test');
const { openFixture } = require('../../scripts/start/fixture.js');
const { Seeder } = require('../../scripts/start/seeder.js');
const { createSource } = require('../../scripts/start/source.js');
const { cleanUpAfter } = require('./helpers/cleanup.js');
const { runStart } = require('./helpers/start.js');

const TIMEOUT = 60_000;
const LENGTH = 3 * 1024 * 1024 + 99;

const NATIVE = /wire: native \(peer-wire-protocol-native \d+\.\d+\.\d+\)/;
const SWARM = /wire: swarm \(peer-wire-protocol-native \d+\.\d+\.\d+\)/;
const ORIGINAL = /wire: original \(peer-wire-protocol 0\.7\.1\)/;

/**
 * A small file of one's own with its torrent, and a seeder of it.
 * @param {import('node:test').TestContext} t
 */
async function seed(t) {
  const folder = folderFor(t);
  const source = await createSource(folder, LENGTH);
  const torrent = path.join(folder, 'file.torrent');
  fs.writeFileSync(torrent, source.torrent);
  const seeder = new Seeder(openFixture('native').Wire, source);
  const peer = `127.0.0.1:${await seeder.listen()}`;
  cleanUpAfter(t, () => seeder.close());
  return { source, torrent, peer };
}

/**
 * A peer that takes connections and never says a word.
 * @param {import('node:test').TestContext} t
 */
async function listenSilently(t) {
  /** @type {Set<net.Socket>} */
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.resume();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  cleanUpAfter(t, () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return { sockets, peer: `127.0.0.1:${port}` };
}

const WRONG = [
  { args: ['--nope'], message: /^Unknown option '--nope'/ },
  { args: ['--size'], message: /^Option '--size <value>' argument missing/ },
  { args: ['--size', 'big'], message: /^--size takes a whole number of MiB/ },
  { args: ['--size', '0'], message: /^--size takes a whole number of MiB/ },
  { args: ['--size', '8.5'], message: /^--size takes a whole number of MiB/ },
  { args: ['--peer', '127.0.0.1:1'], message: /^--peer needs a torrent/ },
  { args: ['--native', '--original'], message: /^--native or --original, not both/ },
  { args: ['one', 'two'], message: /^one torrent at a time, not 2/ },
  {
    args: ['/no/such.torrent'],
    message: /^cannot read the torrent '\/no\/such\.torrent': no such/,
  },
  { args: [__dirname], message: /^cannot read the torrent '.*': a folder/ },
  { args: [__filename], message: /is not a torrent file/ },
  { args: ['magnet:?dn=x'], message: /^the magnet link has no info hash/ },
  { args: ['ab'.repeat(20), '--peer', 'localhost'], message: /^--peer takes HOST:PORT/ },
  { args: ['ab'.repeat(20), '--peer', 'localhost:0'], message: /^--peer takes HOST:PORT/ },
  { args: ['ab'.repeat(20), '--size', '8'], message: /^--size is for the file that is made/ },
];

describe('npm start, wrong arguments', { concurrency: 2 }, () => {
  for (const { args, message } of WRONG) {
    it(`${args.map((arg) => path.basename(arg)).join(' ')}`, { timeout: TIMEOUT }, async (t) => {
      const run = runStart(t, args);
      assert.deepEqual(await run.closed, { code: 2, signal: null });
      assert.equal(run.output.stdout, '');
      assert.match(run.output.stderr, message);
      assert.match(run.output.stderr, /^[^\n]+ \(ERR_START_USAGE\)\n$/);
    });
  }

  it('a file that only looks like a torrent', { timeout: TIMEOUT }, async (t) => {
    const file = path.join(folderFor(t), 'fake.torrent');
    fs.writeFileSync(file, 'd4:infod4:name1:xee');
    const run = runStart(t, [file, '--peer', '127.0.0.1:1']);
    assert.deepEqual(await run.closed, { code: 2, signal: null });
    assert.match(run.output.stderr, /\n[^\n]*required field[^\n]* \(ERR_START_TORRENT\)\n$/);
    assert.doesNotMatch(run.output.stderr, /\n\s+at /);
    assert.deepEqual(run.leftovers(), []);
  });

  it('--help', { timeout: TIMEOUT }, async (t) => {
    const run = runStart(t, ['--help']);
    assert.deepEqual(await run.closed, { code: 0, signal: null });
    assert.match(run.output.stdout, /^Usage: npm start/);
    assert.equal(run.output.stderr, '');
  });
});

describe('npm start', { concurrency: 2 }, () => {
  for (const [args, wire] of /** @type {[string[], RegExp][]} */ ([
    [[], NATIVE],
    [['--native'], SWARM],
    [['--original'], ORIGINAL],
  ])) {
    it(`--size 8 ${args}`, { timeout: TIMEOUT }, async (t) => {
      const run = runStart(t, ['--size', '8', ...args]);
      assert.deepEqual(await run.closed, { code: 0, signal: null }, run.output.stderr);
      assert.match(
        run.output.stdout,
        /^8\.4 MB in [\d.]+ s \([\d.]+ MB\/s\) \| \d+\.\d\d CPU s\/GB \([^)]+\) \| SHA-1 [0-9a-f]{40} matches \| .+\n$/,
      );
      assert.match(run.output.stdout, wire);
      assert.match(run.output.stderr, wire);
      assert.match(run.output.stderr, /^100 %, 8\.4 MB of 8\.4 MB, .* 1\/1 peers, 0 s left$/m);
      assert.deepEqual(run.leftovers(), []);
    });
  }

  it('streams a torrent of one’s own from the peer it is given', {
    timeout: TIMEOUT,
  }, async (t) => {
    const { source, peer, torrent } = await seed(t);
    const run = runStart(t, [torrent, '--peer', peer]);
    assert.deepEqual(await run.closed, { code: 0, signal: null }, run.output.stderr);
    const [serving, result] = run.output.stdout.split('\n');
    assert.match(
      serving,
      /^streaming pseudo-random\.bin \(3\.1 MB\) at http:\/\/127\.0\.0\.1:\d+\/$/,
    );
    assert.match(result, new RegExp(`SHA-1 ${source.sha1} every piece verified`));
    assert.match(result, NATIVE);
    assert.deepEqual(run.leftovers(), []);
  });

  it('serves on while somebody reads, from a magnet', { timeout: TIMEOUT }, async (t) => {
    const { source, peer } = await seed(t);
    const run = runStart(t, [
      `magnet:?xt=urn:btih:${source.infoHash}`,
      '--peer',
      peer,
      '--original',
    ]);
    await run.until(() => run.output.stdout.includes('\n'));
    const url = /** @type {RegExpExecArray} */ (/http:\S+/.exec(run.output.stdout))[0];
    const reader = await new Promise((resolve) => http.get(url, resolve));
    await run.until(() => run.output.stderr.includes('serving on'));
    assert.equal(run.child.exitCode, null);
    const hash = createHash('sha1');
    for await (const chunk of reader) hash.update(chunk);
    assert.equal(hash.digest('hex'), source.sha1);
    assert.deepEqual(await run.closed, { code: 0, signal: null });
    assert.match(run.output.stdout, ORIGINAL);
  });

  it('fetches a torrent by its address', { timeout: TIMEOUT }, async (t) => {
    const { source, peer } = await seed(t);
    const server = http.createServer((_, response) => response.end(source.torrent));
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
    cleanUpAfter(t, () => server.close());
    const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
    const run = runStart(t, [`http://127.0.0.1:${port}/file.torrent`, '--peer', peer]);
    assert.deepEqual(await run.closed, { code: 0, signal: null }, run.output.stderr);
    assert.match(run.output.stdout, new RegExp(source.sha1));
  });

  it('takes a second peer when the first is not there', { timeout: TIMEOUT }, async (t) => {
    const { source, peer, torrent } = await seed(t);
    const run = runStart(t, [torrent, '--peer', '127.0.0.1:1', '--peer', peer]);
    assert.deepEqual(await run.closed, { code: 0, signal: null }, run.output.stderr);
    assert.match(run.output.stdout, new RegExp(source.sha1));
  });

  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGKILL'])) {
    const options = { timeout: TIMEOUT, skip: process.platform === 'win32' && 'no such signals' };
    it(`leaves nothing behind after ${signal}`, options, async (t) => {
      const { torrent } = await seed(t);
      const silent = await listenSilently(t);
      const run = runStart(t, [torrent, '--peer', silent.peer]);
      await run.until(() => run.output.stdout.includes('streaming') && silent.sockets.size === 1);
      assert.equal(run.leftovers().length, 1);
      run.child.kill(signal);
      const { code } = await run.closed;
      assert.equal(code, { SIGINT: 130, SIGTERM: 143, SIGKILL: null }[signal]);
      await run.until(() => silent.sockets.size === 0); // the leecher has gone
      await run.until(() => run.leftovers().length === 0);
    });
  }
});
