'use strict';

// A thread with a transport of its own, in which wires talk: with a server of another thread, or with one
// of its own; for good, or until so many blocks have come.

const { parentPort, workerData } = require('node:worker_threads');
const pwp = require('../../../index.js');

const HOST = '127.0.0.1';
const LENGTH = 16_384;
const HASH = Buffer.alloc(20, 1);

/**
 * A server that answers everything.
 * @param {object} [options]
 */
function seeder(options) {
  return pwp.createServer(options, (wire) => {
    wire.on('handshake', (infoHash) => {
      wire.handshake(infoHash, HASH);
      wire.unchoke();
    });
    wire.on('request', (piece, _offset, length, respond) => {
      respond(null, Buffer.alloc(length, piece % 251));
    });
  });
}

/**
 * Asks for blocks, a few at a time.
 * @param {any} wire
 * @param {number} blocks how many
 * @param {(count: number) => void} [each]
 * @returns {Promise<number>} how many were right
 */
async function fetch(wire, blocks, each = () => {}) {
  wire.handshake(HASH, HASH);
  await new Promise((resolve, reject) => {
    wire.once('unchoke', resolve);
    wire.once('close', () => reject(wire.closeReason ?? new Error('it was closed')));
  });
  let [next, right, count] = [0, 0, 0];
  const one = async () => {
    while (next < blocks) {
      const piece = next++;
      const block = await wire.requestBlock(piece, 0, LENGTH);
      if (block.equals(Buffer.alloc(LENGTH, piece % 251))) right++;
      each(++count);
    }
  };
  await Promise.all(Array.from({ length: 10 }, one));
  return right;
}

module.exports = { HASH, HOST, fetch, seeder };

if (parentPort !== null) run(workerData);

/** @param {{ port: number | null, blocks: number | null, exits: boolean, options: any }} data */
async function run({ port, blocks, exits, options }) {
  const own = port === null ? seeder(options) : null;
  own?.listen(0, HOST);
  if (own) await new Promise((resolve) => own.once('listening', () => resolve(null)));
  const wire = pwp.connect({ ...options, port: port ?? own?.address()?.port ?? 0, host: HOST });
  const right = await fetch(wire, blocks ?? Number.POSITIVE_INFINITY, (count) => {
    if (count === 10) parentPort?.postMessage('busy');
    if (count === 12 && exits) process.exit(7);
  });
  parentPort?.postMessage({ right });
  wire.destroy();
  own?.close();
}
