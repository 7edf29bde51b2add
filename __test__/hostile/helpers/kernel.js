'use strict';

// What the system knows, where it tells: on Linux.

const fs = require('node:fs');

const SOCKETS = ['/proc/net/tcp', '/proc/net/tcp6'];
const FILES = '/proc/self/fd';

/**
 * @template T
 * @param {() => T} look
 * @param {T} otherwise
 * @returns {T} what is seen, or the other where there is nothing to see, or no file left to see it with
 */
function seen(look, otherwise) {
  try {
    return look();
  } catch {
    return otherwise;
  }
}

/** @param {string} place as `0100007F:9EFB` */
const portOf = (place) => Number.parseInt(place.slice(place.indexOf(':') + 1), 16);

/**
 * Bytes that were sent on sockets of this process to others of this machine and that nobody has read yet;
 * 0 where the system does not say.
 * @param {import('node:net').Socket[]} sockets
 */
function unreadOf(sockets) {
  const keys = new Set(sockets.map(({ localPort, remotePort }) => `${remotePort} ${localPort}`));
  let bytes = 0;
  for (const file of SOCKETS) {
    const table = seen(() => fs.readFileSync(file, 'latin1'), '');
    for (const line of table.split('\n').slice(1)) {
      const [, local, remote, , queues] = line.trim().split(/\s+/, 5);
      if (queues === undefined || !keys.has(`${portOf(local)} ${portOf(remote)}`)) continue;
      bytes += Number.parseInt(queues.split(':')[1], 16);
    }
  }
  return bytes;
}

/** How many files and sockets the process has open; 0 where the system does not say. */
function openFiles() {
  return seen(() => fs.readdirSync(FILES).length, 0);
}

/**
 * The same by their kind.
 * @returns {Record<string, number>}
 */
function filesByKind() {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const file of seen(() => fs.readdirSync(FILES), /** @type {string[]} */ ([]))) {
    // The one that the others are read by has gone since.
    const name = seen(() => fs.readlinkSync(`${FILES}/${file}`), 'the list itself');
    const kind = name.replace(/\[\d+\]/, '');
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** Bytes that JavaScript objects and what they keep take; none where there is no file left to ask with. */
function memory() {
  return seen(() => process.memoryUsage(), { heapUsed: 0, external: 0, arrayBuffers: 0 });
}

/** Bytes of the process that are in memory; none as above. */
function resident() {
  return seen(() => process.memoryUsage.rss(), 0);
}

module.exports = { filesByKind, memory, openFiles, resident, unreadOf };
