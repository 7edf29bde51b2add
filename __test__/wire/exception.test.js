'use strict';

// A handler that throws: the exception goes where it would from any stream, out of write(), and
// costs nobody a message.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { busy, bytes, output, pwp, shaken, turn } = require('./helpers/wires.js');

/** @param {number} count @param {number} [from] */
const haves = (count, from = 0) =>
  Buffer.concat(Array.from({ length: count }, (_, i) => bytes.have(from + i)));

/** @param {number} count */
const range = (count) => Array.from({ length: count }, (_, i) => i);

/**
 * Collects what nobody catches, in place of the test runner.
 * @param {import('node:test').TestContext} t
 */
function uncaught(t) {
  /** @type {unknown[]} */
  const errors = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => errors.push(error));
  t.after(() => {
    process.removeAllListeners('uncaughtException');
    for (const listener of listeners) process.on('uncaughtException', listener);
  });
  return errors;
}

/** @param {() => boolean} condition */
async function until(condition) {
  for (let turns = 0; !condition(); turns++) {
    assert.ok(turns < 1000, 'waited in vain');
    await turn();
  }
}

/** Waits for `end` without listening for `error`, which would change what happens. */
const ended = (wire) => new Promise((resolve) => wire.once('end', resolve));

const error = new Error('a mistake of a handler');

test('surfaces from write(), and the rest of the chunk is delivered afterwards', async () => {
  const wire = shaken();
  const seen = [];
  wire.on('have', (index) => {
    seen.push(index);
    if (index === 2) throw error;
  });
  assert.throws(() => wire.write(haves(5)), error);
  assert.deepEqual(seen, [0, 1, 2]);
  await turn();
  assert.deepEqual(seen, range(5));
  wire.write(haves(1, 5));
  assert.deepEqual(seen, range(6));
});

test('what is written before the rest is delivered comes after it', async () => {
  const wire = shaken();
  const seen = [];
  wire.on('have', (index) => {
    seen.push(index);
    if (index === 0) throw error;
  });
  assert.throws(() => wire.write(haves(3)), error);
  let called = 0;
  wire.write(haves(2, 3).subarray(0, 12), () => called++);
  wire.write(haves(2, 3).subarray(12));
  assert.deepEqual(seen, [0]);
  await turn();
  assert.deepEqual(seen, range(5));
  assert.equal(called, 1);
});

test('a chunk of more messages than fit at once', async () => {
  const wire = shaken();
  const seen = [];
  wire.on('have', (index) => {
    seen.push(index);
    if (index === 7) throw error;
  });
  assert.throws(() => wire.write(haves(10_000)), error);
  await turn();
  assert.deepEqual(seen, range(10_000));
});

test('every message throws', async (t) => {
  const errors = uncaught(t);
  const wire = shaken();
  const seen = [];
  wire.on('have', (index) => {
    seen.push(index);
    throw error;
  });
  assert.throws(() => wire.write(haves(50)), error);
  await until(() => seen.length === 50);
  assert.deepEqual(seen, range(50));
  assert.deepEqual(errors, Array(49).fill(error));
});

test('a callback that throws loses its event, and no more', async () => {
  const wire = busy();
  const seen = [];
  wire.request(1, 0, 3, () => {
    throw error;
  });
  wire.on('piece', (piece) => seen.push(piece));
  wire.on('have', (index) => seen.push(`have ${index}`));
  const blocks = [bytes.piece(1, 0, Buffer.alloc(3)), bytes.piece(2, 0, Buffer.alloc(3))];
  assert.throws(() => wire.write(Buffer.concat([...blocks, bytes.have(9)])), error);
  assert.equal(wire.requests.length, 1);
  await turn();
  assert.deepEqual(seen, [2, 'have 9']);
  // As in 0.7.1, what comes after the callback does not happen for the block it threw at.
  assert.equal(wire.downloaded, 3);
});

test('a choke tells every callback, whatever one of them throws, before the next message', async () => {
  const wire = busy();
  const seen = [];
  for (let i = 0; i < 4; i++) {
    wire.request(i, 0, 1, (reason) => {
      seen.push(`${i} ${reason?.code}`);
      if (i === 0) throw error;
    });
  }
  wire.on('have', () => seen.push('have'));
  assert.throws(() => wire.write(Buffer.concat([bytes.choke, bytes.have(1)])), error);
  await turn();
  assert.deepEqual(seen, [...range(4).map((i) => `${i} ERR_PWP_PEER_CHOKING`), 'have']);
});

