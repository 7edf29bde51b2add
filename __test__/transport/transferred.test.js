'use strict';

// A handler that transfers the memory of what it is told, as to a worker: where that can be done it costs
// its own wire what lies in the same memory, and nobody else anything.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { run } = require('./helpers/child.js');

/**
 * A wire whose handler transfers what it can, and one beside it; then whether a third still works. Says
 * what came of each.
 */
const PROGRAM = (/** @type {boolean} */ copy, /** @type {string} */ deed) => `
pwp.configureTransport({ copy: ${copy} });
const bytes = require(${JSON.stringify(require.resolve('../hostile/helpers/bytes.js'))});
const pieces = (length, count) =>
  Array.from({ length: count }, (_, i) => bytes.piece(i, 0, Buffer.alloc(length, i)));
const said = Buffer.concat([
  bytes.handshake(),
  ...pieces(70, 3), bytes.bitfield(Buffer.from([0xf0])), ...pieces(100_000, 6), ...pieces(16_384, 20),
  bytes.extended(3, Buffer.from('de')), bytes.have(7), ...pieces(200_000, 3), bytes.have(8),
]);
const outcome = [];
function take(view, results) {
  try {
    structuredClone(view.buffer, { transfer: [view.buffer] });
  } catch (error) {
    // Older engines copy what must not be transferred, newer ones refuse.
    if (error.name !== 'DataCloneError') results.wrong++;
  }
  if (view.length === 0) results.taken++;
  else results.left++;
}
const server = pwp.createServer((wire) => {
  const isTaker = outcome.length === 0;
  const results = { taken: 0, left: 0, pieces: 0, haves: 0, wrong: 0 };
  outcome.push(results);
  wire.on('handshake', (hash) => isTaker && DEED.hash && take(hash, results));
  wire.on('bitfield', (bits) => isTaker && DEED.bits && take(bits, results));
  wire.on('piece', (index, _, block) => {
    results.pieces++;
    if (block.length > 0 && !block.equals(Buffer.alloc(block.length, index))) results.wrong++;
    if (isTaker && DEED.block) take(block, results);
  });
  wire.on('have', () => results.haves++);
  wire.on('end', () => {
    results.reason = wire.closeReason?.code ?? null;
    if (++ended === 3) {
      say(outcome);
      server.close();
    }
  });
});
let ended = 0;
const DEED = ${deed};
server.listen(0, HOST, () => {
  const { port } = server.address();
  const dial = (next) => net.connect(port, HOST, function () {
    this.on('error', () => {}).on('close', next).resume();
    this.end(said);
  });
  // The second while the first is under way, the third afterwards.
  server.once('connection', () => dial(() => dial(() => {})));
  dial(() => {});
});
`;

const ALL = { pieces: 32, haves: 2, wrong: 0, reason: null };

/**
 * @param {import('node:test').TestContext} t
 * @param {boolean} copy
 * @param {Record<string, boolean>} deed
 */
async function outcomeOf(t, copy, deed) {
  const { code, said, complaint } = await run(t, PROGRAM(copy, JSON.stringify(deed)));
  assert.equal(complaint, '');
  assert.equal(code, 0);
  const [taker, ...others] = said[0];
  assert.deepEqual(others, Array(2).fill({ taken: 0, left: 0, ...ALL }));
  return taker;
}

describe("blocks in the addon's memory", () => {
  test('cannot be transferred', async (t) => {
    const taker = await outcomeOf(t, false, { hash: true, bits: true, block: true });
    assert.deepEqual(taker, { taken: 0, left: 34, ...ALL });
  });
});

describe('blocks that are copied', () => {
  test('short messages of all wires lie together, and cannot be transferred', async (t) => {
    const { taken, reason } = await outcomeOf(t, true, { hash: true, bits: true });
    // What comes with much else is in memory of its own.
    assert.ok(taken <= 1);
    assert.ok(taken === 0 ? reason === null : reason === 'ERR_PWP_CHUNK_DETACHED');
  });

  test('can be, and what lay behind them is lost, coded', async (t) => {
    const { taken, pieces, wrong, reason } = await outcomeOf(t, true, { block: true });
    assert.ok(taken > 0, 'nothing was taken');
    assert.equal(wrong, 0);
    // It may be that each was the last in its memory.
    if (pieces === ALL.pieces) assert.equal(reason, null);
    else assert.equal(reason, 'ERR_PWP_CHUNK_DETACHED');
  });
});
