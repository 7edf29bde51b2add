'use strict';

// Wires in the hands of a program that does anything with them, also from inside their handlers.

const assert = require('node:assert/strict');
const { announced } = require('../conversation.js');
const { act, said } = require('../deeds.js');
const { join } = require('../joined.js');
const { extension } = require('../speaking.js');
const { HEARD } = require('../../hostile/helpers/names.js');
const { pwp } = require('../world.js');
const bytes = require('../../hostile/helpers/bytes.js');

/** @typedef {import('../world.js').World} World */
/** @typedef {import('../random.js').Random} Random */

/** How deep deeds nest, and how many there are in all: each may have a handler do more. */
const DEEPEST = 6;
const MOST_DEEDS = 300;

/** @param {World} world @param {Random} random */
async function chaos(world, random) {
  const throws = random.chance(0.5);
  const scene = /** @type {import('../deeds.js').Scene} */ ({
    world,
    wires: [],
    views: [],
    answers: [],
    bound: [],
    throws,
    tampers: false,
    asked: [],
    peers: new Map(),
  });
  let depth = 0;
  let deeds = 0;
  function mischief(wire) {
    if (depth === DEEPEST || deeds >= MOST_DEEDS) return;
    depth++;
    deeds++;
    try {
      act(random, scene, random.chance(0.7) ? wire : random.pick(scene.wires));
    } finally {
      depth--;
    }
  }
  const checks = new Map();
  const rate = random.pick([0.05, 0.3, 0.8]);
  for (let count = random.integer(1, 4); count > 0; count--) {
    const options = random.chance(0.3) ? { uploadHighWaterMark: 100 } : {};
    const encryption = random.pick(['off', 'off', 'prefer', 'require']);
    const infoHashes = [bytes.INFO_HASH];
    const respectReqq = random.chance(0.3);
    const wire = /** @type {any} */ (pwp({ ...options, respectReqq, encryption, infoHashes }));
    scene.wires.push(wire);
    checks.set(wire, world.follow(wire));
    const names = [...HEARD, 'upload', 'download', 'timeout', 'close', 'finish', 'end', 'drain'];
    if (encryption !== 'off') names.push('encryption', 'crypto-handshake', 'crypto-infohash');
    if (random.chance(0.5)) names.push('data');
    if (random.chance(0.1)) names.push('readable');
    for (const name of names) {
      wire.on(name, (...args) => {
        for (const arg of args) {
          if (arg instanceof Uint8Array) scene.views.push(arg);
          if (typeof arg === 'function') scene.answers.push(arg);
        }
        if (random.chance(rate)) mischief(wire);
      });
    }
    world.attempt(() => {
      if (random.chance(0.4)) {
        wire.use(extension('alpha', () => random.chance(rate) && mischief(wire)));
      }
      if (random.chance(0.5)) wire.handshake(bytes.INFO_HASH, bytes.PEER_ID, { fast: true });
      if (encryption !== 'off' && random.chance(0.8)) {
        const peer = join(random, wire, bytes.handshake(announced(random)));
        if (peer !== null) scene.peers.set(wire, peer);
      } else if (random.chance(0.9)) wire.write(bytes.handshake(announced(random)));
      if (random.chance(0.7)) wire.write(said(scene, wire, bytes.unchoke));
      if (random.chance(0.7)) wire.unchoke();
    });
  }

  for (let left = random.integer(1, 60); left > 0; left--) {
    world.attempt(() => mischief(random.pick(scene.wires)));
    if (random.chance(0.1)) await world.settle();
  }
  deeds = MOST_DEEDS;
  await world.settle();
  const ended = new Set();
  for (const wire of scene.wires) {
    const ends = random.chance(0.5) || scene.bound.includes(wire);
    if (!ends) {
      checks.get(wire)(false);
      continue;
    }
    wire.destroy();
    wire.setKeepAlive(false);
    wire.setTimeout(0);
    // Whoever does not read a stream, or pauses it, gets no end.
    wire.unpipe();
    wire.resume();
    await world.settle(() => wire.read() === null && wire.readableEnded);
    // A Writable whose queue a handler throws out of is stuck.
    checks.get(wire)(!throws);
    if (!throws) ended.add(wire);
  }
  for (const peer of scene.peers.values()) peer.close();
  for (const { wire, calls } of scene.asked) {
    assert.ok(calls <= 1, `a request's callback was called ${calls} times`);
    if (ended.has(wire) && !scene.tampers) assert.equal(calls, 1, 'a callback was never called');
  }
}

module.exports = { chaos };