test('a block that spans chunks is not lost to an exception before it', async () => {
  const wire = shaken();
  const blocks = [];
  wire.once('have', () => {
    throw error;
  });
  wire.on('piece', (_piece, _offset, block) => blocks.push(block));
  const block = Buffer.alloc(50_000, 7);
  const all = Buffer.concat([bytes.have(1), bytes.piece(1, 2, block), bytes.piece(1, 2, block)]);
  assert.throws(() => wire.write(all.subarray(0, 20_000)), error);
  for (let at = 20_000; at < all.length; at += 20_000) wire.write(all.subarray(at, at + 20_000));
  await until(() => blocks.length === 2);
  assert.ok(blocks.every((other) => other.equals(block)));
});

test('a handler that throws at the message before a broken one', async () => {
  const wire = shaken();
  wire.once('have', () => {
    throw error;
  });
  assert.throws(() => wire.write(Buffer.concat([bytes.have(1), bytes.u32(0xffffffff)])), error);
  await ended(wire);
  assert.equal(wire.closeReason?.code, 'ERR_PWP_MESSAGE_TOO_LONG');
});

for (const name of ['close', 'error']) {
  test(`a ${name} handler that throws does not keep the wire from ending`, async () => {
    const wire = busy();
    const outcomes = [];
    wire.request(5, 5, 5, (reason) => outcomes.push(reason?.code));
    wire.once(name, () => {
      throw error;
    });
    assert.throws(() => wire.write(bytes.u32(0xffffffff)), error);
    await ended(wire);
    assert.equal(wire.closeReason?.code, 'ERR_PWP_MESSAGE_TOO_LONG');
    assert.deepEqual(outcomes, ['ERR_PWP_WIRE_CLOSED']);
  });
}

test('a callback that throws at the end keeps none from failing, nor the end from coming', async (t) => {
  const errors = uncaught(t);
  const wire = shaken();
  wire.write(bytes.unchoke);
  const outcomes = [];
  for (let i = 0; i < 5; i++) {
    wire.request(i, 0, 1, (reason) => {
      outcomes.push(`${i} ${reason?.code}`);
      if (i === 1 || i === 3) throw error;
    });
  }
  let ended = false;
  wire.on('end', () => {
    ended = true;
  });
  wire.destroy();
  await until(() => ended && outcomes.length === 5);
  assert.deepEqual(
    outcomes,
    range(5).map((i) => `${i} ERR_PWP_WIRE_CLOSED`),
  );
  assert.deepEqual(errors, [error, error]);
  assert.equal(wire.requests.length, 0);
});

test('a wire that throws while two are written to does not touch the other', async () => {
  const [a, b] = [shaken(), shaken()];
  const seen = [];
  a.on('have', (index) => {
    if (index === 1) throw error;
    seen.push(`a${index}`);
    if (index === 0) b.write(haves(3));
  });
  b.on('have', (index) => {
    seen.push(`b${index}`);
    b.have(index);
  });
  assert.throws(() => a.write(haves(3)), error);
  await turn();
  assert.deepEqual(seen, ['a0', 'b0', 'b1', 'b2', 'a2']);
  assert.deepEqual(output(b), haves(3));
});

test('an exception out of a nested wire goes through both and stops neither', async () => {
  const [a, b] = [shaken(), shaken()];
  const seen = [];
  a.on('have', (index) => {
    seen.push(`a${index}`);
    if (index === 1) b.write(haves(3));
  });
  b.on('have', (index) => {
    seen.push(`b${index}`);
    if (index === 0) throw error;
  });
  assert.throws(() => a.write(haves(3)), error);
  await turn();
  assert.deepEqual([...seen].sort(), ['a0', 'a1', 'a2', 'b0', 'b1', 'b2']);
  for (const name of ['a', 'b']) {
    assert.deepEqual(
      seen.filter((item) => item[0] === name),
      [0, 1, 2].map((i) => name + i),
    );
  }
});

