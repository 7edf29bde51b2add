'use strict';

// A stream, well-formed or not, in any chunks in any memory, encrypted or not, on a wire whose handlers
// do what a handler may. What is delivered is what the naive parser says, and so is what is sent.

const assert = require('node:assert/strict');
const bytes = require('../../hostile/helpers/bytes.js');
const { conversation } = require('../conversation.js');
const { Mistake } = require('../errors.js');
const { Clear, Hidden } = require('../line.js');
const { LOSABLE, place, take } = require('../memory.js');
const { Naive } = require('../naive.js');
const { REFUSED, read, send } = require('../sending.js');
const { randomSpeaking, speak } = require('../speaking.js');
const { HEARD } = require('../../hostile/helpers/names.js');
const { pwp, turn } = require('../world.js');

/** @typedef {import('../world.js').World} World */
/** @typedef {import('../random.js').Random} Random */

/** After these a program may know how many pieces there are, and the next message is judged by it. */
const TEACHING = new Set(['handshake', 'extended']);

/** @param {Random} random */
function randomLimits(random) {
  return {
    maxMessageSize: random.pick([16393, 20_000, 2 ** 20, 2 ** 20, 2 ** 20]),
    maxPieces: random.pick([1, 100, 3000, 2 ** 21]),
    pieceCount: random.chance(0.4) ? random.integer(1, 3000) : null,
  };
}

/**
 * Which piece counts become known when: after how many teaching messages, and before which chunk.
 * @param {Random} random
 * @param {number} chunks
 */
function randomLessons(random, chunks) {
  const [byMessage, byChunk] = [new Map(), new Map()];
  const count = () => (random.chance(0.2) ? null : random.integer(1, 3000));
  if (random.chance(0.2)) byMessage.set(random.integer(1, 3), count());
  if (random.chance(0.2)) byChunk.set(random.integer(0, chunks), count());
  return { byMessage, byChunk };
}

/** @param {any[]} args with the bytes as they are now; what an extension handshake says is a copy */
const copied = (args) => args.map((arg) => (Buffer.isBuffer(arg) ? Buffer.from(arg) : arg));

/** What the naive parser makes of it. */
function expectation(limits, stream, line, { byMessage, byChunk }) {
  const events = [];
  let taught = 0;
  const naive = new Naive(limits, stream, (name, ...args) => {
    events.push([name, ...copied(args)]);
    if (TEACHING.has(name) && byMessage.has(++taught)) naive.pieceCount = byMessage.get(taught);
  });
  for (let at = 0; at < line.count; at++) {
    if (byChunk.has(at)) naive.pieceCount = byChunk.get(at);
    naive.advance(line.share(at));
  }
  const { failure, rejects, told, introduces } = naive;
  return { events, failure, rejects, told, introduces };
}

/**
 * What the wire has sent of its own accord: rejects, and its extension handshake.
 * @param {any[][]} said
 */
function divided(said) {
  const isReject = ([name, piece]) => name === 'reject' && piece !== REFUSED;
  const isIntroduction = ([name, id]) => name === 'extended' && id === 0;
  return {
    rejects: said.filter(isReject).map(([, ...block]) => block),
    introductions: said.filter(isIntroduction),
    sent: said.filter((message) => !isReject(message) && !isIntroduction(message)),
  };
}

/** @param {string[]} uses */
function introduction(uses) {
  const ids = uses.map((name, i) => `${name.length}:${name}i${i + 1}e`);
  return ['extended', 0, Buffer.from(`d1:md${ids.join('')}ee`)];
}

/** Another wire, made and used within a handler of the first. */
function nest(random, depth) {
  const other = pwp();
  const indexes = [];
  other.on('have', (index) => {
    indexes.push(index);
    if (depth < 4 && random.chance(0.3)) nest(random, depth + 1);
  });
  const expected = Array.from({ length: random.integer(1, 5) }, () => random.integer(0, 999));
  other.write(Buffer.concat([bytes.handshake(), ...expected.map(bytes.have)]));
  assert.deepEqual(indexes, expected);
  if (random.chance(0.5)) other.destroy();
}

/**
 * @param {World} world
 * @param {Random} random
 * @param {boolean} isHidden whether the wire is encrypted
 */
