'use strict';

const {
  HANDSHAKE,
  INFO_HASH,
  PEER_ID,
  PIECE_MESSAGE_LENGTH,
  pieceMessages,
} = require('../bytes.js');
const { Feed, fresh, turn } = require('../feed.js');
const { load } = require('../implementations.js');
const { cheaper, within } = require('../rows.js');
const { settled } = require('../settled.js');
const { workload } = require('./workload.js');

const WIRES = 10_000;
const CHUNK = 65536;
const CHUNKS = 16384; // 1 GiB
const CHUNKS_PER_TURN = 8;

/**
 * Opens wires, exchanges handshakes, and lets them be.
 * @param {import('../implementations.js').Implementation} implementation
 * @param {number} count
 */
async function open({ create }, count) {
  const seen = { handshakes: 0, bytes: 0 };
  /** @type {any[]} */
  const wires = [];
  for (let i = 0; i < count; i++) {
    const wire = create();
    wire.on('data', (/** @type {Uint8Array} */ chunk) => {
      seen.bytes += chunk.length;
    });
    wire.on('handshake', () => {
      seen.handshakes++;
    });
    wire.handshake(INFO_HASH, PEER_ID);
    wire.write(fresh(HANDSHAKE));
    wires.push(wire);
    if (i % 100 === 99) await turn();
  }
  await turn();
  return { wires, seen };
}

/** @param {import('../implementations.js').Name} runner */
async function idleWires(runner) {
  const implementation = await load(runner);
  await open(implementation, 100); // what is made once, for all
  const before = await settled();
  const { wires, seen } = await open(implementation, WIRES);
  const after = await settled();
  return {
    values: {
      heap: (after.heapUsed - before.heapUsed) / wires.length,
      resident: (after.rss - before.rss) / wires.length,
    },
    digest: `${seen.handshakes} handshakes in, ${seen.bytes} bytes out`,
    seen: seen.handshakes,
  };
}

/** @param {import('../implementations.js').Name} runner */
async function download(runner) {
  const { create } = await load(runner);
  const feed = new Feed(Buffer.concat(pieceMessages(64)), CHUNK);
  const wire = create();
  let blocks = 0;
  let bytes = 0;
  wire.on(
    'piece',
    (
      /** @type {number} */ _piece,
      /** @type {number} */ _offset,
      /** @type {Uint8Array} */ block,
    ) => {
      blocks++;
      bytes += block.length;
    },
  );
  wire.write(fresh(HANDSHAKE));
  let quarter = 0;
  let peak = 0;
  for (let i = 1; i <= CHUNKS; i++) {
    wire.write(feed.next());
    if (i % CHUNKS_PER_TURN === 0) {
      await turn();
      peak = Math.max(peak, process.memoryUsage.rss());
    }
    if (i === CHUNKS / 4) quarter = peak;
  }
  if (blocks !== Math.floor((CHUNKS * CHUNK) / PIECE_MESSAGE_LENGTH))
    throw new Error('blocks are lost');
  return { values: { quarter, peak }, digest: `${blocks} blocks`, seen: bytes };
}

module.exports = {
  workloads: [
    workload({ name: 'memory-idle', run: idleWires }),
    workload({ name: 'memory-download', run: download }),
  ],
  rows: [
    cheaper({
      table: 'codec',
      title: 'memory, idle wires, heap each',
      workload: 'memory-idle',
      value: 'heap',
      unit: 'B',
      most: 1,
    }),
    cheaper({
      table: 'codec',
      title: 'memory, idle wires, resident each',
      workload: 'memory-idle',
      value: 'resident',
      unit: 'B',
      most: 1,
    }),
    cheaper({
      table: 'codec',
      title: 'memory, download of 1 GiB, resident peak',
      workload: 'memory-download',
      value: 'peak',
      unit: 'B',
      most: 1,
    }),
    within({
      table: 'codec',
      title: 'memory, download of 1 GiB, peak at its end against at a quarter',
      workload: 'memory-download',
      from: 'quarter',
      to: 'peak',
      most: 1.1,
    }),
  ],
};