test('a data handler that throws keeps no other wire from sending', async (t) => {
  const errors = uncaught(t);
  const wires = Array.from({ length: 4 }, () => pwp());
  const sent = wires.map(() => []);
  for (const [i, wire] of wires.entries()) {
    wire.on('data', (chunk) => {
      sent[i].push(chunk);
      if (i === 1 || i === 2) throw error;
    });
  }
  for (let round = 0; round < 3; round++) {
    for (const wire of wires) wire.have(round);
    await turn();
    await turn();
  }
  assert.deepEqual(
    sent.map((chunks) => Buffer.concat(chunks)),
    Array(4).fill(haves(3)),
  );
  assert.deepEqual(errors, Array(6).fill(error));
});

test('a data handler that throws between the parts of a long block loses none', async (t) => {
  const errors = uncaught(t);
  const wire = pwp();
  const chunks = [];
  wire.on('data', (chunk) => {
    chunks.push(chunk);
    throw error;
  });
  await turn();
  const block = Buffer.alloc(16384, 3);
  for (let i = 0; i < 3; i++) wire.piece(i, 0, block);
  const expected = Buffer.concat(range(3).map((i) => bytes.piece(i, 0, block)));
  await until(() => Buffer.concat(chunks).length === expected.length);
  assert.ok(Buffer.concat(chunks).equals(expected));
  assert.equal(errors.length, chunks.length);
});

test('a data handler that throws does not hold back requests for good', async (t) => {
  const errors = uncaught(t);
  const wire = shaken({ uploadHighWaterMark: 0 });
  wire.unchoke();
  const asked = [];
  wire.on('request', (piece) => asked.push(piece));
  let throws = false;
  wire.on('data', () => {
    if (throws) throw error;
  });
  await turn();
  throws = true;
  // Something is pending, so this request waits for it to be pushed.
  wire.piece(0, 0, Buffer.alloc(3));
  wire.write(bytes.request(1, 0, 1));
  assert.deepEqual(asked, []);
  await until(() => asked.length === 1);
  assert.deepEqual(errors, [error]);
});

test('a request handler that throws, among requests held back', async (t) => {
  const errors = uncaught(t);
  // All six blocks fit the mark, but not the one sent before them.
  const wire = shaken({ uploadHighWaterMark: 6 });
  wire.unchoke();
  const asked = [];
  wire.on('request', (piece) => {
    asked.push(piece);
    if (piece % 2 === 1) throw error;
  });
  wire.piece(0, 0, Buffer.alloc(7));
  wire.write(Buffer.concat(range(6).map((i) => bytes.request(i, 0, 1))));
  assert.deepEqual(asked, []);
  wire.resume();
  await until(() => asked.length === 6);
  assert.deepEqual(asked, range(6));
  assert.equal(errors.length, 3);
});

test('an exception and then an end: the rest is still delivered', async () => {
  const wire = shaken();
  const seen = [];
  wire.on('have', (index) => {
    seen.push(index);
    if (index === 0) throw error;
  });
  wire.on('finish', () => seen.push('finish'));
  assert.throws(() => wire.write(haves(3)), error);
  wire.end();
  wire.resume();
  await ended(wire);
  assert.deepEqual(seen, [0, 1, 2, 'finish']);
});

test('a handler that throws in a chunk kept meanwhile loses none of those behind it', async (t) => {
  const errors = uncaught(t);
  const wire = shaken();
  const seen = [];
  wire.on('have', (index) => {
    seen.push(index);
    if (index === 0) for (const later of [1, 2, 3]) wire.write(bytes.have(later));
    if (index === 2) throw error;
  });
  wire.write(bytes.have(0));
  await until(() => seen.length === 4);
  wire.write(bytes.have(4));
  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
  assert.deepEqual(errors, [error]);
  wire.end();
  wire.resume();
  await ended(wire);
});

test('the same for chunks that were corked', async (t) => {
  const errors = uncaught(t);
  const wire = shaken();
  const seen = [];
  wire.on('have', (index) => {
    seen.push(index);
    if (index < 2) throw error;
  });
  wire.cork();
  for (const index of [0, 1, 2]) wire.write(bytes.have(index));
  wire.uncork();
  await until(() => seen.length === 3);
  wire.write(bytes.have(3));
  wire.end();
  wire.resume();
  await ended(wire);
  assert.deepEqual(seen, [0, 1, 2, 3]);
  assert.deepEqual(errors, [error, error]);
});
