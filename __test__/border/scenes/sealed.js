'use strict';

// What the addon enciphers and deciphers, asked for as lib/ never does: in memories that overlap, that
// are too short, shared or gone, of wires that are not encrypted, not yet, or not any more. It throws and
// has done nothing, or it is right.

const assert = require('node:assert/strict');
const native = require('../../../lib/addon.js');
const records = require('../../../lib/records.js');
const { Table, control } = require('../../../lib/tables.js');
const bytes = require('../../hostile/helpers/bytes.js');
const { EXTREMES } = require('../conversation.js');
const { garbage, garbageArguments } = require('../garbage.js');
const { place, take } = require('../memory.js');
const { Peer } = require('../peer.js');
const { survive } = require('../surviving.js');
const { turn } = require('../world.js');

/** @typedef {import('../world.js').World} World */
/** @typedef {import('../random.js').Random} Random */

const { AT, FILLED, GATHERED, LENGTH, NEEDS, SLOT, SPACE, STATUS, TABLE } = records;
const NOTHING = new Uint8Array(0);
/** Bytes of a block's message before the block. */
const PIECE_HEAD = 13;
/** Longer than what is asked for at first. */
const LONG_BLOCK = 100_000;

/** Given to the addon for good, so made once. */
const table = new Table();

/** @param {Random} random @returns {[Peer, Peer]} both settled */
function pair(random) {
  const infoHash = bytes.INFO_HASH;
  const a = new Peer(random, { infoHash, begins: true, methods: random.pick(['any', 'plain']) });
  const b = new Peer(random, { infoHash, begins: false, methods: 'any' });
  const answer = b.read(a.opening).said;
  const choice = b.read(a.read(answer).said).said;
  a.read(choice);
  assert.ok(a.isSettled && b.isSettled);
  return [a, b];
}

/**
 * Has a peer in the middle of a block, so that what comes next is gathered in memory of its own.
 * @param {Peer} from
 * @param {Peer} to
 * @returns {Uint8Array} that memory
 */
function beginBlock(from, to) {
  to.open(from.seal(bytes.handshake()));
  const piece = bytes.piece(1, 0, Buffer.alloc(LONG_BLOCK)).subarray(0, 30);
  const plain = to.open(from.seal(piece));
  assert.equal(control[STATUS], SPACE);
  const memory = new Uint8Array(control[NEEDS]);
  control[GATHERED] = 0;
  // The head has been read.
  native.decode(plain, memory);
  assert.equal(control[FILLED], plain.length - PIECE_HEAD);
  return memory;
}

/** @param {Random} random @param {number} slot the right one @param {number[]} others */
function slotOf(random, slot, others) {
  if (random.chance(0.8)) return slot;
  return random.chance(0.7) ? random.pick(others) : random.uint32();
}

/** @param {Random} random @param {number} right */
function near(random, right) {
  if (random.chance(0.7)) return right;
  return random.pick([0, right + 1, Math.max(0, right - 1), ...EXTREMES]);
}

/**
 * Two places, which may be one or overlap.
 * @param {Random} random
 * @param {Uint8Array} data that the first holds
 * @param {number} room of the second
 * @returns {[Uint8Array, Uint8Array]}
 */
function places(random, data, room) {
  if (random.chance(0.6)) return [place(random, data), place(random, random.bytes(room))];
  const [from, to] = [random.integer(0, 20), random.integer(0, 20)];
  const memory = new ArrayBuffer(20 + Math.max(data.length, room));
  const view = new Uint8Array(memory, from, data.length);
  view.set(data);
  return [view, new Uint8Array(memory, to, room)];
}

/** @param {unknown} view */
const isShared = (view) => view instanceof Uint8Array && view.buffer instanceof SharedArrayBuffer;

/** @param {Random} random @param {[Peer, Peer]} peers @param {number[]} others */
function sealOnce(random, [a, b], others) {
  const data = random.bytes(random.length(3000));
  const at = random.pick([0, 0, 1, 9]);
  const [view, out] = places(random, data, near(random, at + data.length) % 5000);
  if (random.chance(0.05)) take(random, random.pick([view, out]));
  const before = Buffer.from(out);
  const given = Buffer.from(view);
  control[SLOT] = slotOf(random, a.slot, others);
  control[AT] = near(random, at);
  const [slot, start] = [control[SLOT], control[AT]];
  const args = random.pick([
    [out, view],
    [out, view],
    [out, view],
    [out],
    [],
    [out, garbage(random)],
  ]);
  let isDone = true;
  survive(() => {
    isDone = false;
    native.seal(.../** @type {[any, any]} */ (args));
    isDone = true;
  });
  if (!isDone) {
    assert.ok(before.equals(out), 'what failed has changed something');
  } else if (args[1] === view) {
    assert.equal(slot, a.slot, 'a wire that is not encrypted');
    assert.ok(given.length === 0 || !isShared(out));
    assert.equal(control[AT], start + given.length);
    // Of no bytes, it may be to memory that is gone.
    if (given.length === 0) return;
    assert.ok(b.open(out.subarray(start, start + given.length)).equals(given), 'enciphered');
  } else if (slot === a.slot) {
    // Any bytes were enciphered: they are no one's, but count.
    if (control[AT] > start) b.open(out.subarray(start, control[AT]));
  }
}

