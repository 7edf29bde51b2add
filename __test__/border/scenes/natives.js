'use strict';

// The addon's functions called as lib/ never does: with too little, too much, the wrong things,
// decoders that are closed, tables that are too short, numbers from nowhere. They may throw, and
// nothing more. What lib/ promises, that nobody else has a table's memory, is kept.

const assert = require('node:assert/strict');
const native = require('../../../lib/addon.js');
const records = require('../../../lib/records.js');
const { control } = require('../../../lib/tables.js');
const { conversation, dictionary, EXTREMES } = require('../conversation.js');
const { garbage, garbageArguments } = require('../garbage.js');
const { place, take } = require('../memory.js');
const { survive } = require('../surviving.js');
const { turn } = require('../world.js');

/** @typedef {import('../world.js').World} World */
/** @typedef {import('../random.js').Random} Random */

const { AT, END, GATHERED, LENGTH, MARKS, SLOT, TABLE } = records;
const KINDS = [
  'CHOKE',
  'HAVE',
  'BITFIELD',
  'REQUEST',
  'PIECE',
  'PORT',
  'EXTENDED',
  'HANDSHAKE',
  'SUGGEST',
  'HAVE_ALL',
  'REJECT',
  'ALLOWED_FAST',
  'HASH_REQUEST',
  'HASHES',
  'HASH_REJECT',
];
/** Functions that take anything, and throw or do nothing. */
const FUNCTIONS = [
  'open',
  'reason',
  'setPieceCount',
  'agree',
  'handshaken',
  'dictionaryLength',
  'decode',
  'encode',
  'seal',
  'beginExchange',
  'readExchange',
  'initialPayload',
  'identify',
  'isReceivingEncrypted',
  'requestHash',
];
const ADDRESSES = ['127.0.0.1', '::1', '::ffff:10.0.0.1', '', '1.2.3.4.5', 'localhost', '0x7f.1'];

/** Given to the addon for good, so made once. @type {{ id: number, words: Uint32Array }[]} */
const tables = [];
function tablesOfAllSizes() {
  for (const length of [1, 2, 4, 5, 6, 64, 4096]) {
    if (tables.length === 7) break;
    const words = new Uint32Array(length);
    tables.push({ id: native.addTable(words), words });
  }
  return tables;
}

/** @param {Random} random @param {number[]} slots */
function number(random, slots) {
  if (slots.length > 0 && random.chance(0.7)) return random.pick(slots);
  return random.pick([0, 1, 2, 3, 10, 100, 4096, ...EXTREMES, random.uint32()]);
}

/** @param {Random} random */
const flags = (random) => [random.chance(0.5), random.chance(0.5), random.chance(0.5)];

/** Words that are records, and words that are not. */
function fill(random, { words }) {
  for (let i = 0; i < Math.min(words.length, 200); i++) {
    words[i] = random.chance(0.5)
      ? records[random.pick(KINDS)]
      : random.pick([random.integer(0, 40), ...EXTREMES]);
  }
}

/** @param {World} _world @param {Random} random */
async function natives(_world, random) {
  // Nothing of other cases may be waiting in the tables that are going to be spoilt.
  await turn();
  const all = tablesOfAllSizes();
  const slots = [];
  const closed = [];
  const before = [...control];
  for (let count = random.integer(1, 40); count > 0; count--) {
    switch (random.integer(0, 9)) {
      case 0: {
        const count = random.pick([undefined, null, 1, 9, 0]);
        slots.push(native.open(number(random, []), number(random, []), count, random.chance(0.5)));
        break;
      }
      case 1: {
        const slot = slots.pop();
        if (slot === undefined) break;
        native.close(slot);
        closed.push(slot);
        break;
      }
      case 2: {
        const name = random.pick(FUNCTIONS);
        const given = survive(() => native[name](...garbageArguments(random, 4)));
        if (name === 'open' && given !== undefined) slots.push(given);
        break;
      }
      case 3: {
        // A table given is given for good: only what is none.
        const value = garbage(random);
        if (!(value instanceof Uint32Array)) survive(() => native.addTable(value));
        break;
      }
      case 4:
        survive(() => native.setPieceCount(number(random, slots), number(random, [])));
        survive(() => native.reason(number(random, [...slots, ...closed])));
        survive(() => native.agree(number(random, slots), ...flags(random)));
        break;
      case 9: {
        const bytes = place(random, random.chance(0.5) ? dictionary(random) : random.bytes(20));
        if (random.chance(0.1)) take(random, bytes);
        const length = survive(() => native.dictionaryLength(bytes));
        assert.ok(length === undefined || length <= bytes.length);
        // How many is lib's to bound: it asks for a thousand at most.
        const count = random.integer(0, 1000);
        const set = survive(() =>
          native.allowedFastSet(bytes, random.pick(ADDRESSES), number(random, []), count),
        );
        assert.ok(!set || set.length <= count);
        break;
      }
      case 5:
      case 6: {
        control[SLOT] = number(random, [...slots, ...slots, ...slots, ...closed]);
        control[TABLE] = random.chance(0.9) ? random.pick(all).id : number(random, []);
        control[AT] = random.chance(0.6) ? 0 : number(random, []);
        control[GATHERED] = random.chance(0.6) ? 0 : number(random, []);
        control[LENGTH] = random.pick([0, 1, 32, 64, 65, 0xffffffff]);
        const chunk = place(random, conversation(random, null));
        const memory = place(random, random.bytes(random.length(40_000)), 'own');
        if (random.chance(0.05)) take(random, chunk);
        const args = random.pick([[], [chunk], [chunk, memory], [chunk, chunk], [chunk, null]]);
        survive(() => native.decode(...args));
        break;
      }
      default: {
        const [table, marks] = [random.pick(all), random.pick(all)];
        fill(random, table);
        for (let i = 0; i < Math.min(marks.words.length, 20) && marks !== table; i++) {
          marks.words[i] = random.pick([0, 1, 2, 3, 5, 10, 4096, random.uint32()]);
        }
        control[TABLE] = random.chance(0.9) ? table.id : number(random, []);
        control[MARKS] = random.chance(0.9) ? marks.id : number(random, []);
        control[END] = random.pick([0, 1, 2, 3, 10, 2048, 0x80000000, 0xffffffff]);
        control[AT] = random.chance(0.6) ? 0 : number(random, []);
        const out = place(random, random.bytes(random.length(5000)));
        const copy = Buffer.from(out);
        if (random.chance(0.05)) take(random, out);
        const { buffer } = out;
        survive(() => native.encode(out));
        if (buffer instanceof SharedArrayBuffer) assert.ok(copy.equals(out));
      }
    }
  }
  for (const slot of slots) native.close(slot);
  for (const slot of [...slots, ...closed]) {
    native.close(slot);
    assert.equal(native.reason(slot), null);
  }
  control.set(before);
}

module.exports = { natives };
