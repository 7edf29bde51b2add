'use strict';

// What waits for a peer that does not read is counted, on every wire, and forgotten once it is read.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { bytes, output, shaken, turn } = require('./helpers/wires.js');

test('every wire that floods is closed, however many do so in one tick', async () => {
  const wires = [shaken(), shaken(), shaken()];
  const chunk = Buffer.concat(Array(6500).fill(Buffer.concat([bytes.choke, bytes.unchoke])));
  for (const wire of wires) {
    wire.on('unchoke', () => {
      for (let i = 0; i < 5; i++) wire.request(i, 0, 16384, () => {});
    });
  }
  for (let i = 0; i < 20; i++) {
    for (const wire of wires) if (!wire.destroyed) wire.write(chunk);
    do await turn();
    while (wires.some(({ writableLength }) => writableLength > 0));
  }
  assert.deepEqual(
    wires.map(({ closeReason }) => closeReason?.code),
    Array(3).fill('ERR_PWP_BACKLOG'),
  );
});

test('what was read no longer waits', async () => {
  const wire = shaken({ uploadHighWaterMark: 1000, maxBacklog: 1000 });
  for (let i = 0; i < 1000; i++) {
    wire.piece(0, 0, Buffer.alloc(5000));
    await turn();
    wire.have(i);
    await turn();
    output(wire);
    assert.equal(wire.closeReason, null, `in round ${i}`);
  }
});
