'use strict';

// What is shown of a file does not depend on how it is read, nor on the order in which packets were
// captured, and no file is too much.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const agreed = require('../agreed/helpers/agreed.js');
const { bytes } = require('../wire/helpers/wires.js');
const { linesOf } = require('./helpers/lines.js');
const { LINKS, pcap, pcapng } = require('./helpers/packets.js');
const {
  FIRST,
  FIRST_LINES,
  OURS,
  SECOND,
  SECOND_LINES,
  directionOf,
  talk,
} = require('./helpers/spoken.js');

test('any split gives the same lines', async () => {
  const message = fc.oneof(
    fc.constantFrom(
      agreed.haveAll,
      bytes.unchoke,
      bytes.keepAlive,
      bytes.request(1, 2, 0),
      bytes.port(5),
    ),
    fc.nat(30).map(bytes.have),
    fc.nat(40_000).map((length) => bytes.piece(1, 0, Buffer.alloc(length, length))),
    fc.uint8Array({ maxLength: 30 }).map((payload) => bytes.message(20, Buffer.from(payload))),
    fc.uint8Array({ maxLength: 9 }).map((payload) => bytes.message(0x41, Buffer.from(payload))),
    fc.constant(bytes.message(4, Buffer.alloc(3))), // wrong, and the end
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(message, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 5 }),
      async (messages, sizes) => {
        const stream = Buffer.concat([OURS, ...messages]);
        const whole = await linesOf(stream, [stream.length]);
        assert.deepEqual(await linesOf(stream, sizes), whole);
      },
    ),
    { numRuns: 60 },
  );
});

test('packets in any order, and some of them twice, give the same messages', async () => {
  const [first, second, ...rest] = talk().captured;
  const places = [...rest.keys()];
  const isNamed = (/** @type {string} */ line) => line.startsWith('extended');
  const extended = (/** @type {string[]} */ lines) => lines.filter(isNamed).length;
  const others = (/** @type {string[]} */ lines) => lines.filter((line) => !isNamed(line));
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(places, { minLength: places.length }),
      fc.subarray(places),
      async (shuffled, again) => {
        const lines = await linesOf(
          pcap([first, second, ...[...shuffled, ...again].map((place) => rest[place])]),
        );
        const [ours, theirs] = [directionOf(lines, '→'), directionOf(lines, '←')];
        // What an extension's message is called depends on what the other side has said by then.
        assert.deepEqual([others(ours), extended(ours)], [others(FIRST_LINES), 1]);
        assert.deepEqual([others(theirs), extended(theirs)], [others(SECOND_LINES), 1]);
      },
    ),
    { numRuns: 60 },
  );
});

test('no file crashes it', async () => {
  const { captured } = talk();
  const files = [
    FIRST,
    SECOND,
    ...Object.keys(LINKS).map((link) => pcap(captured, { link })),
    pcap(talk({ isV6: true }).captured),
    pcapng(captured),
  ];
  const damage = fc.record({ at: fc.nat(), value: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(damage, { maxLength: 40 }),
      fc.nat(),
      async (file, damages, end) => {
        const bytes = Buffer.from(file.subarray(0, 1 + (end % (2 * file.length))));
        // The beginnings are where what matters is.
        for (const { at, value } of damages) bytes[at % Math.min(bytes.length, 4000)] = value;
        await linesOf(bytes, [4096]).catch((error) => assert.equal(error.name, 'ToolError'));
      },
    ),
    { numRuns: 300 },
  );
  const magics = fc.constantFrom(
    '',
    'd4c3b2a1020004000000000000000000ffff000001000000',
    '0a0d0d0a1c0000004d3c2b1a01000000ffffffffffffffff1c000000',
  );
  await fc.assert(
    fc.asyncProperty(magics, fc.uint8Array({ maxLength: 2000 }), async (magic, rest) => {
      const bytes = Buffer.concat([Buffer.from(magic, 'hex'), rest]);
      await linesOf(bytes, [100]).catch((error) => assert.equal(error.name, 'ToolError'));
    }),
    { numRuns: 300 },
  );
});
