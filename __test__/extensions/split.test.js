'use strict';

// However the peer's bytes are cut into chunks, extensions are told the same.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const bencode = require('bencode');
const fc = require('fast-check');
const { cut, cuts } = require('../wire/helpers/streams.js');
const { pwp } = require('./helpers/peers.js');
const { bytes, introduction, logEvents, logging, messagesIn } = require('./helpers/recorded.js');
const { output } = require('../wire/helpers/wires.js');

/** Our extensions, of which the last throws at what it is told to. */
const OURS = ['alpha', 'beta', 'fragile'];
const THROW = 'throw';

/**
 * What comes of a stream.
 * @param {Buffer[]} chunks
 */
function play(chunks) {
  const wire = pwp();
  /** @type {any[][]} */
  const log = [];
  logEvents(wire, log);
  const members = {
    onExtendedHandshake() {
      // What it sends goes by what the peer has said so far.
      this.wire.extended(this.name, Buffer.from(`${this.name} was introduced`));
    },
    onMessage(/** @type {Buffer} */ payload) {
      if (payload.toString() === THROW) throw new Error('told to');
      if (payload.length % 2 === 0) return;
      try {
        this.wire.extended(this.name, payload);
      } catch (error) {
        log.push([`${this.name} cannot answer`, error.code]);
      }
    },
  };
  for (const name of OURS) wire.use(logging(log, name, members));
  wire.on('extended', () => log.push(['known', { ...wire.peerExtendedMapping }]));
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  for (const chunk of chunks) if (!wire.destroyed) wire.write(chunk);
  log.push(['sent', ...messagesIn(output(wire))]);
  log.push(['closed', wire.closeReason?.message, wire.closeReason?.code]);
  log.push(['pieces', ...wire.peerPieces]);
  return log;
}

const id = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 1, max: 255 }) },
  { weight: 2, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.constantFrom(256, -1, 'text') },
);
const names = fc.dictionary(fc.constantFrom(...OURS, 'gamma', 'a "strange" one', ''), id);

/** An extension handshake, as good peers send it, or nearly. */
const handshake = fc
  .record(
    {
      m: fc.oneof({ weight: 5, arbitrary: names }, { weight: 1, arbitrary: fc.constant('none') }),
      v: fc.string({ maxLength: 200 }),
      reqq: fc.integer({ min: -5, max: 500 }),
      metadata_size: fc.nat(),
      other: fc.array(fc.nat(), { maxLength: 3 }),
      long: fc.constant('x'.repeat(20_000)),
    },
    { requiredKeys: [] },
  )
  .map(introduction);

/** What is no extension handshake: not well-formed. */
const malformed = fc
  .tuple(names, fc.nat(20))
  .map(([m, missing]) => bencode.encode({ m }).subarray(0, -1 - missing))
  .map((payload) => bytes.extended(0, payload));

const payload = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('', 'x'.repeat(30_001)));

const message = fc.oneof(
  { weight: 3, arbitrary: handshake },
  { weight: 1, arbitrary: malformed },
  {
    weight: 5,
    arbitrary: fc
      .tuple(fc.oneof(fc.integer({ min: 1, max: 4 }), fc.nat(255)), payload)
      .map(([to, text]) => bytes.extended(to, Buffer.from(to === 0 ? '' : text))),
  },
  { weight: 2, arbitrary: fc.nat(40).map(bytes.have) },
);

/** A peer's stream; somewhere an extension may throw, and what comes after that is not read. */
const stream = fc
  .tuple(fc.array(message, { maxLength: 12 }), fc.option(fc.nat(12)))
  .map(([messages, thrown]) => {
    const parts = [bytes.handshake(), ...messages];
    if (thrown !== null) parts.splice(1 + thrown, 0, bytes.extended(3, Buffer.from(THROW)));
    return Buffer.concat(parts);
  });

test('any split gives the same hooks, events and answers', () => {
  let hooks = 0;
  let thrown = 0;
  fc.assert(
    fc.property(stream, cuts, (all, lengths) => {
      const whole = play([all]);
      assert.deepEqual(play(cut(all, lengths)), whole);
      hooks += whole.filter(([name]) => name.includes('.on')).length;
      if (whole.at(-2)?.[2] === 'ERR_PWP_EXTENSION') thrown++;
    }),
    { numRuns: 300 },
  );
  assert.ok(hooks > 1000 && thrown > 50, `${hooks} hooks called, ${thrown} threw`);
});

/** One conversation with everything in it. */
const CONVERSATION = Buffer.concat([
  bytes.handshake(),
  introduction({ m: { alpha: 3, beta: 4, gamma: 5 }, v: 'Peer 1.0', reqq: 300, yourip: 'abcd' }),
  bytes.have(7),
  bytes.extended(1, Buffer.from('to alpha')),
  bytes.extended(2, Buffer.from('to beta, odd')),
  bytes.extended(0, Buffer.from('d1:md5:alphai')),
  introduction({ m: { beta: 0 } }),
  bytes.extended(2, Buffer.from('beta again, odd')),
  bytes.extended(9, Buffer.from('to nobody')),
  bytes.extended(1, Buffer.alloc(0)),
]);

test('the extension handshake and the rest by single bytes', () => {
  const whole = play([CONVERSATION]);
  const names = whole.map(([name]) => name).filter((name) => name.includes('.on'));
  assert.deepEqual(names, [
    'alpha.onHandshake',
    'beta.onHandshake',
    'fragile.onHandshake',
    'alpha.onExtendedHandshake',
    'beta.onExtendedHandshake',
    'alpha.onMessage',
    'beta.onMessage',
    'alpha.onExtendedHandshake',
    'beta.onMessage',
    'alpha.onMessage',
  ]);
  assert.deepEqual(play([...CONVERSATION].map((byte) => Buffer.of(byte))), whole);
});

test('in two, at every place', () => {
  const whole = play([CONVERSATION]);
  for (let at = 0; at <= CONVERSATION.length; at++) {
    const halves = [CONVERSATION.subarray(0, at), CONVERSATION.subarray(at)];
    assert.deepEqual(play(halves), whole, `at ${at}`);
  }
});

test('what an extension keeps of a handshake stays when the chunk is used again', () => {
  const chunk = introduction({ m: { alpha: 3 }, v: 'Peer 1.0', other: ['part'] });
  const wire = pwp();
  wire.use(logging([], 'alpha'));
  wire.write(bytes.handshake());
  wire.write(chunk);
  chunk.fill(0);
  const { v, other, m } = /** @type {any} */ (wire).peerExtendedHandshake;
  assert.deepEqual([String(v), String(other), m], ['Peer 1.0', 'part', { alpha: 3 }]);
});
