'use strict';

// Wires that talk to wires of their own process: every handler runs inside a
// handler of the other side. The same expectations for the original and for this
// package.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { describe, test } = require('node:test');
// The original's own: another version of it may stand at the top.
const bitfield = require(
  require.resolve('bitfield', { paths: [require.resolve('peer-wire-protocol')] }),
);
const Original = require('peer-wire-protocol');
const Wire = require('../../index.js');
const { pattern } = require('./differential/bytes');

const HASH = Buffer.from('01234567890123456789');
const ID = Buffer.from('-TX0001-abcdefghijkl');
const BLOCK = 16384;

const blockOf = (piece, offset) => pattern(BLOCK, piece * 5 + offset / BLOCK);

/** Answers every request at once with its block. */
function seed(wire) {
  wire.on('handshake', (infoHash) => {
    wire.handshake(infoHash, ID);
    wire.bitfield(bitfield(Buffer.alloc(8, 0xff)));
  });
  wire.on('interested', () => wire.unchoke());
  wire.on('request', (piece, offset, length, respond) => {
    assert.equal(length, BLOCK);
    respond(null, blockOf(piece, offset));
  });
}

/**
 * Asks for blocks in order, `depth` at a time, each from within the callback of
 * another.
 * @returns {Promise<string[]>} what it saw, in order
 */
function leech(wire, { pieces, depth }) {
  const seen = [];
  const wanted = Array.from({ length: pieces }, (_, k) => [k >> 1, (k & 1) * BLOCK]);
  return new Promise((resolve, reject) => {
    const ask = () => {
      const next = wanted.shift();
      if (!next) {
        if (wire.requests.length === 0) resolve(seen);
        return;
      }
      const [piece, offset] = next;
      wire.request(piece, offset, BLOCK, (error, block) => {
        if (error) return reject(error);
        if (!block.equals(blockOf(piece, offset))) return reject(new Error(`wrong block ${piece}`));
        seen.push(`${piece}/${offset}`);
        return ask();
      });
    };
    wire.on('bitfield', () => wire.interested());
    wire.on('unchoke', () => {
      for (let k = 0; k < depth; k++) ask();
    });
    wire.on('close', () => reject(new Error('closed')));
    wire.handshake(HASH, ID, { dht: true });
  });
}

function connect(a, b) {
  a.pipe(b).pipe(a);
}

const inOrder = (pieces) =>
  Array.from({ length: pieces }, (_, k) => `${k >> 1}/${(k & 1) * BLOCK}`);