async function deliver(world, random, isHidden) {
  const speaking = randomSpeaking(random);
  const { announces, uses } = speaking;
  const limits = randomLimits(random);
  const stream = conversation(random, limits.pieceCount);
  const line = isHidden ? new Hidden(random, stream, !announces) : new Clear(random, stream);

  const wire = /** @type {any} */ (
    // Every request is told of.
    pwp({ ...limits, uploadHighWaterMark: 2 ** 40, ...line.options })
  );
  const check = world.follow(wire);
  const seen = [];
  const sent = [['unchoke']];
  const told = [];
  line.listen(wire);
  speak(wire, speaking, (what) => told.push(what));
  wire.unchoke();
  await line.open(world, wire);

  const lessons = randomLessons(random, line.count);
  const expected = expectation({ ...limits, ...speaking }, stream, line, lessons);
  // Handlers that throw or write delay what follows, so that neither memory nor lessons fit a chunk.
  const moods = line.throws ? ['throwing'] : ['calm', 'losing', 'writing', 'throwing'];
  const mood = lessons.byChunk.size > 0 ? 'calm' : random.pick(moods);

  let next = 0;
  let taught = 0;
  /** Gives whether no handler threw. */
  function writeNext() {
    if (next === line.count || !line.has(next)) return true;
    if (lessons.byChunk.has(next)) wire.pieceCount = lessons.byChunk.get(next);
    const chunk = line.chunk(next++);
    if (mood !== 'losing' && random.chance(0.1)) {
      const encoding = random.pick(/** @type {const} */ (['hex', 'base64', 'latin1']));
      return world.attempt(() => wire.write(chunk.toString(encoding), encoding));
    }
    const kind = mood === 'losing' ? random.pick(LOSABLE) : undefined;
    const view = place(random, chunk, kind);
    const callback = random.chance(0.2) ? () => {} : undefined;
    const isCalm = world.attempt(() => wire.write(view, callback));
    // It was delivered to the end, so it is the program's again. Payloads that lie in it go with it.
    if (mood === 'losing') take(random, view);
    return isCalm;
  }

  for (const name of HEARD) {
    wire.on(name, (...args) => {
      if (name === 'request') args.pop();
      seen.push([name, ...copied(args)]);
      for (const arg of args) if (Buffer.isBuffer(arg)) world.keep(arg, mood === 'losing');
      if (TEACHING.has(name) && lessons.byMessage.has(++taught)) {
        wire.pieceCount = lessons.byMessage.get(taught);
      }
      if (random.chance(0.02)) nest(random, 0);
      if (random.chance(0.05) && sent.length < 50) sent.push(send(random, wire));
      if (random.chance(0.0005)) world.collectGarbage();
      if (mood === 'writing' && random.chance(0.05)) writeNext();
      if (mood === 'throwing' && random.chance(0.02)) throw new Mistake(name);
    });
  }

  while (next < line.count) {
    if (!line.has(next)) await line.wait(world);
    // A Writable whose queue a handler throws out of is stuck, so there must be none.
    if (!writeNext()) await world.settle(() => wire.writableLength === 0);
    else if (random.chance(0.02)) await turn();
  }
  const isTold = () => seen.length >= expected.events.length;
  await world.settle(() => isTold() && (wire.closeReason !== null || expected.failure === null));
  assert.deepEqual(seen, expected.events);
  assert.equal(wire.closeReason?.code ?? null, expected.failure);
  assert.deepEqual(told, expected.told);
  line.check();
  const said = divided(read(line.output, announces !== undefined));
  assert.deepEqual(said.sent, sent);
  assert.deepEqual(said.rejects, wire.hasFast ? expected.rejects : []);
  const isIntroduced = announces !== undefined && expected.introduces;
  assert.deepEqual(said.introductions, isIntroduced ? [introduction(uses ?? [])] : []);
  check(expected.failure !== null);
  if (random.chance(0.5)) {
    wire.destroy();
    await world.settle();
    check(true);
  }
  line.close();
}

/** @param {World} world @param {Random} random */
const delivery = (world, random) => deliver(world, random, false);

/** @param {World} world @param {Random} random */
const encrypted = (world, random) => deliver(world, random, true);

module.exports = { delivery, encrypted };