/** @param {Random} random @param {[Peer, Peer]} peers @param {number[]} others @param {Uint8Array} memory */
function openOnce(random, [a, b], others, memory) {
  const data = random.bytes(random.length(3000));
  const whole = Buffer.concat([random.bytes(random.integer(0, 9)), a.seal(data), random.bytes(3)]);
  const at = whole.length - 3 - data.length;
  const room = near(random, data.length) % 5000;
  const [view, plain] = places(random, whole, random.chance(0.5) ? data.length : room);
  const assembly = random.pick([NOTHING, memory, memory, plain, view, place(random, data)]);
  const chunk = Buffer.from(view);
  control[SLOT] = slotOf(random, b.slot, others);
  control[TABLE] = table.id;
  control[AT] = near(random, at);
  control[LENGTH] = near(random, data.length);
  const filled = filledOf(b);
  control[GATHERED] = random.chance(0.9) ? filled : random.pick(EXTREMES);
  const isRight = control[SLOT] === b.slot && control[AT] === at && control[LENGTH] === data.length;
  const isMemory = assembly === memory || assembly === NOTHING;
  if (random.chance(0.05)) take(random, random.pick([view, plain]));
  const isWhole = chunk.equals(view);
  // Only where it would be right, or has to fail: else the two would be apart from here on.
  const args =
    isRight && isMemory && isWhole ? [view, assembly, plain] : [view, assembly, garbage(random)];
  if (args[2] !== plain && args[2] instanceof Uint8Array) args[2] = undefined;
  let isDone = false;
  survive(() => {
    native.decode(.../** @type {[any, any, any]} */ (args));
    isDone = true;
  });
  if (!isDone) {
    assert.ok(b.open(whole.subarray(at, at + data.length)).equals(data), 'what failed counts');
    return;
  }
  assert.equal(args[2], plain, 'deciphered to nowhere');
  const direct = control[GATHERED];
  const opened = [memory.subarray(filled, filled + direct)];
  // One that is gone will do where all was gathered.
  if (data.length > direct) opened.push(plain.subarray(0, data.length - direct));
  assert.ok(Buffer.concat(opened).equals(data), 'deciphered');
}

/** How much of a block a peer's decoder has gathered. @param {Peer} peer */
function filledOf(peer) {
  control[SLOT] = peer.slot;
  control[TABLE] = table.id;
  control[AT] = 0;
  control[LENGTH] = 0;
  native.decode();
  return control[FILLED];
}

/** @param {Random} random @param {number[]} slots */
function exchangeOnce(random, slots) {
  const slot = random.chance(0.9) ? random.pick(slots) : random.uint32();
  const data = place(random, random.bytes(random.pick([0, 1, 20, 96, 536, 700])));
  const hash = random.pick([null, undefined, random.bytes(20), random.bytes(19), garbage(random)]);
  if (random.chance(0.05)) take(random, data);
  const { randomLength } = native.exchangeConstants();
  const length = near(random, randomLength) % 2000;
  const isClear = random.chance(0.5);
  survive(() => {
    random.pick([
      () => native.beginExchange(slot, random.bytes(length), random.uint32(), isClear, hash),
      () => native.readExchange(slot, random.chance(0.2) ? bytes.PROTOCOL : data),
      () => native.initialPayload(slot, data),
      () => native.identify(slot, hash),
      () => native.requestHash(/** @type {any} */ (hash)),
      () => native.isReceivingEncrypted(slot),
    ])();
  });
}

/** @param {World} _world @param {Random} random */
async function sealed(_world, random) {
  // Nothing of other cases may be waiting in the tables.
  await turn();
  const before = [...control];
  const peers = pair(random);
  const open = () => native.open(2 ** 20, 100, null, false);
  const [plain, begun, closed] = [open(), open(), open()];
  native.close(closed);
  const others = [plain, begun, closed];
  let memory = NOTHING;
  if (random.chance(0.5)) memory = beginBlock(...peers);
  for (let left = random.integer(1, 40); left > 0; left--) {
    switch (random.integer(0, 4)) {
      case 0:
        exchangeOnce(random, [begun, begun, begun, closed]);
        break;
      case 1:
        for (const name of ['seal', 'decode']) {
          control[SLOT] = random.pick(others);
          survive(() => native[name](...garbageArguments(random, 4)));
        }
        break;
      case 2:
        sealOnce(random, peers, others);
        break;
      default:
        openOnce(random, peers, others, memory);
    }
  }
  for (const peer of peers) peer.close();
  for (const slot of others) native.close(slot);
  control.set(before);
}

module.exports = { sealed };