for (const [name, pwp] of /** @type {[string, any][]} */ ([
  ['the original', Original],
  ['this package', Wire],
])) {
  describe(name, () => {
    test('two wires move blocks, each answering inside the handlers of the other', async () => {
      const a = pwp();
      const b = pwp();
      seed(a);
      connect(a, b);
      const seen = await leech(b, { pieces: 64, depth: 5 });
      assert.deepEqual(seen, inOrder(64));
      assert.equal(a.uploaded, 64 * BLOCK);
      assert.equal(b.downloaded, 64 * BLOCK);
      assert.equal(a.peerRequests.length, 0);
      assert.ok(a.peerExtensions.dht && a.peerInterested && !b.peerChoking);
      assert.deepEqual(b.peerPieces, Array(64).fill(true));
    });

    test('both directions at once', async () => {
      const a = pwp();
      const b = pwp();
      for (const wire of [a, b]) {
        wire.on('unchoke', () => {});
        wire.on('interested', () => wire.unchoke());
        wire.on('request', (piece, offset, _length, respond) =>
          respond(null, blockOf(piece, offset)),
        );
      }
      const both = [a, b].map((wire) => {
        const done = leech(wire, { pieces: 40, depth: 3 });
        wire.bitfield(bitfield(Buffer.alloc(8, 0xff)));
        return done;
      });
      connect(a, b);
      assert.deepEqual(await Promise.all(both), [inOrder(40), inOrder(40)]);
    });

    test('200 pairs, interleaved', async () => {
      const pairs = Array.from({ length: 200 }, () => [pwp(), pwp()]);
      const all = pairs.map(([a, b], k) => {
        seed(a);
        connect(a, b);
        return leech(b, { pieces: 4 + (k % 5), depth: 1 + (k % 3) });
      });
      const seen = await Promise.all(all);
      for (const [k, order] of seen.entries()) assert.deepEqual(order, inOrder(4 + (k % 5)));
      for (const [a, b] of pairs) assert.equal(a.uploaded, b.downloaded);
    });

    test('200 pairs whose messages interleave within one tick', async () => {
      const pairs = Array.from({ length: 200 }, () => [pwp(), pwp()]);
      const heard = pairs.map(() => []);
      for (const [k, [a, b]] of pairs.entries()) {
        b.on('have', (index) => heard[k].push(index));
        a.pipe(b);
        a.handshake(HASH, ID);
      }
      for (let round = 0; round < 20; round++) {
        for (const [k, [a]] of pairs.entries()) a.have(k * 100 + round);
      }
      await new Promise(setImmediate);
      for (const [k, indexes] of heard.entries()) {
        assert.deepEqual(
          indexes,
          Array.from({ length: 20 }, (_, round) => k * 100 + round),
        );
      }
    });

    test('a wire piped into itself', async () => {
      const wire = pwp();
      const seen = [];
      wire.pipe(wire);
      wire.on('handshake', (infoHash) => {
        seen.push(`handshake ${infoHash}`);
        wire.unchoke();
      });
      wire.on('unchoke', () => {
        seen.push('unchoke');
        for (let k = 0; k < 3; k++) {
          wire.request(k, 0, 5, (error, block) => seen.push(error?.message ?? `${k} ${block}`));
        }
        wire.cancel(1, 0, 5);
        wire.interested();
      });
      wire.on('request', (piece, _offset, _length, respond) => {
        // Answered the other way round, the second one never.
        wire.on('interested', () => respond(null, Buffer.from(`blck${piece}`)));
      });
      wire.on('interested', () => seen.push('interested'));
      wire.handshake(HASH, ID);
      await new Promise(setImmediate);
      assert.deepEqual(seen, [
        `handshake ${HASH}`,
        'unchoke',
        'request was cancelled',
        'interested',
        '0 blck0',
        '2 blck2',
      ]);
      assert.deepEqual(wire.requests, []);
      assert.deepEqual(wire.peerRequests, []);
    });

    test('a chain of wires, each writing to the next inside its handler', () => {
      const depth = 60;
      const greeting = greet(pwp);
      const wires = Array.from({ length: depth }, () => pwp());
      const trail = [];
      for (const [k, wire] of wires.entries()) {
        wire.write(greeting);
        wire.on('have', (index) => {
          trail.push(`in ${k} ${index}`);
          // Two messages in one chunk: the first one's handlers run before the second.
          if (index === 1 && k + 1 < depth) wires[k + 1].write(haves(1, 2));
          trail.push(`out ${k} ${index}`);
        });
      }
      wires[0].write(haves(1, 2));
      const expected = [];
      for (let k = 0; k < depth; k++) expected.push(`in ${k} 1`);
      for (let k = depth - 1; k >= 0; k--) {
        expected.push(`out ${k} 1`, `in ${k} 2`, `out ${k} 2`);
      }
      assert.deepEqual(trail, expected);
    });

    test('a handler destroys both wires in the middle of a chunk', async () => {
      const a = pwp();
      const b = pwp();
      connect(a, b);
      const failed = [];
      // A pipe lets go of a closed wire, and 0.7.1 never ends where nobody reads.
      const last = pwp === Original ? 'finish' : 'end';
      const ends = [a, b].map((wire) => once(wire, last));
      a.on('request', () => {
        a.destroy();
        b.destroy();
      });
      b.on('unchoke', () => {
        for (let k = 0; k < 5; k++)
          b.request(k, 0, 5, (error) => failed.push(`${k} ${error.message}`));
      });
      a.handshake(HASH, ID);
      b.handshake(HASH, ID);
      a.unchoke();
      await Promise.all(ends);
      assert.deepEqual(
        failed,
        Array.from({ length: 5 }, (_, k) => `${k} wire is closed`),
      );
    });

    test('one of many pairs ends, the others go on', async () => {
      const pairs = Array.from({ length: 20 }, () => [pwp(), pwp()]);
      const done = pairs.map(([a, b], k) => {
        seed(a);
        connect(a, b);
        if (k % 4 === 0) b.on('download', () => b.destroy());
        return leech(b, { pieces: 10, depth: 2 }).catch((error) => error.message);
      });
      const results = await Promise.all(done);
      for (const [k, result] of results.entries()) {
        assert.deepEqual(result, k % 4 === 0 ? 'closed' : inOrder(10));
      }
    });
  });
}

test('the original and this package, in both roles', async () => {
  for (const [seeder, leecher] of [
    [Original, Wire],
    [Wire, Original],
  ]) {
    const a = seeder();
    const b = leecher();
    seed(a);
    connect(a, b);
    assert.deepEqual(await leech(b, { pieces: 64, depth: 5 }), inOrder(64));
    assert.equal(a.uploaded, b.downloaded);
  }
});

test('a wire of this package, destroyed in a handler of a corked write, ends', async () => {
  // Node 20.20 forgets the `finish` of a Writable that is ended while it writes what was corked
  // without a callback, 0.7.1 included; its pending requests would never fail.
  const wire = Wire();
  const seen = [];
  for (const name of ['close', 'finish', 'end']) wire.on(name, () => seen.push(name));
  wire.on('have', () => wire.destroy());
  wire.write(Buffer.concat([greet(Wire), Buffer.from([0, 0, 0, 1, 1])]));
  wire.request(0, 0, 5, (error) => seen.push(error.message));
  const chunk = haves(1);
  wire.cork();
  wire.write(chunk.subarray(0, 4));
  wire.write(chunk.subarray(4));
  wire.uncork();
  await new Promise(setImmediate);
  assert.deepEqual(seen, ['close', 'wire is closed', 'finish', 'end']);
});

/** The bytes of a handshake, made by the wire itself. */
function greet(pwp) {
  const wire = pwp();
  wire.handshake(HASH, ID);
  return wire.read();
}

/** @param {number[]} indexes */
function haves(...indexes) {
  return Buffer.from(indexes.flatMap((index) => [0, 0, 0, 5, 4, 0, 0, 0, index]));
}
