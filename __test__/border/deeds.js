'use strict';

// What a careless program does with a wire, at any moment: between chunks and inside any handler.

const { PassThrough } = require('node:stream');
const bytes = require('../hostile/helpers/bytes.js');
const { conversation, message } = require('./conversation.js');
const { Mistake, isUnanswered } = require('./errors.js');
const { garbage, garbageArguments } = require('./garbage.js');
const { place, resize, take } = require('./memory.js');
const { send } = require('./sending.js');
const { extension } = require('./speaking.js');

/** @typedef {import('./random.js').Random} Random */

/**
 * What a case of chaos goes on.
 * @typedef {object} Scene
 * @property {import('./world.js').World} world
 * @property {any[]} wires
 * @property {Uint8Array[]} views memory that was written, read or handed over
 * @property {Function[]} answers
 * @property {boolean} throws whether handlers may throw
 * @property {boolean} tampers whether requests were taken out of lists that their wires go by
 * @property {{ wire: any, calls: number }[]} asked requests, and how often their callback was called
 * @property {any[]} bound wires that timers know, which have to be ended
 * @property {Map<any, import('./peer.js').Peer>} peers of wires that are encrypted
 */

const METHODS = [
  'handshake',
  'choke',
  'unchoke',
  'interested',
  'uninterested',
  'have',
  'bitfield',
  'request',
  'piece',
  'cancel',
  'extended',
  'port',
  'haveAll',
  'haveNone',
  'suggest',
  'reject',
  'allowedFast',
  'hashRequest',
  'hashes',
  'hashReject',
  'requestBlock',
  'startEncryption',
  'setInfoHash',
  'use',
];

/** What programs read of a wire, and what they set. */
const FIELDS = [
  'hasFast',
  'hasV2',
  'peerHaveAll',
  'allowedFastSet',
  'peerAllowedFastSet',
  'extendedMapping',
  'peerExtendedMapping',
  'extendedHandshake',
  'peerExtendedHandshake',
];

/** A torrent has no more. */
const MOST_PIECES = 2 ** 21;

/** Blocks are asked for so many at a time that the wire keeps an index of them. */
const MANY = 150;

/**
 * A promise of a block may come to nothing, for a reason that is documented.
 * @param {import('./world.js').World} world
 * @param {unknown} result
 */
function expect(world, result) {
  if (!(result instanceof Promise)) return;
  result.then(
    (block) => world.keep(block, true),
    (error) => {
      if (!isUnanswered(error)) world.uncaught.push(error);
    },
  );
}

/**
 * @param {Scene} scene
 * @param {any} wire
 * @param {number} piece
 * @param {number} length
 */
function ask({ world, asked }, wire, piece, length) {
  const request = { wire, calls: 0 };
  wire.request(piece, 0, length, (_error, block) => {
    request.calls++;
    if (block) world.keep(block, true);
  });
  asked.push(request);
}

/** @param {Random} random */
function chunk(random) {
  return random.chance(0.8) ? message(random, null) : conversation(random, null);
}

/**
 * What a wire's peer says, as it goes over the wire.
 * @param {Scene} scene
 * @param {any} wire
 * @param {Uint8Array} bytes
 */
function said({ peers }, wire, bytes) {
  return peers.get(wire)?.seal(bytes) ?? bytes;
}

/**
 * Whether no chunk waits in a stream. Node counts the bytes that wait, before and after: of one that
 * goes away meanwhile it gets them wrong, and never finishes the stream.
 * @param {any[]} wires
 */
function isIdle(wires) {
  return wires.every((wire) => wire.writableLength === 0 && wire.readableLength === 0);
}

