'use strict';

// However the peer's bytes come over a socket, a wire with a socket of its own tells what a piped wire
// tells that gets them all at once, and sends the same.

const { describe, test } = require('node:test');
const fc = require('fast-check');
const { cuts, encode, plan } = require('../wire/helpers/streams.js');
const { Meetings, assertSame, chunksOf, playPiped } = require('./helpers/told.js');

/** Whether a chunk waits for the one before it to be read, or is written behind it. */
const pauses = fc.array(fc.constantFrom('none', 'turn', 'read'), { minLength: 1, maxLength: 5 });

const options = fc.record({
  pieceCount: fc.option(fc.integer({ min: 1, max: 40 }), { freq: 2 }),
  maxMessageSize: fc.constantFrom(2 ** 20, 16393, 150_000),
  strict: fc.constantFrom(false, false, true),
});

for (const role of /** @type {const} */ (['accepted', 'dialled'])) {
  describe(`a wire that was ${role}`, () => {
    test('any split gives the same events', async (t) => {
      const meetings = await Meetings.open(t, role);
      const property = fc.asyncProperty(
        plan,
        cuts,
        pauses,
        options,
        async (steps, lengths, rests, given) => {
          const all = encode(steps);
          const told = await meetings.play(given, chunksOf(all, lengths), rests);
          assertSame(told, await playPiped(given, all));
        },
      );
      await fc.assert(property, { numRuns: 70 });
    });
  });
}
