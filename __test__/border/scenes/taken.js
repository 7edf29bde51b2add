'use strict';

// The memory of a chunk goes away, shrinks, grows or changes inside a handler, in the middle of it.
// What is delivered until then is what was sent; afterwards nothing may be read that is not there.

const assert = require('node:assert/strict');
const { conversation, cut } = require('../conversation.js');
const { LOSABLE, place, resize, take } = require('../memory.js');
const { Naive } = require('../naive.js');
const { randomSpeaking, speak } = require('../speaking.js');
const { HEARD } = require('../../hostile/helpers/names.js');
const { pwp } = require('../world.js');

/** @typedef {import('../world.js').World} World */
/** @typedef {import('../random.js').Random} Random */

const LIMITS = { maxMessageSize: 2 ** 20, maxPieces: 2 ** 21, pieceCount: null };

/** @param {any[]} args numbers as they are, bytes by their length */
const outlined = (args) => args.map((arg) => (Buffer.isBuffer(arg) ? arg.length : arg));

/** @param {World} world @param {Random} random */
async function taken(world, random) {
  const stream = conversation(random, null);
  const expected = [];
  const speaking = randomSpeaking(random);
  const naive = new Naive({ ...LIMITS, ...speaking }, stream, (...event) =>
    expected.push(outlined(event)),
  );
  naive.advance(stream.length);

  const wire = /** @type {any} */ (pwp());
  const check = world.follow(wire);
  const how = random.pick(['take', 'resize', 'scribble']);
  const rate = random.pick([0.02, 0.1, 0.5]);
  let view = new Uint8Array(0);
  // Until then, every message is as it was sent. Of a transferred chunk nothing may come after it
  // that was not sent; a resized or overwritten one is another chunk.
  let until = Number.POSITIVE_INFINITY;
  const seen = [];
  speak(wire, speaking, () => {});
  wire.unchoke();
  for (const name of HEARD) {
    wire.on(name, (...args) => {
      if (name === 'request') args.pop();
      seen.push([name, ...outlined(args)]);
      if (view.length === 0 || !random.chance(rate)) return;
      if (how === 'take') take(random, view);
      else if (how === 'resize') resize(random, view);
      else view.fill(random.uint32());
      if (how !== 'take') until = Math.min(until, seen.length);
      if (random.chance(0.05)) world.collectGarbage();
    });
  }
  for (const chunk of cut(random, stream)) {
    view = place(random, chunk, random.pick(LOSABLE));
    const callback = random.chance(0.2) ? () => {} : undefined;
    world.attempt(() => wire.write(view, callback));
    if (random.chance(0.1)) take(random, view);
  }
  await world.settle();
  const certain = Math.min(until, seen.length);
  assert.deepEqual(seen.slice(0, certain), expected.slice(0, certain));
  if (seen.length < expected.length && until > seen.length) {
    assert.equal(wire.closeReason?.code, 'ERR_PWP_CHUNK_DETACHED');
  }
  check(wire.closeReason !== null);
  if (random.chance(0.5)) wire.destroy();
}

module.exports = { taken };
