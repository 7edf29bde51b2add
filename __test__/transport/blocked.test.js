'use strict';

// A program that does not come to its messages: no more is read than it can be told, nothing is lost, and
// nothing is told twice.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { flood, isRight } = require('./helpers/flood.js');
const { ended, listen, pwp, until } = require('./helpers/sockets.js');

const MIB = 2 ** 20;
const rss = () => process.memoryUsage.rss() / MIB;

/** Blocks this thread, and with it everything but the transport. @param {number} milliseconds */
function block(milliseconds) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** What may wait in all: see the README. Above it come slabs, and what the engine has not collected. */
const WAITING = 16;

for (const [name, wires, length] of /** @type {const} */ ([
  ['blocks that are copied', 1, 16_384],
  ['long blocks, of many connections', 6, 131_072],
])) {
  test(`blocks while peers send 300 MB: ${name}`, async (t) => {
    const count = Math.floor((300 * MIB) / length / wires);
    /** @type {any[]} */
    const all = [];
    const server = pwp.createServer((wire) => {
      all.push(wire);
      let next = 0;
      let blocked = 0;
      wire.on('piece', (index, _offset, bytes) => {
        if (index !== next++ || !isRight(index, bytes, length)) {
          wire.destroy(new Error(`${index} is wrong`));
        }
        // Five times on the way, too.
        if (index * 5 > blocked * count) {
          blocked++;
          block(20);
        }
        wire.next = next;
      });
    });
    const port = await listen(t, server);
    const before = rss();
    for (let i = 0; i < wires; i++) flood(t, port, { count, length });
    await until(() => all.length === wires, 'the peers');
    block(600);
    const grown = rss() - before;
    assert.ok(grown < WAITING + 48, `${grown} MiB more while nothing was taken`);
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, rss() - before);
    }, 5);
    t.after(() => clearInterval(watch));
    await Promise.all(all.map(ended));
    for (const wire of all) {
      assert.equal(wire.closeReason, null);
      assert.equal(wire.next, count);
      assert.equal(wire.downloaded, count * length);
    }
    assert.ok(most < 200, `${most} MiB more while it was dealt with`);
    t.diagnostic(`${grown.toFixed()} MiB more while blocked, ${most.toFixed()} MiB at most`);
  });
}
