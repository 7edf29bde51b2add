'use strict';

// A decoder is the addon's memory, not the garbage collector's: it must go with its wire.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { after, describe, test } = require('node:test');
const v8 = require('node:v8');
const vm = require('node:vm');
const native = require('../../lib/addon.js');
const { busy, bytes, pwp, shaken, turn } = require('./helpers/wires.js');

v8.setFlagsFromString('--expose-gc');
const gc = vm.runInNewContext('gc');
after(() => v8.setFlagsFromString('--no-expose-gc'));

const COUNT = 500;

/** Collects garbage until only `count` decoders are left. */
async function collected(count) {
  for (let round = 0; round < 200 && native.openCount() > count; round++) {
    gc();
    await turn();
  }
  return native.openCount();
}

describe('a decoder is freed at once', () => {
  /** @type {Record<string, (wire: any) => void>} */
  const ways = {
    'by destroy()': (wire) => wire.destroy(),
    'by end()': (wire) => wire.end(),
    'by end() with a reader': (wire) => wire.resume().end(),
    'by a broken message': (wire) => wire.write(bytes.u32(0xffffffff)),
    'in the middle of a block': (wire) => {
      wire.write(bytes.piece(1, 2, Buffer.alloc(50_000)).subarray(0, 40_000));
      wire.destroy();
    },
    'in the middle of a prefix': (wire) => {
      wire.write(Buffer.alloc(3));
      wire.destroy();
    },
  };
  for (const [name, end] of Object.entries(ways)) {
    test(name, async () => {
      const before = native.openCount();
      const wires = Array.from({ length: 50 }, () => busy());
      assert.equal(native.openCount(), before + 50);
      for (const wire of wires) end(wire);
      await turn();
      await turn();
      assert.equal(native.openCount(), before);
      // The wires are still here: it was not the collector.
      assert.equal(wires.filter((wire) => wire.writableFinished).length, 50);
    });
  }

  test('and never twice, so that no other wire loses its own', async () => {
    const before = native.openCount();
    const first = busy();
    first.destroy();
    await once(first, 'end');
    const second = shaken();
    for (let i = 0; i < 3; i++) first.destroy();
    first.write(bytes.have(1));
    first.pieceCount = 3;
    await turn();
    assert.equal(native.openCount(), before + 1);
    second.write(bytes.have(5));
    assert.equal(second.peerPieces[5], true);
    second.destroy();
    await turn();
    assert.equal(native.openCount(), before);
  });

  test('by the thousand, in places used again', async () => {
    const before = native.openCount();
    for (let round = 0; round < 20; round++) {
      const wires = Array.from({ length: 200 }, () => shaken());
      for (const wire of wires) {
        wire.write(bytes.have(round));
        wire.destroy();
      }
      await turn();
      await turn();
      assert.equal(native.openCount(), before);
    }
  });
});

describe('a wire that is dropped takes its decoder with it', () => {
  /** @type {Record<string, () => any>} */
  const makes = {
    'never used': () => pwp(),
    'in use': () => busy(),
    'with something to send': () => {
      const wire = busy();
      wire.have(1);
      wire.piece(1, 2, Buffer.alloc(5000));
      return wire;
    },
    'in the middle of a block': () => {
      const wire = busy();
      wire.write(bytes.piece(1, 2, Buffer.alloc(50_000)).subarray(0, 40_000));
      return wire;
    },
    'after its timeout was limited': () => {
      const wire = busy();
      wire.setTimeout(60_000);
      wire.write(bytes.piece(7, 8, Buffer.alloc(9)));
      assert.equal(wire.requests.length, 0);
      wire.setTimeout(0);
      return wire;
    },
    'with listeners that refer to it': () => {
      const wire = busy();
      wire.on('have', () => wire.have(1));
      wire.self = wire;
      return wire;
    },
    'after a handler has thrown': () => {
      const wire = busy();
      wire.once('have', () => {
        throw new Error('a mistake of a handler');
      });
      assert.throws(() => wire.write(bytes.have(1)));
      return wire;
    },
    'piped into another': () => {
      const [a, b] = [busy(), busy()];
      a.pipe(b).pipe(a);
      return a;
    },
  };
  for (const [name, make] of Object.entries(makes)) {
    test(name, async () => {
      const before = await collected(0);
      (() => {
        for (let i = 0; i < COUNT; i++) make();
      })();
      assert.ok(native.openCount() >= before + COUNT);
      await turn();
      // Of the last few the engine may still know.
      assert.ok((await collected(before)) <= before + 5, `${native.openCount()} are left`);
    });
  }
});

test('a wire in use is not collected', async () => {
  await collected(0);
  const before = native.openCount();
  const wires = Array.from({ length: 20 }, () => shaken());
  for (let round = 0; round < 5; round++) {
    gc();
    await turn();
  }
  assert.equal(native.openCount(), before + 20);
  for (const [index, wire] of wires.entries()) {
    wire.write(bytes.have(index));
    assert.equal(wire.peerPieces[index], true);
    wire.destroy();
  }
});
