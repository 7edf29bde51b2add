'use strict';

// Handlers of the exchange, and functions of the caller's, that throw or give nonsense: the exception
// goes out of write() once, and the wire goes on or closes, once.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { RC4 } = require('./reference.js');
const { Responder } = require('./helpers/peers.js');
const H = require('./helpers/wires.js');

const { INFO_HASH, PEER_ID, asked, bytes, half, logOf, output, pwp, turn, uncaught } = H;

const EVENTS = ['crypto-infohash', 'encryption', 'crypto-handshake', 'handshake', 'have', 'close'];
const TORRENT = 'ERR_PWP_ENCRYPTION_TORRENT';
const mine = new Error('mine');
const throws = () => {
  throw mine;
};

/** What is thrown more often than so would be thrown for ever. */
const MOST = 20;

/** How a chunk is written: Node keeps the end of a write that somebody waits for. @type {[string, (wire: any, chunk: Buffer) => unknown][]} */
const WRITES = [
  ['', (wire, chunk) => wire.write(chunk)],
  [', written with a callback', (wire, chunk) => wire.write(chunk, () => {})],
  [
    ', written in two while corked',
    (wire, chunk) => {
      wire.cork();
      wire.write(chunk.subarray(0, 30));
      wire.write(chunk.subarray(30));
      wire.uncork();
    },
  ],
];

/**
 * Writes, and waits until all that comes of it has come.
 * @param {import('node:test').TestContext} t
 * @param {any} wire
 * @param {Buffer} chunk
 * @param {(wire: any, chunk: Buffer) => unknown} write
 * @returns {Promise<any[]>} what was thrown
 */
async function provoke(t, wire, chunk, write) {
  /** @type {any[]} */
  const errors = [];
  process.setUncaughtExceptionCaptureCallback((error) => {
    errors.push(error);
    // Give it up, where it would go on for ever.
    if (errors.length > MOST) wire.removeAllListeners('crypto-infohash');
    if (errors.length > 2 * MOST) process.exit(1);
  });
  t.after(() => process.setUncaughtExceptionCaptureCallback(null));
  try {
    write(wire, chunk);
  } catch (error) {
    errors.push(error);
  }
  for (let i = 0; i < 4; i++) await turn();
  return errors;
}

for (const [how, write] of WRITES) {
  describe(`what throws${how}`, () => {
    test('a handler of crypto-infohash', async (t) => {
      const { wire, third } = half({ infoHashes: [] });
      const log = logOf(wire, EVENTS);
      wire.on('crypto-infohash', throws);
      assert.deepEqual(await provoke(t, wire, third, write), [mine]);
      assert.deepEqual(
        log.map(([name]) => name),
        ['crypto-infohash', 'close'],
      );
      assert.equal(wire.closeReason?.code, TORRENT);
    });

    test('a function for infoHashes', async (t) => {
      let calls = 0;
      const infoHashes = () => {
        if (calls++ < MOST) throw mine;
      };
      const { wire, third } = half({ infoHashes });
      assert.deepEqual(await provoke(t, wire, third, write), [mine]);
      assert.equal(calls, 1);
      assert.equal(wire.closeReason?.code, TORRENT);
    });

    for (const [nonsense, code] of /** @type {[any, string][]} */ ([
      [7, 'ERR_INVALID_ARG_TYPE'],
      [false, 'ERR_INVALID_ARG_TYPE'],
      [{}, 'ERR_INVALID_ARG_TYPE'],
      [['a'], 'ERR_INVALID_ARG_TYPE'],
      ['', 'ERR_OUT_OF_RANGE'],
      ['no hexadecimal digits', 'ERR_OUT_OF_RANGE'],
      [Buffer.alloc(21), 'ERR_OUT_OF_RANGE'],
      [Promise.resolve(INFO_HASH), 'ERR_INVALID_ARG_TYPE'],
    ])) {
      test(`a function for infoHashes that gives ${JSON.stringify(nonsense)}, ${code}`, async (t) => {
        let calls = 0;
        // Nothing where it is asked for ever.
        const { wire, third } = half({ infoHashes: () => (calls++ < MOST ? nonsense : null) });
        const errors = await provoke(t, wire, third, write);
        assert.deepEqual(
          errors.map((error) => error.code),
          [code],
        );
        assert.equal(calls, 1);
        assert.equal(wire.closeReason?.code, TORRENT);
      });
    }

    for (const event of ['encryption', 'crypto-handshake']) {
      test(`a handler of ${event}: the connection goes on all the same`, async (t) => {
        const { wire, peer, third } = half({}, { initial: bytes.handshake() });
        const log = logOf(wire, ['handshake', 'have']);
        wire.once(event, throws);
        assert.deepEqual(await provoke(t, wire, third, write), [mine]);
        peer.read(output(wire));
        assert.equal(peer.method, RC4);
        wire.write(peer.seal(bytes.have(1)));
        assert.deepEqual(
          log.map(([name]) => name),
          ['handshake', 'have'],
        );
      });
    }
  });
}

describe('a data handler that throws', () => {
  test('as the exchange goes on: nothing of what is sent is lost', async (t) => {
    const errors = uncaught(t);
    const wire = pwp({ encryption: 'prefer' });
    /** @type {Buffer[]} */
    const got = [];
    let thrown = 0;
    wire.on('data', (chunk) => {
      got.push(chunk);
      thrown++;
      throw mine;
    });
    wire.handshake(INFO_HASH, PEER_ID);
    wire.bitfield(Buffer.from([1]));
    await turn();
    const peer = new Responder({ infoHash: INFO_HASH });
    const log = logOf(wire, EVENTS);
    let caught = 0;
    for (let i = 0; i < 3; i++) {
      const chunk = peer.read(Buffer.concat(got.splice(0)));
      try {
        wire.write(i === 2 ? peer.seal(bytes.handshake()) : chunk);
      } catch {
        caught++;
      }
      wire.have(i);
      for (let turns = 0; turns < 4; turns++) await turn();
    }
    peer.read(Buffer.concat(got.splice(0)));
    assert.deepEqual(peer.initial, bytes.handshake());
    const sent = [bytes.bitfield(Buffer.from([1])), bytes.have(0), bytes.have(1), bytes.have(2)];
    assert.deepEqual(peer.received, Buffer.concat(sent));
    assert.equal(thrown, caught + errors.length);
    assert.deepEqual(
      log.map(([name]) => name),
      ['encryption', 'crypto-handshake', 'handshake'],
    );
  });

  test('the listeners of one wire all see the same bytes, in order', async () => {
    const { wire, peer } = asked();
    /** @type {Buffer[][]} */
    const seen = [[], [], []];
    for (const list of seen) wire.on('data', (/** @type {Buffer} */ chunk) => list.push(chunk));
    for (let i = 0; i < 50; i++) {
      wire.have(i);
      wire.piece(i, 0, Buffer.alloc(i * 500, i));
      if (i % 7 === 0) await turn();
    }
    await turn();
    const [first, second, third] = seen.map((list) => Buffer.concat(list));
    assert.ok(first.equals(second) && first.equals(third));
    peer.read(first);
    const parts = [];
    for (let i = 0; i < 50; i++)
      parts.push(bytes.have(i), bytes.piece(i, 0, Buffer.alloc(i * 500, i)));
    assert.ok(peer.received.equals(Buffer.concat(parts)));
  });
});
