'use strict';

// The conversation with the original, and between wires of this package: all are told the same.

const assert = require('node:assert/strict');
const original = require('peer-wire-protocol');
const native = require('peer-wire-protocol-native');
const { check, when } = require('./checks.cjs');
const { converse, meet } = require('./conversation.cjs');

async function main() {
  let expected;
  await check('the original with itself', async () => {
    expected = await converse(original, original);
    assert.ok(expected.every(({ log }) => log.length > 10));
  });
  for (const [name, dialling, listening] of [
    ['dials the original', native, original],
    ['is dialled by the original', original, native],
    ['with itself', native, native],
  ]) {
    await check(name, async () => {
      const told = await converse(dialling, listening);
      for (const [i, side] of told.entries()) {
        for (const [at, line] of expected[i].log.entries()) assert.deepEqual(side.log[at], line);
        assert.deepEqual(side, expected[i]);
      }
    });
  }
  await check('a request times out', async () => {
    const [near, far] = [native(), native()];
    near.pipe(far).pipe(near);
    const unchoked = when(near, 'unchoke');
    near.handshake(Buffer.alloc(20), Buffer.alloc(20));
    far.handshake(Buffer.alloc(20), Buffer.alloc(20));
    far.unchoke();
    await unchoked;
    near.setTimeout(50);
    const timeout = when(near, 'timeout');
    await assert.rejects(near.requestBlock(0, 0, 16_384), { code: 'ERR_PWP_REQUEST_TIMEOUT' });
    await timeout;
  });
  await check('a handler that throws costs no message', async () => {
    const [near, far] = await meet(native, native);
    const thrown = [];
    process.on('uncaughtException', (error) => thrown.push(error.message));
    const seen = [];
    far.wire.on('have', (index) => {
      seen.push(index);
      if (index === 3) throw new Error('a mistake');
    });
    near.wire.handshake(Buffer.alloc(20), Buffer.alloc(20));
    for (let index = 0; index < 6; index++) near.wire.have(index);
    const told = when(far.wire, 'port');
    near.wire.port(1);
    try {
      await told;
    } finally {
      for (const { socket } of [near, far]) socket.destroy();
      process.removeAllListeners('uncaughtException');
    }
    assert.deepEqual([seen, thrown], [[0, 1, 2, 3, 4, 5], ['a mistake']]);
  });
  await check('a socket closes with its wire', async () => {
    const sides = await meet(native, native);
    const closed = sides.map(({ socket }) => when(socket, 'close'));
    sides[0].wire.destroy();
    try {
      await Promise.all(closed);
    } finally {
      for (const { socket } of sides) socket.destroy();
    }
  });
}

main();
