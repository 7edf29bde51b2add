'use strict';

// An exchange that somebody meddles with, on a wire whose handlers do anything. It ends or it is refused
// for a documented reason, and what has to be encrypted is never said in the clear.

const assert = require('node:assert/strict');
const bytes = require('../../hostile/helpers/bytes.js');
const { conversation, cut, mutate } = require('../conversation.js');
const { Mistake } = require('../errors.js');
const { garbage } = require('../garbage.js');
const { place, resize, take } = require('../memory.js');
const { Peer } = require('../peer.js');
const { HEARD } = require('../../hostile/helpers/names.js');
const { pwp } = require('../world.js');

/** @typedef {import('../world.js').World} World */
/** @typedef {import('../random.js').Random} Random */

/** Each side has two messages, and there is what comes behind them. */
const MOST_ROUNDS = 4;
/** What handlers do, at most: each may have another do more. */
const MOST_DEEDS = 40;
const EVENTS = ['data', 'encryption', 'crypto-handshake', 'crypto-infohash', ...HEARD, 'close'];

/** @type {((random: Random, wire: any, view: Uint8Array) => void)[]} */
const DEEDS = [
  (_random, wire) => wire.destroy(),
  (_random, wire) => wire.end(),
  (random, wire) => wire.write(random.bytes(random.length(300))),
  (_random, wire) => wire.have(3),
  (_random, wire) => wire.handshake(bytes.INFO_HASH, bytes.PEER_ID),
  (_random, wire) => wire.startEncryption(bytes.INFO_HASH),
  (_random, wire) => wire.setInfoHash(bytes.INFO_HASH),
  (random, wire) => wire.setInfoHash(garbage(random)),
  (_random, wire) => void wire.read(),
  (_random, wire) => wire.pause(),
  (_random, wire) => wire.resume(),
  (random, wire, view) => {
    if (wire.writableLength === 0 && wire.readableLength === 0) take(random, view);
  },
  (random, wire, view) => {
    if (wire.writableLength === 0 && wire.readableLength === 0) resize(random, view);
  },
  (_random, _wire, view) => {
    if (view.length > 0) view.fill(7);
  },
];

/** @param {Random} random @returns {any} the option `infoHashes` */
function torrents(random) {
  return random.pick([
    [bytes.INFO_HASH],
    [bytes.INFO_HASH],
    [bytes.INFO_HASH],
    () => bytes.INFO_HASH,
    () => bytes.INFO_HASH.toString('hex'),
    () => garbage(random),
    () => {
      throw new Mistake('in the caller of torrents');
    },
    [],
    null,
  ]);
}

/** @param {World} world @param {Random} random */
async function meddled(world, random) {
  const begins = random.chance(0.5);
  const stream = conversation(random, null);
  const initial = stream.subarray(0, random.integer(0, 80));
  const methods = random.pick(/** @type {const} */ (['any', 'rc4', 'plain']));
  const peer = new Peer(random, { infoHash: bytes.INFO_HASH, begins, methods, initial });
  const encryption = random.pick(['prefer', 'require']);
  const wire = /** @type {any} */ (pwp({ encryption, infoHashes: torrents(random) }));
  const check = world.follow(wire);

  const throws = random.chance(0.3);
  const rate = random.pick([0, 0.02, 0.2]);
  const spoken = /** @type {Buffer[]} */ ([]);
  let said = peer.opening;
  let view = new Uint8Array(0);
  let deeds = 0;
  let hears = true;
  wire.on('data', (part) => {
    spoken.push(part);
    try {
      if (hears) said = Buffer.concat([said, peer.read(part).said]);
    } catch {
      // What the wire was told is not what the peer has said.
      hears = false;
    }
  });
  for (const name of EVENTS) {
    wire.on(name, () => {
      if (deeds >= MOST_DEEDS || !random.chance(rate)) return;
      deeds++;
      world.attempt(() => random.pick(DEEDS)(random, wire, view));
      if (throws) throw new Mistake(name);
    });
  }

  world.attempt(() => {
    if (!begins && random.chance(0.9)) wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
    if (random.chance(0.5)) wire.unchoke();
  });
  const meddles = random.chance(0.7);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    await world.settle(() => said.length > 0);
    if (said.length === 0 && !peer.isSettled) break;
    let told = said;
    said = Buffer.alloc(0);
    if (peer.isSettled) told = Buffer.concat([told, peer.seal(stream.subarray(initial.length))]);
    if (meddles && random.chance(0.4)) told = mutate(random, told);
    for (const chunk of cut(random, told)) {
      view = place(random, chunk);
      const callback = random.chance(0.2) ? () => {} : undefined;
      world.attempt(() => wire.write(view, callback));
    }
    if (random.chance(0.05)) world.collectGarbage();
  }
  await world.settle();
  if (random.chance(0.5)) world.attempt(() => wire.destroy());
  wire.resume();
  await world.settle(() => !wire.destroyed || wire.readableEnded);
  // A Writable whose queue a handler throws out of is stuck.
  check(wire.destroyed && !throws);
  const clear = Buffer.concat(spoken).includes(bytes.PROTOCOL);
  assert.ok(encryption === 'prefer' || !clear, 'a handshake in the clear');
  peer.close();
}

module.exports = { meddled };
