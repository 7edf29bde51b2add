'use strict';

const fs = require('node:fs');
const { parseArgs } = require('node:util');

const DEFAULT_SIZE = 256; // MiB
const MAX_SIZE = 1024 * 1024; // MiB, so 1 TiB

const USAGE = `Usage: npm start -- [TORRENT | MAGNET] [options]

Without a torrent: makes a file, seeds it from a process of its own, streams it through peerflix
over loopback TCP from nothing but its info hash, reads it back over HTTP, and checks its SHA-1.

With one, streams it through peerflix at a local address until it is complete. TORRENT is a
.torrent file or the http(s) address of one, MAGNET a magnet link or an info hash. The data lives
in a temporary folder, which is removed at the end.

Options:
  --peer HOST:PORT   take the torrent from this peer, with DHT and trackers off; may be repeated
  --native           run on this package's swarm too, whose wires have sockets of their own
  --original         run on the JavaScript original instead of this package, for comparison
  --size MIB         size of the file that is made (default ${DEFAULT_SIZE})
  --verbose          show the output of npm and cargo during the set-up
  --help             show this text
`;

/** A mistake in the command line: told in one line, exit code 2. */
class UsageError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'UsageError';
    this.code = 'ERR_START_USAGE';
  }
}

/**
 * @typedef {object} StartArguments
 * @property {boolean} help
 * @property {boolean} verbose
 * @property {import('../setup.js').FixtureName} variant
 * @property {number} size in bytes
 * @property {string | null} torrent
 * @property {string[]} peers
 */

/**
 * @param {string[]} args
 * @returns {StartArguments}
 */
function parseArguments(args) {
  const { values, positionals } = read(args);
  if (positionals.length > 1) {
    throw new UsageError(`one torrent at a time, not ${positionals.length}`);
  }
  const torrent = positionals[0] ?? null;
  const peers = values.peer ?? [];
  if (values.help !== true) {
    if (torrent === null && peers.length > 0) throw new UsageError('--peer needs a torrent');
    if (torrent !== null && values.size !== undefined) {
      throw new UsageError('--size is for the file that is made, not for a torrent of your own');
    }
    if (torrent !== null) checkTorrent(torrent);
  }
  return {
    help: values.help === true,
    verbose: values.verbose === true,
    variant: variantOf(values),
    size: parseSize(values.size) * 1024 * 1024,
    torrent,
    peers: peers.map(parsePeer),
  };
}

/**
 * @param {{ native?: boolean, original?: boolean }} values
 * @returns {import('../setup.js').FixtureName}
 */
function variantOf({ native, original }) {
  if (native && original) throw new UsageError('--native or --original, not both');
  if (original) return 'original';
  return native ? 'swarm' : 'native';
}

/** @param {string[]} args */
function read(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        native: { type: 'boolean' },
        original: { type: 'boolean' },
        peer: { type: 'string', multiple: true },
        size: { type: 'string' },
        verbose: { type: 'boolean' },
      },
    });
  } catch (error) {
    // Node explains at length how to pass such a value on; its first sentence names the mistake.
    const [sentence] = /** @type {Error} */ (error).message.split(/\. |\n/);
    throw new UsageError(sentence);
  }
}

/** @param {string | undefined} text */
function parseSize(text) {
  if (text === undefined) return DEFAULT_SIZE;
  const size = Number(text);
  if (!/^\d+$/.test(text) || size < 1 || size > MAX_SIZE) {
    throw new UsageError(`--size takes a whole number of MiB from 1 to ${MAX_SIZE}, not '${text}'`);
  }
  return size;
}

/** @param {string} text */
function parsePeer(text) {
  const match = /^([A-Za-z0-9.-]+):(\d{1,5})$/.exec(text);
  const port = Number(match?.[2]);
  // peer-wire-swarm cuts an address at its first colon, and passes over port 65535.
  if (!match || port < 1 || port > 65534) {
    throw new UsageError(`--peer takes HOST:PORT (a name or an IPv4 address), not '${text}'`);
  }
  return `${match[1]}:${port}`;
}

/** @param {string} torrent */
function checkTorrent(torrent) {
  if (torrent.startsWith('magnet:')) {
    const topics = new URLSearchParams(torrent.slice(torrent.indexOf('?') + 1)).getAll('xt');
    if (!topics.some((topic) => /^urn:btih:([a-f0-9]{40}|[a-z2-7]{32})$/i.test(topic))) {
      throw new UsageError('the magnet link has no info hash (xt=urn:btih:...)');
    }
    return;
  }
  if (/^([a-f0-9]{40}|[a-z2-7]{32})$/i.test(torrent)) return;
  if (/^https?:\/\/./i.test(torrent)) return;
  checkFile(torrent);
}

/** @param {string} file */
function checkFile(file) {
  let first;
  try {
    const handle = fs.openSync(file, 'r');
    try {
      first = Buffer.alloc(1);
      fs.readSync(handle, first, 0, 1, 0);
    } finally {
      fs.closeSync(handle);
    }
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder' : code;
    throw new UsageError(`cannot read the torrent '${file}': ${why}`);
  }
  // A .torrent file is one bencoded dictionary (BEP 3), which starts with "d".
  if (first.toString('latin1') !== 'd') throw new UsageError(`'${file}' is not a torrent file`);
}

module.exports = { USAGE, UsageError, parseArguments };
