'use strict';

const { HANDSHAKE, PIECE_MESSAGE_LENGTH, pieceMessages } = require('../bytes.js');
const { Feed, fresh, writeAll } = require('../feed.js');
const { faster } = require('../rows.js');
const { job } = require('./workload.js');

// Blocks of 16 KiB arriving in chunks they are not aligned to.

const SIZES = [
  { name: 'decode-blocks-64k', chunk: '64 KiB', size: 65536, chunks: 16, runs: 800 },
  { name: 'decode-blocks-1448', chunk: '1448-byte', size: 1448, chunks: 181, runs: 6000 },
  { name: 'decode-blocks-1m', chunk: '1 MiB', size: 1048576, chunks: 4, runs: 200 },
];

/** A turn after so many chunks: a queue of them is no longer than a socket's would be. */
const CHUNKS_PER_TURN = 256;

/**
 * @param {import('../implementations.js').Implementation} implementation
 * @param {number} size of a chunk
 * @param {number} count of chunks
 * @returns {import('../measure.js').Job}
 */
function start({ create }, size, count) {
  const feed = new Feed(Buffer.concat(pieceMessages(64)), size);
  const wire = create();
  let bytes = 0;
  wire.on(
    'piece',
    (
      /** @type {number} */ _piece,
      /** @type {number} */ _offset,
      /** @type {Uint8Array} */ block,
    ) => {
      bytes += block.length;
    },
  );
  wire.write(fresh(HANDSHAKE));
  /** @type {Buffer[]} */
  let chunks = [];
  return {
    operations: (size * count) / PIECE_MESSAGE_LENGTH,
    prepare() {
      chunks = feed.take(count);
    },
    work: () => writeAll(wire, chunks, CHUNKS_PER_TURN),
    seen: () => bytes,
  };
}

module.exports = {
  workloads: SIZES.map(({ name, size, chunks, runs }) =>
    job(name, runs, (implementation) => start(implementation, size, chunks)),
  ),
  rows: SIZES.map(({ name, chunk }) =>
    faster({
      title: `decode, blocks, ${chunk} chunks`,
      workload: name,
      unit: 'ns/block',
      least: 3,
    }),
  ),
};
