'use strict';

// Whose the memory of a block is: the program's, for as long as it keeps it; and the system's again, once
// nobody does. Both where the engine looks after the addon's memory and where blocks are copied to its own.

const assert = require('node:assert/strict');
const net = require('node:net');
const { describe, test } = require('node:test');
const { run } = require('./helpers/child.js');
const { bytes, listen } = require('./helpers/sockets.js');

const MIB = 2 ** 20;
const TOTAL = 192 * MIB;

/**
 * A peer that sends blocks, each filled with what tells its index, to whoever connects.
 * @param {import('node:test').TestContext} t
 * @param {number} length
 */
function sender(t, length) {
  const server = net.createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => {});
    socket.resume();
    socket.write(bytes.handshake());
    const blocks = Array.from({ length: 251 }, (_, i) => Buffer.alloc(length, i));
    let index = 0;
    const more = () => {
      while (index * length < TOTAL) {
        const isTaken = socket.write(bytes.piece(index, 0, blocks[index % 251]));
        index++;
        if (!isTaken) {
          socket.once('drain', more);
          return;
        }
      }
      socket.end();
    };
    more();
  });
  return listen(t, server);
}

const setUp = (
  /** @type {number} */ port,
  /** @type {number} */ length,
  /** @type {boolean} */ copy,
) => `
  pwp.configureTransport({ copy: ${copy} });
  const [length, MIB] = [${length}, ${MIB}];
  const isRight = (index, block, from = 0, to = length) =>
    block.equals(Buffer.alloc(to - from, index % 251));
  const memory = () => {
    gc();
    const { rss, external, arrayBuffers } = process.memoryUsage();
    return { rss: rss / MIB, external: external / MIB, arrayBuffers: arrayBuffers / MIB };
  };
  const wire = pwp.connect({ port: ${port}, host: HOST });`;

/** Keeps blocks, and parts of blocks, while hundreds of megabytes go by; and writes to some that it has kept. */
const KEEPING = `
  const kept = [];
  let wrong = 0;
  let count = 0;
  wire.on('piece', (index, _offset, block) => {
    if (index !== count++) wrong++;
    for (const at of [0, length >> 1, length - 1]) if (block[at] !== index % 251) wrong++;
    const turn = index % 23;
    if (turn === 0) kept.push([index, block, 0, length]);
    if (turn === 1) kept.push([index, block.subarray(100, 900), 100, 900]);
    if (turn === 2) kept.push([index, Buffer.from(block.buffer, block.byteOffset + 5, 70), 5, 75]);
    // It is the program's to write to.
    if (turn === 3) block.fill(255);
    if (kept.length > 150) {
      const [at, ...rest] = kept.splice(kept.length % 101, 1)[0];
      if (!isRight(at, ...rest)) wrong++;
    }
    if (index % 500 === 0) gc();
  });
  wire.on('end', () => {
    for (const [index, ...rest] of kept) if (!isRight(index, ...rest)) wrong++;
    say({ count, wrong, kept: kept.length, reason: wire.closeReason });
  });`;

/** Keeps a third, drops all of it, and says what there was of memory all the while. */
const DROPPING = `
  let kept = [];
  const before = memory();
  const told = {};
  wire.on('piece', (index, _offset, block) => {
    if (kept === null) return;
    kept.push(block);
    if (kept.length * length < 96 * MIB) return;
    told.kept = memory();
    kept = null;
  });
  wire.on('end', () => {
    // What is collected is given back in a turn to come.
    let turns = 0;
    const look = setInterval(() => {
      told.after = memory();
      if (++turns < 5) return;
      clearInterval(look);
      for (const at of Object.keys(told)) {
        for (const name of Object.keys(before)) told[at][name] -= before[name];
      }
      say(told);
    }, 20);
  });`;

for (const copy of [false, true]) {
  describe(copy ? 'blocks that are copied' : 'blocks as they were read', () => {
    for (const length of [16_384, 131_072]) {
      test(`those that are kept stay as they are: ${length} bytes`, async (t) => {
        const port = await sender(t, length);
        const program = setUp(port, length, copy) + KEEPING;
        const { code, said, complaint } = await run(t, program, { flags: ['--expose-gc'] });
        assert.equal(complaint, '');
        assert.equal(code, 0);
        assert.deepEqual(said, [{ count: TOTAL / length, wrong: 0, kept: 150, reason: null }]);
      });

      test(`those that are dropped are freed: ${length} bytes`, async (t) => {
        const port = await sender(t, length);
        const program = setUp(port, length, copy) + DROPPING;
        const { code, said, complaint } = await run(t, program, { flags: ['--expose-gc'] });
        assert.equal(complaint, '');
        assert.equal(code, 0);
        const [{ kept, after }] = said;
        t.diagnostic(JSON.stringify({ kept, after }));
        // The engine knows of it: it counts as external, and what is its own as an array buffer's.
        assert.ok(kept.external >= 95 && kept.external < 160, `${kept.external} MiB external`);
        if (copy) assert.ok(kept.arrayBuffers >= 95, `${kept.arrayBuffers} MiB of array buffers`);
        assert.ok(kept.rss >= 70 && kept.rss < 290, `${kept.rss} MiB`);
        assert.ok(after.external < 8, `${after.external} MiB external afterwards`);
        assert.ok(after.arrayBuffers < 8, `${after.arrayBuffers} MiB of array buffers afterwards`);
        assert.ok(after.rss < 80, `${after.rss} MiB afterwards`);
      });
    }
  });
}
