'use strict';

// What a handler does holds for the very next message, on a wire with a socket of its own as on one
// that is piped: whoever decodes, and however far ahead of the program.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const fc = require('fast-check');
const { cuts } = require('../wire/helpers/streams.js');
const { speech, spoken } = require('./helpers/spoken.js');
const { HOST, accepted, bytes, ended, lifeOf, listen, pwp, when } = require('./helpers/sockets.js');
const { Meetings, assertSame, chunksOf, playPiped } = require('./helpers/told.js');
const { uncaught } = require('../encryption/helpers/wires.js');

const { INFO_HASH, PEER_ID } = bytes;

const pauses = fc.array(fc.constantFrom('none', 'turn', 'read'), { minLength: 1, maxLength: 3 });
const options = fc.record({
  pieceCount: fc.option(fc.integer({ min: 1, max: 40 }), { freq: 2 }),
  strict: fc.boolean(),
  respectReqq: fc.boolean(),
});
/** What a handler of `handshake` says and learns, and what those of `extended` learn later. */
const learned = fc.record({
  answer: fc.option(fc.record({ fast: fc.boolean(), v2: fc.boolean() }), { freq: 4 }),
  counts: fc.array(fc.option(fc.integer({ min: 1, max: 40 })), { maxLength: 3 }),
});

/** @param {{ answer: object | null, counts: (number | null)[] }} what */
function student({ answer, counts }) {
  const left = [...counts];
  return (/** @type {any} */ wire, /** @type {string} */ name) => {
    if (name === 'handshake' && answer !== null) wire.handshake(INFO_HASH, PEER_ID, answer);
    if (!['handshake', 'extended'].includes(name)) return;
    const count = left.shift();
    if (count !== undefined) wire.pieceCount = count;
  };
}

for (const role of /** @type {const} */ (['accepted', 'dialled'])) {
  test(`what was agreed on and learned in handlers, ${role}`, async (t) => {
    const meetings = await Meetings.open(t, role);
    const property = fc.asyncProperty(
      speech,
      cuts,
      pauses,
      options,
      learned,
      async (said, lengths, rests, given, what) => {
        const all = spoken(said);
        const told = await meetings.play(given, chunksOf(all, lengths), rests, student(what));
        assertSame(told, await playPiped(given, all, student(what)));
      },
    );
    await fc.assert(property, { numRuns: 70 });
  });
}

test('what comes behind a message that the program refuses is not told', async (t) => {
  const meetings = await Meetings.open(t, 'accepted');
  // Only the program counts how often a peer says that it has everything.
  const behind = [bytes.have(3), bytes.interested, bytes.request(1, 0, 5)];
  const all = Buffer.concat([
    bytes.handshake(bytes.BITS.fast),
    ...Array(9).fill(bytes.haveAll),
    ...behind,
  ]);
  const answer = student({ answer: { fast: true }, counts: [] });
  const told = await meetings.play({}, [all], ['none'], answer);
  assert.match(told.end.reason, /^ERR_PWP_HAVE_REPEATED/);
  assertSame(told, await playPiped({}, all, answer));
});

/** Events after which something is still done for the same message, or the same end. */
const NOT_THE_LAST = ['choke', 'download', 'upload', 'request', 'close', 'finish'];

