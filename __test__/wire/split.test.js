'use strict';

// However the peer's bytes are cut into chunks, the events are the same.

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { test } = require('node:test');
const fc = require('fast-check');
const { bytes, pwp } = require('./helpers/wires.js');
const { cut, cuts, encode, plan } = require('./helpers/streams.js');

const EVENTS = [
  'handshake',
  'choke',
  'unchoke',
  'interested',
  'uninterested',
  'have',
  'bitfield',
  'request',
  'piece',
  'download',
  'cancel',
  'port',
  'extended',
  'keep-alive',
  'unknownmessage',
  'close',
];

/** @param {unknown} value */
const print = (value) => {
  if (!Buffer.isBuffer(value)) return typeof value === 'function' ? 'function' : value;
  if (value.length < 50) return value.toString('hex');
  return `${value.length} bytes ${createHash('sha1').update(value).digest('hex')}`;
};

/**
 * A wire that serves and asks, and everything that happens on it.
 * @param {object} options
 * @param {(wire: import('../../index.js'), count: number) => void} [each] called in every event
 */
function recorded(options, each = () => {}) {
  const wire = pwp(options);
  /** @type {unknown[][]} */
  const log = [];
  for (const name of EVENTS) {
    wire.on(name, (...args) => {
      const { peerChoking, peerInterested, peerPieces, downloaded, peerRequests } = wire;
      const state = [peerChoking, peerInterested, peerPieces.length, downloaded];
      log.push([name, ...args.map(print), ...state, peerRequests.length, wire.requests.length]);
      if (name === 'unchoke') {
        wire.request(1, 2, 3, (error) => log.push(['callback', error?.message ?? 'block']));
      }
      if (name === 'interested') wire.unchoke();
      each(wire, log.length);
    });
  }
  const result = () => {
    log.push(['reason', wire.closeReason?.code, wire.closeReason?.message]);
    log.push(['pieces', wire.peerPieces.flatMap((has, index) => (has ? [index] : [])).join()]);
    return log;
  };
  return { wire, result };
}

const options = fc.record({
  pieceCount: fc.option(fc.integer({ min: 1, max: 40 }), { freq: 2 }),
  maxMessageSize: fc.constantFrom(2 ** 20, 16393, 150_000),
});

test('any split gives the same events', () => {
  fc.assert(
    fc.property(plan, cuts, options, (steps, lengths, given) => {
      const all = encode(steps);
      const whole = recorded(given);
      whole.wire.write(all);
      const split = recorded(given);
      for (const chunk of cut(all, lengths)) split.wire.write(chunk);
      assert.deepEqual(split.result(), whole.result());
    }),
    { numRuns: 300 },
  );
});

test('any split gives the same events when a handler learns how many pieces there are', () => {
  const count = fc.integer({ min: 1, max: 40 });
  const counts = fc.array(fc.option(count), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(plan, cuts, options, counts, (steps, lengths, given, learned) => {
      const all = encode(steps);
      const play = (chunks) => {
        const left = [...learned];
        const { wire, result } = recorded(given);
        for (const name of ['handshake', 'extended']) {
          wire.on(name, () => {
            if (left.length > 0) wire.pieceCount = left.shift();
          });
        }
        for (const chunk of chunks) wire.write(chunk);
        return result();
      };
      assert.deepEqual(play(cut(all, lengths)), play([all]));
    }),
    { numRuns: 300 },
  );
});

test('any split gives the same events on wires that write to each other in their handlers', () => {
  const plans = fc.array(fc.tuple(plan, cuts), { minLength: 2, maxLength: 4 });
  fc.assert(
    fc.property(plans, (sources) => {
      const streams = sources.map(([steps, lengths]) => [encode(steps), lengths]);
      const expected = streams.map(([all]) => {
        const { wire, result } = recorded({});
        wire.write(all);
        return result();
      });
      // Every event of a wire gives the next one its next chunk, inside the handler.
      const sides = streams.map(([all, lengths], i) => ({
        ...recorded({}, () => feed((i + 1) % streams.length)),
        chunks: cut(all, lengths),
      }));
      const feed = (i) => {
        const chunk = sides[i].chunks.shift();
        if (chunk !== undefined) sides[i].wire.write(chunk);
      };
      while (sides.some(({ chunks }) => chunks.length > 0)) {
        for (const i of sides.keys()) feed(i);
      }
      assert.deepEqual(
        sides.map(({ result }) => result()),
        expected,
      );
    }),
    { numRuns: 80 },
  );
});

test('every split of a short stream in two, and every byte by itself', () => {
  const all = Buffer.concat([
    bytes.handshake(1),
    bytes.interested,
    bytes.bitfield(Buffer.from([0xa0])),
    bytes.piece(1, 2, Buffer.from('block')),
    bytes.request(1, 2, 3),
    bytes.keepAlive,
    bytes.extended(3, Buffer.from('de')),
    bytes.message(77, Buffer.from('unknown')),
    bytes.port(6881),
    bytes.have(9),
    bytes.message(4, Buffer.alloc(3)),
  ]);
  const whole = recorded({});
  whole.wire.write(all);
  const expected = whole.result();
  assert.ok(expected.length > 12);
  for (let at = 0; at <= all.length; at++) {
    const split = recorded({});
    split.wire.write(all.subarray(0, at));
    split.wire.write(all.subarray(at));
    assert.deepEqual(split.result(), expected);
  }
  const single = recorded({});
  for (const byte of all) single.wire.write(Buffer.from([byte]));
  assert.deepEqual(single.result(), expected);
});

test('payloads of many lengths in chunks of many lengths', () => {
  const lengths = [1, 16384, 32766, 32767, 32768, 32769, 65536, 65537, 100_000, 262_145];
  const first = { steps: [['handshake', 0]], missing: 0 };
  for (const length of lengths) {
    const steps = [
      ['have', 1],
      ['piece', 1, 2, length],
      ['message', 99, length],
      ['have', 2],
    ];
    const all = Buffer.concat([encode(first), encode({ steps, missing: 0 })]);
    const whole = recorded({});
    whole.wire.write(all);
    const expected = whole.result();
    for (const size of [3, 7, 16, 17, 100, 1448, 16384, 20_000, 32_768, 50_000, 65_536]) {
      const split = recorded({});
      for (let at = 0; at < all.length; at += size) split.wire.write(all.subarray(at, at + size));
      assert.deepEqual(split.result(), expected, `${length} bytes by ${size}`);
    }
  }
});

test('what a handler does holds for the very next message, however it comes', () => {
  const all = [
    bytes.handshake(),
    bytes.request(1, 0, 1),
    bytes.have(19),
    bytes.request(2, 0, 1),
    bytes.have(20),
    bytes.request(3, 0, 1),
  ];
  for (const chunks of [
    [Buffer.concat(all)],
    all,
    [...Buffer.concat(all)].map((b) => Buffer.of(b)),
  ]) {
    const wire = pwp();
    const seen = [];
    wire.on('handshake', () => {
      wire.unchoke();
      wire.pieceCount = 20;
    });
    wire.on('request', (piece) => seen.push(piece));
    wire.on('have', (index) => {
      seen.push(`have ${index}`);
      wire.choke();
    });
    for (const chunk of chunks) wire.write(chunk);
    assert.deepEqual(seen, [1, 'have 19']);
    assert.equal(wire.closeReason?.code, 'ERR_PWP_PIECE_INDEX');
  }
});
