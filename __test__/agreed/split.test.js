'use strict';

// Any split of the input gives the same events, with everything agreed on.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const agreed = require('./helpers/agreed.js');

const { about, bytes, handshake, pwp, record } = agreed;
const index = fc.nat(20);
const root = Buffer.alloc(32, 7);
const text = (/** @type {string} */ value) => Buffer.from(value, 'latin1');

const message = fc.oneof(
  fc.constantFrom(agreed.haveAll, agreed.haveNone, bytes.unchoke, bytes.choke, bytes.keepAlive),
  index.map(agreed.suggest),
  index.map(agreed.allowedFast),
  index.map(bytes.have),
  fc.tuple(index, index, index).map((block) => agreed.reject(...block)),
  fc.tuple(index, index, fc.integer({ min: 1, max: 9 })).map((block) => bytes.request(...block)),
  fc.nat(300).map((length) => bytes.piece(1, 0, Buffer.alloc(length, length))),
  fc.tuple(index, index).map(([a, b]) => about(21, root, [a, b, 2, 0])),
  fc
    .integer({ min: 1, max: 20 })
    .map((n) => about(22, root, [0, 0, n, 0], Buffer.alloc(32 * n, n))),
  fc
    .constantFrom(
      text('d1:md3:x_ei4eee'),
      text('d1:md3:x_ei0eee'),
      text('d4:reqqi9e1:v4:teste'),
      text('garbage'),
      text('d'),
    )
    .map((payload) => bytes.extended(0, payload)),
  fc
    .tuple(fc.nat(2), fc.nat(50))
    .map(([id, length]) => bytes.extended(id + 1, Buffer.alloc(length))),
  // Wrong ones end it.
  fc.constantFrom(bytes.message(14, Buffer.alloc(1)), about(22, root, [0, 0, 0, 0], root)),
);

/** Reads a stream in chunks of these sizes. */
function play(/** @type {Buffer} */ stream, /** @type {number[]} */ sizes) {
  const wire = /** @type {any} */ (pwp({ pieceCount: 21, respectReqq: true }));
  /** @type {any[][]} */
  const told = [];
  class Listening {
    onHandshake(/** @type {any[]} */ ...args) {
      told.push(['onHandshake', ...args]);
    }
    onExtendedHandshake(/** @type {any} */ said) {
      told.push(['onExtendedHandshake', structuredClone(said)]);
    }
    onMessage(/** @type {Buffer} */ payload) {
      told.push(['onMessage', payload.length]);
    }
  }
  Object.assign(Listening.prototype, { name: 'x_e' });
  const events = record(wire);
  wire.use(Listening);
  wire.on('handshake', () =>
    wire.handshake(agreed.V2_HASH, Buffer.alloc(20), { fast: true, v2: true }),
  );
  wire.unchoke();
  let at = 0;
  for (let i = 0; at < stream.length; i++) {
    const size = sizes[i % sizes.length];
    wire.write(stream.subarray(at, at + size));
    at += size;
  }
  const state = {
    mapping: { ...wire.peerExtendedMapping },
    handshake: wire.peerExtendedHandshake,
    allowed: wire.peerAllowedFastSet,
    haveAll: wire.peerHaveAll,
    pieces: [...wire.peerPieces],
    sent: agreed.output(wire),
    reason: wire.closeReason?.message,
  };
  return { told, events: events.map(([name, ...args]) => [name, ...args.map(copy)]), state };
}

const copy = (/** @type {any} */ value) =>
  typeof value === 'function' ? 'function' : structuredClone(value);

test('of a conversation with everything in it', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 30 }),
      fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 900 })), {
        minLength: 1,
        maxLength: 6,
      }),
      (messages, sizes) => {
        const stream = Buffer.concat([handshake(agreed.FAST, agreed.V2_HASH), ...messages]);
        const whole = play(stream, [stream.length]);
        assert.deepEqual(play(stream, sizes), whole);
        assert.deepEqual(play(stream, [1]), whole);
      },
    ),
    { numRuns: 200 },
  );
});