describe('a handler that throws', () => {
  test('costs nobody a message, and everybody hears of it', async (t) => {
    const errors = uncaught(t);
    const meetings = await Meetings.open(t, 'accepted');
    const places = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 6 });
    const property = fc.asyncProperty(
      speech,
      cuts,
      pauses,
      places,
      learned,
      async (said, lengths, rests, throwing, what) => {
        const all = spoken(said);
        /** @type {Error[]} */
        const thrown = [];
        const study = student(what);
        const told = await meetings.play({}, chunksOf(all, lengths), rests, (wire, name, count) => {
          study(wire, name);
          if (!throwing.includes(count) || NOT_THE_LAST.includes(name)) return;
          thrown.push(new Error(`in ${name}`));
          throw thrown.at(-1);
        });
        assert.deepEqual(errors.splice(0), thrown);
        const { log, end } = await playPiped({}, all, student(what));
        assert.deepEqual({ log: told.log, end: told.end }, { log, end });
      },
    );
    await fc.assert(property, { numRuns: 70 });
  });

  test('is heard of in the order of the messages, those of other wires between', async (t) => {
    const errors = uncaught(t);
    const sides = [await accepted(t), await accepted(t)];
    /** @type {number[]} */
    const seen = [];
    for (const { wire } of sides) {
      wire.on('have', (index) => {
        seen.push(index);
        throw index;
      });
    }
    const indexes = Array.from({ length: 500 }, (_, index) => index);
    const all = Buffer.concat([bytes.handshake(), ...indexes.map(bytes.have), bytes.unchoke]);
    for (const { peer } of sides) peer.write(all);
    await Promise.all(sides.map(({ wire }) => when(wire, 'unchoke')));
    assert.equal(seen.length, 1000);
    assert.deepEqual(errors, seen);
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      indexes.flatMap((index) => [index, index]),
    );
  });

  test('in connection and in connect, the wire is served all the same', async (t) => {
    const errors = uncaught(t);
    const server = pwp.createServer((wire) => {
      wire.on('handshake', () => {
        wire.handshake(INFO_HASH, PEER_ID);
        wire.unchoke();
      });
      throw new Error('connection');
    });
    const port = await listen(t, server);
    const wire = pwp.connect({ port, host: HOST });
    wire.on('connect', () => {
      throw new Error('connect');
    });
    wire.handshake(INFO_HASH, PEER_ID);
    await when(wire, 'unchoke');
    assert.deepEqual(errors.map(({ message }) => message).sort(), ['connect', 'connection']);
    const end = when(wire, 'end');
    wire.on('close', () => {
      throw new Error('close');
    });
    assert.throws(() => wire.destroy(), { message: 'close' });
    await end;
  });

  test('in close, when the peer ends, the wire ends all the same', async (t) => {
    const errors = uncaught(t);
    const { wire, peer } = await accepted(t);
    const life = lifeOf(wire);
    wire.on('close', () => {
      throw new Error('close');
    });
    peer.end(bytes.handshake());
    await ended(wire);
    assert.deepEqual(life, ['handshake', 'close', 'finish', 'end']);
    assert.deepEqual(
      errors.map(({ message }) => message),
      ['close'],
    );
  });
});

describe('a handler that destroys', () => {
  test('ends what is told at the same place', async (t) => {
    const meetings = await Meetings.open(t, 'accepted');
    const property = fc.asyncProperty(
      speech,
      cuts,
      pauses,
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom('destroy', 'end'),
      async (said, lengths, rests, place, end) => {
        const all = spoken(said);
        const each = (
          /** @type {any} */ wire,
          /** @type {string} */ _,
          /** @type {number} */ n,
        ) => {
          if (n === place) wire[end]();
        };
        const told = await meetings.play({}, chunksOf(all, lengths), rests, each);
        const piped = await playPiped({}, all, each);
        // Of what came with it, a piped wire still tells the rest of its chunk: so may this.
        assert.deepEqual(told.log.slice(0, place), piped.log.slice(0, place));
        const rest = told.log.slice(place).map(([name, ...args]) => [name, ...args.slice(0, -1)]);
        const names = piped.log.slice(place).map(([name, ...args]) => [name, ...args.slice(0, -1)]);
        let at = 0;
        for (const one of rest.filter(
          ([name]) => !['close', 'finish', 'callback'].includes(name),
        )) {
          at = names.findIndex(
            (other, i) => i >= at && JSON.stringify(other) === JSON.stringify(one),
          );
          assert.notEqual(at++, -1, `${one} was not told by the other`);
        }
        assert.equal(told.end.destroyed, true);
        for (const name of ['close', 'finish']) {
          assert.equal(told.log.filter(([each]) => each === name).length, 1, name);
        }
      },
    );
    await fc.assert(property, { numRuns: 70 });
  });
});
