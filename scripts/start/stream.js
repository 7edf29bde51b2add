'use strict';

const { createHash } = require('node:crypto');
const http = require('node:http');
const { setTimeout: delay } = require('node:timers/promises');
const { describeWire } = require('./fixture.js');
const { bytes, resultLine } = require('./format.js');

const STALL_MS = 60_000;
const NOTICE_MS = 15_000;
const READER_IDLE_MS = 10_000; // a player seeks: it closes one request and opens the next
const READER_POLL_MS = 500;

/** A run that came to nothing. */
class StartError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'StartError';
    this.code = code;
  }
}

/** @param {string} text */
function say(text) {
  process.stderr.write(`${text}\n`);
}

/**
 * Reads all of `url` and gives the SHA-1 of it.
 * @param {string} url
 * @param {number} length what it must be
 * @param {number | null} stallMs how long nothing may come
 * @returns {Promise<string>}
 */
function readBack(url, length, stallMs) {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers: { 'x-own-reader': '1' } }, (response) => {
      const hash = createHash('sha1');
      let received = 0;
      response.on('data', (chunk) => {
        received += chunk.length;
        hash.update(chunk);
      });
      response.once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200 && received === length) resolve(hash.digest('hex'));
        else {
          const what = `HTTP ${response.statusCode}, ${received} of ${length} bytes`;
          reject(new StartError('ERR_START_HTTP', `peerflix's server answered with ${what}`));
        }
      });
    });
    request.once('error', reject);
    if (stallMs !== null) {
      request.setTimeout(stallMs, () => {
        const seconds = stallMs / 1000;
        request.destroy(new StartError('ERR_START_STALLED', `no byte came for ${seconds} s`));
      });
    }
  });
}

/**
 * A run with a seeder of our own may not take for ever; with the world's, it may.
 * @template T
 * @param {Promise<T>} work
 * @param {string} what
 * @param {boolean} isOwn
 * @returns {Promise<T>}
 */
async function serving(work, what, isOwn) {
  const stop = new AbortController();
  const started = Date.now();
  const watch = async () => {
    for (;;) {
      await delay(NOTICE_MS, undefined, { signal: stop.signal });
      const seconds = Math.round((Date.now() - started) / 1000);
      if (isOwn && seconds * 1000 >= STALL_MS) {
        throw new StartError('ERR_START_STALLED', `${what}: nothing after ${seconds} s`);
      }
      say(`${what}: still waiting after ${seconds} s`);
    }
  };
  try {
    return await Promise.race([work, /** @type {Promise<never>} */ (watch())]);
  } finally {
    stop.abort();
  }
}

/**
 * Waits until nobody else reads from the server any more.
 * @param {import('./child.js').Child} leecher
 */
async function waitForReaders(leecher) {
  let isTold = false;
  for (;;) {
    const { reading, idleMs } = await leecher.ask('readers');
    if (reading === 0 && (idleMs === null || idleMs > READER_IDLE_MS)) return;
    if (!isTold) say('complete; serving on until the last reader has gone (Ctrl-C to stop)');
    isTold = true;
    await delay(READER_POLL_MS);
  }
}

/**
 * Streams one torrent through peerflix in a child process, shows how it goes, and reads the file
 * back from peerflix's HTTP server.
 * @param {object} options
 * @param {import('./workspace.js').Workspace} options.workspace
 * @param {import('./progress.js').Progress} options.progress
 * @param {import('../setup.js').FixtureName} options.variant
 * @param {string} options.torrent
 * @param {string[]} options.peers
 * @param {string | null} options.expected the SHA-1 of the file, when it is known
 * @returns {Promise<{ line: string, isRight: boolean }>}
 */
async function streamTorrent({ workspace, progress, variant, torrent, peers, expected }) {
  const isOwn = expected !== null;
  const leecher = workspace.spawn('leecher-process', { variant, torrent, peers });
  const failure = workspace.anyFailure();
  failure.catch(() => {}); // may come after everybody stopped listening
  leecher.on('progress', (state) => progress.update(state));
  const run = async () => {
    const { wire } = await leecher.next('wire');
    say(`wire: ${describeWire(wire)}, ${wire.entry}`);
    const { url, name, length } = await serving(
      leecher.next('serving'),
      'fetching the metadata',
      isOwn,
    );
    if (length === 0) throw new StartError('ERR_START_EMPTY', `'${name}' is empty`);
    if (isOwn) say(`streaming ${bytes(length)} over ${url}`);
    else process.stdout.write(`streaming ${name} (${bytes(length)}) at ${url}\n`);
    progress.start(length);
    const sha1 = await readBack(url, length, isOwn ? STALL_MS : null);
    const usage = await leecher.ask('usage');
    progress.finish();
    if (!isOwn) await waitForReaders(leecher);
    const result = { ...usage, length, sha1, expected, wire: describeWire(wire) };
    return { line: resultLine(result), isRight: expected === null || sha1 === expected };
  };
  return await Promise.race([run(), failure]);
}

module.exports = { StartError, say, streamTorrent };
