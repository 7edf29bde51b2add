'use strict';

const { HANDSHAKE, UNCHOKE, blockAt, message, pieceMessages } = require('../bytes.js');
const { fresh, turn, writeAll } = require('../feed.js');
const { faster, growth } = require('../rows.js');
const { job } = require('./workload.js');

// Blocks arriving for requests that wait for them. Asking is outside the clock. The blocks are short:
// no wire copies one that arrives whole, and making the input would take longer than the work.

const LENGTH = 1024; // bytes of a block
const CHUNKS_PER_TURN = 128;

/**
 * Depth, the order of arrival, and how many wires share the work, so that a run is long enough for
 * the clock.
 * @type {{ depth: number, order: 'in order' | 'reversed' | 'shuffled', wires: number, runs: number }[]}
 */
const CASES = [
  { depth: 1, order: 'in order', wires: 128, runs: 5000 },
  { depth: 64, order: 'in order', wires: 2, runs: 5000 },
  { depth: 64, order: 'reversed', wires: 2, runs: 5000 },
  { depth: 64, order: 'shuffled', wires: 2, runs: 5000 },
  { depth: 2000, order: 'in order', wires: 1, runs: 320 },
  { depth: 2000, order: 'reversed', wires: 1, runs: 320 },
  { depth: 2000, order: 'shuffled', wires: 1, runs: 320 },
];

/** @param {{ depth: number, order: string }} options */
function nameOf({ depth, order }) {
  return `match-${depth}${order === 'in order' ? '' : `-${order}`}`;
}

/** @param {{ depth: number, order: string }} options */
function titleOf({ depth, order }) {
  if (depth === 1) return 'matching, depth 1';
  return `matching, depth ${depth === 2000 ? '2,000' : depth}, ${order}`;
}

/**
 * @template T
 * @param {T[]} items
 * @param {string} order
 * @returns {T[]}
 */
function arrange(items, order) {
  if (order === 'in order') return items;
  if (order === 'reversed') return [...items].reverse();
  // Fisher and Yates, on the numbers of a linear congruential generator: the same on every machine.
  const shuffled = [...items];
  let random = 1;
  for (let i = shuffled.length - 1; i > 0; i--) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((random / 2 ** 32) * (i + 1));
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
  }
  return shuffled;
}

/**
 * @param {import('../implementations.js').Implementation} implementation
 * @param {{ depth: number, order: string, wires: number }} options
 * @param {number} [timeout] in milliseconds, 0 for none
 * @returns {import('../measure.js').Job}
 */
function start({ create }, { depth, order, wires: count }, timeout = 0) {
  const arriving = arrange(pieceMessages(depth, LENGTH), order);
  let blocks = 0;
  let bytes = 0;
  const callback = (/** @type {Error | null} */ error, /** @type {Buffer} */ block) => {
    if (error) throw error;
    blocks++;
    bytes += block.length;
  };
  const wires = Array.from({ length: count }, () => {
    const wire = create();
    wire.on('data', () => {});
    wire.write(fresh(HANDSHAKE));
    wire.write(fresh(message(UNCHOKE)));
    if (timeout > 0) wire.setTimeout(timeout);
    return wire;
  });
  /** @type {Buffer[][]} */
  let chunks = [];
  return {
    operations: count * depth,
    async prepare() {
      await turn();
      for (const wire of wires) {
        for (let n = 0; n < depth; n++) {
          const [piece, offset] = blockAt(n);
          wire.request(piece, offset, LENGTH, callback);
        }
      }
      await turn();
      chunks = wires.map(() => arriving.map(fresh));
    },
    async work() {
      const before = blocks;
      if (depth === 1) {
        for (const [i, wire] of wires.entries()) wire.write(chunks[i][0]);
        await turn();
      } else {
        for (const [i, wire] of wires.entries()) await writeAll(wire, chunks[i], CHUNKS_PER_TURN);
      }
      if (blocks !== before + count * depth) throw new Error('a request was not answered');
    },
    seen: () => bytes,
  };
}

module.exports = {
  workloads: CASES.map((options) =>
    job(nameOf(options), options.runs, (implementation) => start(implementation, options)),
  ),
  rows: [
    ...CASES.map((options) =>
      faster({
        title: titleOf(options),
        workload: nameOf(options),
        unit: 'ns/block',
        least: 2,
      }),
    ),
    ...CASES.filter(({ depth }) => depth === 2000).map((options) =>
      growth({
        table: 'codec',
        title: `${titleOf(options)}, against depth 1`,
        more: nameOf(options),
        less: nameOf({ depth: 1, order: 'in order' }),
        most: 2,
      }),
    ),
  ],
  start,
};
