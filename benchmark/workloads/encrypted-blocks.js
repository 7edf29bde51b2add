'use strict';

const {
  BLOCK_LENGTH,
  PIECE_MESSAGE_LENGTH,
  blockAt,
  noise,
  pieceMessages,
} = require('../bytes.js');
const { open, pair } = require('../encrypted.js');
const { Feed, turn, writeAll } = require('../feed.js');
const { faster } = require('../rows.js');
const { encryptedJob } = require('./workload.js');

/** @typedef {import('../encrypted.js').Encrypting} Encrypting */
/** @typedef {import('../measure.js').Job} Job */

// Blocks of 16 KiB over RC4: received in chunks they are not aligned to, sent, and both in one process.

const SIZES = [
  { name: 'encrypted-receive-64k', chunk: '64 KiB', size: 65536, chunks: 16, runs: 120 },
  { name: 'encrypted-receive-1448', chunk: '1448-byte', size: 1448, chunks: 181, runs: 480 },
];
const CHUNKS_PER_TURN = 256;

const BLOCKS = 64;
const SEND_RUNS = 160;
const PIPE_RUNS = 100;

/** @param {any} wire */
function countBlocks(wire) {
  const count = { blocks: 0, bytes: 0 };
  wire.on(
    'piece',
    (
      /** @type {number} */ _piece,
      /** @type {number} */ _offset,
      /** @type {Uint8Array} */ block,
    ) => {
      count.blocks++;
      count.bytes += block.length;
    },
  );
  return count;
}

/**
 * @param {Encrypting} implementation
 * @param {{ size: number, chunks: number }} options
 * @returns {Job}
 */
function startReceiving(implementation, { size, chunks: count }) {
  const feed = new Feed(Buffer.concat(pieceMessages(BLOCKS)), size);
  /** @type {Awaited<ReturnType<typeof open>> | null} */
  let opened = null;
  let received = { bytes: 0 };
  /** @type {Buffer[]} */
  let chunks = [];
  return {
    operations: (size * count) / PIECE_MESSAGE_LENGTH,
    async prepare() {
      if (opened === null) {
        opened = await open(implementation);
        received = countBlocks(opened.wire);
      }
      chunks = feed.take(count).map(opened.ciphers.seal);
    },
    work: () => writeAll(opened?.wire, chunks, CHUNKS_PER_TURN),
    seen: () => received.bytes,
  };
}

/**
 * The blocks of one run, as the wire's user has them.
 * @returns {[piece: number, offset: number, block: Buffer][]}
 */
function blocksOfRun() {
  const data = noise(BLOCKS * BLOCK_LENGTH);
  return Array.from({ length: BLOCKS }, (_, n) => [
    ...blockAt(n),
    data.subarray(n * BLOCK_LENGTH, (n + 1) * BLOCK_LENGTH),
  ]);
}

/**
 * The first run is deciphered, after it.
 * @param {Encrypting} implementation
 * @returns {Job}
 */
function startSending(implementation) {
  const blocks = blocksOfRun();
  /** @type {Awaited<ReturnType<typeof open>> | null} */
  let opened = null;
  let bytes = 0;
  /** @type {Uint8Array[] | null} */
  let first = [];
  const check = (/** @type {Uint8Array[]} */ chunks) => {
    const plain = opened?.ciphers.open(Buffer.concat(chunks));
    for (const [n, [, , block]] of blocks.entries()) {
      const end = (n + 1) * PIECE_MESSAGE_LENGTH;
      if (!plain?.subarray(end - BLOCK_LENGTH, end).equals(block))
        throw new Error('not this block');
    }
  };
  return {
    operations: BLOCKS,
    async prepare() {
      if (opened === null) {
        opened = await open(implementation);
        opened.wire.on('data', (/** @type {Uint8Array} */ chunk) => {
          bytes += chunk.length;
          first?.push(chunk);
        });
      } else if (first !== null) {
        check(first);
        first = null;
      }
    },
    async work() {
      for (const [piece, offset, block] of blocks) opened?.wire.piece(piece, offset, block);
      await turn();
    },
    seen: () => bytes,
  };
}

/**
 * @param {Encrypting} implementation
 * @returns {Job}
 */
function startPiping(implementation) {
  const blocks = blocksOfRun();
  /** @type {Awaited<ReturnType<typeof pair>> | null} */
  let wires = null;
  let received = { blocks: 0, bytes: 0 };
  return {
    operations: BLOCKS,
    async prepare() {
      if (wires !== null) return;
      wires = await pair(implementation);
      received = countBlocks(wires.responder);
      await turn();
    },
    async work() {
      const end = received.blocks + BLOCKS;
      for (const [piece, offset, block] of blocks) wires?.initiator.piece(piece, offset, block);
      while (received.blocks < end) await turn();
    },
    seen: () => received.bytes,
  };
}

const LEAST = 5;
const UNIT = 'ns/block';

module.exports = {
  workloads: [
    ...SIZES.map(({ name, runs, ...options }) =>
      encryptedJob(
        name,
        () => runs,
        (implementation) => startReceiving(implementation, options),
      ),
    ),
    encryptedJob('encrypted-send', () => SEND_RUNS, startSending),
    encryptedJob('encrypted-pipe', () => PIPE_RUNS, startPiping),
  ],
  rows: [
    ...SIZES.map(({ name, chunk }) =>
      faster({
        title: `encrypted, blocks received, ${chunk} chunks`,
        workload: name,
        unit: UNIT,
        least: LEAST,
      }),
    ),
    faster({
      title: 'encrypted, blocks sent',
      workload: 'encrypted-send',
      unit: UNIT,
      least: LEAST,
    }),
    faster({
      title: 'encrypted, blocks from wire to wire',
      workload: 'encrypted-pipe',
      unit: UNIT,
      least: LEAST,
    }),
  ],
};