/** @type {[weight: number, name: string, deed: (random: Random, wire: any, scene: Scene) => void][]} */
const DEEDS = [
  [
    12,
    'write',
    (random, wire, scene) => {
      const view = place(random, said(scene, wire, chunk(random)));
      scene.views.push(view);
      wire.write(view);
    },
  ],
  [
    3,
    'write a part',
    (random, wire, scene) => {
      const whole = said(scene, wire, chunk(random));
      wire.write(whole.subarray(0, random.integer(0, whole.length)));
    },
  ],
  [1, 'write what is no chunk', (random, wire) => wire.write(...garbageArguments(random, 3))],
  [1, 'write text', (random, wire) => wire.write('text', random.pick(['utf8', 'hex', 'rot13']))],
  [
    1,
    'write with a callback',
    (random, wire, scene) => wire.write(said(scene, wire, chunk(random)), () => {}),
  ],
  [0.5, 'begin the encryption', (_random, wire) => wire.startEncryption(bytes.INFO_HASH)],
  [6, 'send', (random, wire) => void send(random, wire)],
  [
    2,
    'handshake',
    (random, wire) => {
      const [fast, v2] = [random.chance(0.7), random.chance(0.5)];
      const infoHash = v2 && random.chance(0.5) ? bytes.INFO_HASH_V2 : bytes.INFO_HASH;
      wire.handshake(infoHash, bytes.PEER_ID, random.chance(0.2) && !v2 ? undefined : { fast, v2 });
    },
  ],
  [
    1,
    'use an extension',
    (random, wire, { throws }) =>
      wire.use(
        extension(random.pick(['alpha', 'beta', 'gamma']), () => {
          if (throws && random.chance(0.2)) throw new Mistake('in an extension');
          if (random.chance(0.5)) send(random, wire);
        }),
      ),
  ],
  [
    1,
    'say what is said of us',
    (random, wire) => {
      wire.extendedHandshake.x = random.chance(0.9) ? random.uint32() : garbage(random);
    },
  ],
  [0.5, 'read what was agreed on', (random, wire) => void wire[random.pick(FIELDS)]],
  [
    1,
    'take back a promise',
    (random, wire, { world }) => {
      const control = new AbortController();
      const { signal } = control;
      expect(world, wire.requestBlock(random.integer(0, 9), 0, random.length(500), { signal }));
      if (random.chance(0.5)) setImmediate(() => control.abort());
      else control.abort();
    },
  ],
  [
    0.3,
    'ask for much',
    (random, wire, scene) => {
      for (let i = 0; i < MANY; i++) ask(scene, wire, random.integer(0, 9), random.length(500));
    },
  ],
  [0.5, 'cancel', (random, wire) => wire.cancel(...blockOf(random.pick([{}, ...wire.requests])))],
  [
    0.5,
    'reject',
    (random, wire) => wire.reject(...blockOf(random.pick([{}, ...wire.peerRequests]))),
  ],
  [
    4,
    'request',
    (random, wire, scene) => ask(scene, wire, random.integer(0, 9), random.length(500)),
  ],
  [3, 'unchoke', (random, wire) => (random.chance(0.8) ? wire.unchoke() : wire.choke())],
  [
    3,
    'any method with anything',
    (random, wire, { world }) =>
      expect(world, wire[random.pick(METHODS)](...garbageArguments(random, 6))),
  ],
  [
    5,
    'answer',
    (random, _wire, { answers, views }) => {
      if (answers.length === 0) return;
      const block = place(random, random.bytes(random.length(9000)));
      views.push(block);
      random.pick(answers)(random.pick([null, null, undefined, new Mistake('no')]), block);
    },
  ],
  [
    1,
    'answer anything',
    (random, _wire, { answers }) => {
      if (answers.length > 0) random.pick(answers)(null, garbage(random));
    },
  ],
  [
    2,
    'know the pieces',
    (random, wire) => {
      wire.pieceCount = random.pick([null, 1, 10, 100, 3000]);
    },
  ],
  [
    1,
    'know nothing',
    (random, wire) => {
      const count = garbage(random);
      // Of a peer that has all pieces there are as many entries as the program says: not so many.
      if (typeof count !== 'number' || count <= MOST_PIECES || count > 2 ** 31) {
        wire.pieceCount = count;
      }
    },
  ],
  [
    3,
    'read',
    (random, wire, { views }) => {
      // Of a part of a text, Node gets the length of the rest wrong.
      const size = random.pick([undefined, undefined, 0, 1, 5, 1000]);
      const got = wire.read(wire.readableEncoding === null ? size : undefined);
      if (got instanceof Uint8Array) views.push(got);
    },
  ],
  [1, 'pause', (_random, wire) => wire.pause()],
  [2, 'resume', (_random, wire) => wire.resume()],
  [1, 'cork', (_random, wire) => wire.cork()],
  [1, 'uncork', (_random, wire) => wire.uncork()],
  [2, 'pipe', (random, wire, { wires }) => wire.pipe(random.pick([...wires, new PassThrough()]))],
  [1, 'unpipe', (random, wire, { wires }) => wire.unpipe(random.pick([undefined, ...wires]))],
  [0.3, 'set an encoding', (random, wire) => wire.setEncoding(random.pick(['utf8', 'hex']))],
  [0.5, 'push', (random, wire) => wire.push(random.bytes(5))],
  [0.5, 'unshift', (random, wire) => wire.unshift(random.bytes(5))],
  [1, 'end', (random, wire) => wire.end(...(random.chance(0.3) ? [chunk(random)] : []))],
  [1, 'destroy', (random, wire) => wire.destroy(random.pick([undefined, null, new Mistake('by')]))],
  [0.5, 'hear of errors', (_random, wire) => wire.on('error', () => {})],
  [0.5, 'stop listening', (random, wire) => wire.removeAllListeners(random.pick(['data', 'have']))],
  [
    0.5,
    'keep alive',
    (_random, wire, { bound }) => {
      bound.push(wire);
      wire.setKeepAlive();
    },
  ],
  [
    0.5,
    'limit the patience',
    (random, wire, { bound }) => {
      bound.push(wire);
      wire.setTimeout(random.pick([0, 1, 5, 60_000]));
    },
  ],
  [
    1,
    'throw',
    (_random, _wire, { throws }) => {
      if (throws) throw new Mistake('thrown');
    },
  ],
  [0.1, 'collect garbage', (_random, _wire, { world }) => world.collectGarbage()],
  [
    3,
    'take memory away',
    (random, _wire, { views, wires }) => {
      if (isIdle(wires) && views.length > 0) take(random, random.pick(views));
    },
  ],
  [
    1,
    'resize memory',
    (random, _wire, { views, wires }) => {
      if (isIdle(wires) && views.length > 0) resize(random, random.pick(views));
    },
  ],
  [
    1,
    'tamper with the lists',
    (random, wire, scene) => {
      scene.tampers = true;
      random.pick([wire.requests, wire.peerRequests]).splice(random.integer(0, 3), 1);
    },
  ],
  [
    1,
    'take a request out, as lt_donthave does',
    (random, wire) => {
      const { requests } = wire;
      if (requests.length === 0) return;
      const at = random.integer(0, requests.length - 1);
      const [request, last] = [requests[at], requests.pop()];
      if (at < requests.length) requests[at] = last;
      wire._callback(request, new Mistake('peer sent donthave'), null);
    },
  ],
];

/** @param {{ piece?: number, offset?: number, length?: number }} request @returns {number[]} */
function blockOf({ piece = 0, offset = 0, length = 1 }) {
  return [piece, offset, length];
}

const SUM = DEEDS.reduce((sum, [weight]) => sum + weight, 0);

/** @param {Random} random */
function pickDeed(random) {
  let at = (random.uint32() / 2 ** 32) * SUM;
  return (
    DEEDS.find(([weight]) => {
      at -= weight;
      return at < 0;
    }) ?? DEEDS[0]
  );
}

/**
 * Does something, whatever comes of it that is documented.
 * @param {Random} random
 * @param {Scene} scene
 * @param {any} wire
 */
function act(random, scene, wire) {
  const [, name, deed] = pickDeed(random);
  try {
    deed(random, wire, scene);
  } catch (error) {
    if (name === 'throw') throw error;
    scene.world.attempt(() => {
      throw error;
    });
  }
}

module.exports = { act, said };
