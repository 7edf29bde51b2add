'use strict';

// The same conversation between wires with sockets of their own, piped ones, and one of each: both sides
// see the same, in every event and field.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const { KINDS, Place } = require('./helpers/meeting.js');
const { bytes, ended, when } = require('./helpers/sockets.js');
const { Told } = require('./helpers/told.js');

const { INFO_HASH, PEER_ID } = bytes;

const piece = fc.nat(20);
const length = fc.constantFrom(1, 100, 16_384, 20_475, 32_768);
const flags = fc.record({ fast: fc.boolean(), dht: fc.boolean() });

const deed = (/** @type {string} */ name, /** @type {fc.Arbitrary<any>[]} */ ...args) =>
  fc.tuple(fc.constant(name), fc.tuple(...args));

const deeds = fc.oneof(
  ...['choke', 'unchoke', 'interested', 'uninterested', 'haveAll', 'haveNone'].map((name) =>
    deed(name),
  ),
  deed('have', piece),
  deed('bitfield', fc.constant(Buffer.from([0xa0, 0x0f, 0xc0]))),
  { weight: 4, arbitrary: deed('request', piece, fc.nat(50), length) },
  deed('piece', piece, fc.nat(50), length),
  deed('cancel', piece, fc.nat(50), length),
  deed('suggest', piece),
  deed('allowedFast', piece),
  deed('reject', piece, fc.nat(50), length),
  deed('extended', fc.integer({ min: 1, max: 5 }), fc.constant({ m: { ut_pex: 1 } })),
  deed('extended', fc.integer({ min: 1, max: 5 }), fc.constant(Buffer.from('bytes'))),
);

/** What one of both does before it waits for the other. */
const turns = fc.array(
  fc.record({ who: fc.nat(1), what: fc.array(deeds, { minLength: 1, maxLength: 6 }) }),
  { maxLength: 8 },
);

/** Does something, and notes whether it may. @param {Told} told @param {[string, any[]]} deed */
function perform(told, [name, given]) {
  const args = name === 'piece' ? [given[0], given[1], Buffer.alloc(given[2], given[0])] : given;
  if (name === 'request') {
    args.push((/** @type {any} */ error, /** @type {any} */ block) => {
      told.log.push(['answer', error?.code ?? block.length]);
    });
  }
  try {
    const value = told.wire[name](...args);
    if (name === 'piece') told.log.push(['piece()', value]);
  } catch (error) {
    told.log.push(['thrown', /** @type {any} */ (error).code]);
  }
  if (name === 'request') args.pop();
}

/** How often what one says makes the other answer: interested, unchoke, request, piece. */
const ROUNDS = 2;

/**
 * Waits until each has what the other has sent, and what that has answered.
 * @param {any} one who has spoken
 * @param {any} other
 * @param {number} mark that they know it by
 */
async function fence(one, other, mark) {
  for (let round = 0; round < ROUNDS; round++) {
    const there = when(other, 'port');
    const back = when(one, 'port');
    one.port(mark);
    await there;
    other.port(mark);
    await back;
  }
}

/** @param {any[]} wires @param {any} first @param {any} second @param {any[]} play */
async function converse(wires, first, second, play) {
  const told = wires.map((wire) => new Told(wire));
  const shaken = wires.map((wire) => when(wire, 'handshake'));
  wires[0].handshake(INFO_HASH, PEER_ID, first);
  await shaken[1];
  wires[1].handshake(INFO_HASH, PEER_ID, second);
  await shaken[0];
  let mark = 0;
  for (const { who, what } of play) {
    for (const one of what) perform(told[who], one);
    await fence(wires[who], wires[1 - who], ++mark);
  }
  // Both: a piped wire that only its stream ends says so in another order.
  for (const wire of wires) wire.destroy();
  await Promise.all(wires.map(ended));
  // When the marks come is up to the sockets.
  for (const one of told) one.log = one.log.filter(([name]) => name !== 'port');
  return told.map((one) => one.result(Buffer.alloc(0)));
}

for (const encryption of ['off', 'prefer']) {
  test(`both see the same, encryption: ${encryption}`, async (t) => {
    const options = { encryption, infoHashes: [INFO_HASH], pieceCount: 24 };
    const places = await Promise.all(KINDS.map((kinds) => Place.open(t, kinds, options)));
    const property = fc.asyncProperty(flags, flags, turns, async (first, second, play) => {
      const results = await Promise.all(
        places.map(async (place) => converse(await place.meet(options), first, second, play)),
      );
      const piped = results.pop();
      for (const [i, result] of results.entries()) assert.deepEqual(result, piped, `${KINDS[i]}`);
    });
    await fc.assert(property, { numRuns: 40 });
  });
}
