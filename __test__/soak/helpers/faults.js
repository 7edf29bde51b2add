'use strict';

const bytes = require('../../hostile/helpers/bytes.js');
const { rows } = require('../../hostile/helpers/rows.js');
const { PIECES } = require('../../hostile/helpers/torrent.js');

/** @typedef {import('./side.js').Side} Side */
/** @typedef {import('./random.js').Random} Random */
/** @typedef {(side: Side, random: Random) => void} Fault */

/** Messages that end the wire of who gets them, whatever its options. */
const BROKEN = rows
  .filter(({ first, options, speaks }) => !first && !options && !speaks)
  .map((row) => row.bytes);

/**
 * Puts bytes on the socket beside the wire, between two of its messages.
 * @param {Side} side
 * @param {Buffer} data
 * @param {boolean} [breaks] whether it is to be understood as little as on an encrypted connection
 */
function inject({ link, isHidden }, data, breaks = false) {
  return (breaks || !isHidden) && piped(link).inject(data);
}

/** @param {Side['link']} link @returns {import('./links.js').PipedLink} */
const piped = (link) => /** @type {any} */ (link);

/** @param {Side['link']} link @returns {import('./links.js').NativeLink} */
const native = (link) => /** @type {any} */ (link);

/**
 * What can happen to one side, with how often. The lossy ones end the connection, or lose messages. Some
 * are done to a socket beside the wire, others to wires with one of their own.
 * @type {Record<string, { weight: number, lossy?: boolean, only?: 'piped' | 'native', play: Fault }>}
 */
const FAULTS = {
  reset: {
    weight: 2,
    lossy: true,
    only: 'piped',
    play: ({ link }) => piped(link).socket.resetAndDestroy(),
  },
  'half-close': {
    weight: 2,
    lossy: true,
    only: 'piped',
    play: ({ link }) => piped(link).socket.end(),
  },
  'socket destroyed': {
    weight: 1,
    lossy: true,
    only: 'piped',
    play: ({ link }) => piped(link).socket.destroy(),
  },
  'signal aborted': {
    weight: 2,
    lossy: true,
    only: 'native',
    play: ({ link }) => native(link).abort(),
  },
  'signal aborted in a handler': {
    weight: 1,
    lossy: true,
    only: 'native',
    play: (side) => {
      side.ambush = () => native(side.link).abort();
    },
  },
  'delay or none': {
    weight: 2,
    only: 'native',
    play: ({ link }, random) => native(link).wire.setNoDelay(random.chance(0.5)),
  },
  'unref, then ref': {
    weight: 2,
    only: 'native',
    play: (side, random) => {
      const { wire } = native(side.link);
      wire.unref();
      side.later(random.below(20), () => wire.ref());
    },
  },
  destroy: { weight: 2, lossy: true, play: ({ wire }) => wire.destroy() },
  end: { weight: 1, lossy: true, play: ({ wire }) => wire.end() },
  'destroy in a handler': {
    weight: 3,
    lossy: true,
    play: (side) => {
      side.ambush = () => side.wire.destroy();
    },
  },
  'end in a handler': {
    weight: 1,
    lossy: true,
    play: (side) => {
      side.ambush = () => side.wire.end();
    },
  },
  'socket destroyed in a handler': {
    weight: 1,
    lossy: true,
    only: 'piped',
    play: (side) => {
      side.ambush = () => piped(side.link).socket.destroy();
    },
  },
  'bad message': {
    weight: 4,
    lossy: true,
    only: 'piped',
    play: (side, random) => {
      inject(side, random.pick(BROKEN), true);
    },
  },
  'throw in a handler': { weight: 5, play: (side) => side.layThrow() },
  pause: {
    weight: 8,
    only: 'piped',
    play: (side, random) => {
      piped(side.link).pause();
      side.later(random.below(60), () => piped(side.link).resume());
    },
  },
  'pipe taken away': {
    weight: 3,
    only: 'piped',
    play: (side, random) => {
      if (!piped(side.link).unpipe()) return;
      side.later(random.below(40), () => {
        if (side.closes.end === 0 && !side.link.isClosed) piped(side.link).repipe();
      });
    },
  },
  choke: {
    weight: 6,
    play: (side, random) => {
      side.wire.choke();
      side.later(random.below(10), () => side.wire.unchoke());
    },
  },
  'choke and unchoke at once': {
    weight: 4,
    play: ({ wire }) => {
      wire.choke();
      wire.unchoke();
    },
  },
  cancel: {
    weight: 8,
    play: ({ wire }, random) => {
      if (wire.requests.length === 0) return;
      const { piece, offset, length } = random.pick(wire.requests);
      wire.cancel(piece, offset, length);
    },
  },
  'cancel in a handler': {
    weight: 4,
    play: (side) => {
      side.ambush = () => {
        for (const { piece, offset, length } of [...side.wire.requests]) {
          side.wire.cancel(piece, offset, length);
        }
      };
    },
  },
  'time limit': {
    weight: 4,
    play: ({ wire }, random) => wire.setTimeout(random.pick([0, 1, 5, 20])),
  },
  'refuse a request': {
    weight: 4,
    play: ({ wire }, random) => {
      if (!wire.hasFast || wire.peerRequests.length === 0) return;
      const { piece, offset, length } = random.pick(wire.peerRequests);
      wire.reject(piece, offset, length);
    },
  },
  'allow a piece, then choke': {
    weight: 4,
    play: (side, random) => {
      const { wire } = side;
      if (!wire.hasFast) return;
      wire.allowedFast(random.below(PIECES));
      wire.suggest(random.below(PIECES));
      wire.choke();
      side.later(random.below(30), () => wire.unchoke());
    },
  },
  'have-all, once': {
    weight: 1,
    play: (side) => {
      if (!side.wire.hasFast || side.hasSaidAll) return;
      side.hasSaidAll = true;
      side.wire.haveAll();
    },
  },
  'unasked reject': {
    weight: 2,
    only: 'piped',
    play: (side) => {
      // Of a piece that the torrent does not have, as below.
      if (!side.wire.hasFast || side.peer.wire.pieceCount !== null) return;
      inject(side, bytes.reject(PIECES + 1, 0, 1));
    },
  },
  'another reqq': {
    weight: 2,
    play: ({ wire }, random) => wire.extended(0, { reqq: random.below(10) }),
  },
  'keep-alive': { weight: 2, play: ({ wire }, random) => wire.setKeepAlive(random.chance(0.5)) },
  'flood of have': {
    weight: 3,
    play: ({ wire }, random) => {
      for (let i = 0; i < 2500; i++) wire.have(random.below(PIECES));
    },
  },
  'odd messages': {
    weight: 4,
    play: ({ wire }, random) => {
      wire.port(random.below(65536));
      wire.extended(random.below(256), Buffer.alloc(random.below(6000)));
      wire.bitfield(Buffer.alloc(PIECES / 8, 255));
      wire.uninterested();
      wire.interested();
    },
  },
  'unknown message': {
    weight: 3,
    only: 'piped',
    play: (side, random) => {
      inject(side, bytes.message(100 + random.below(100), Buffer.alloc(random.below(30_000))));
    },
  },
  'unasked block': {
    weight: 3,
    only: 'piped',
    play: (side, random) => {
      // Of a piece that the torrent does not have: that is how it is told apart.
      if (side.peer.wire.pieceCount !== null) return;
      const block = Buffer.alloc(random.below(20_000), 7);
      if (inject(side, bytes.piece(PIECES + 1, 0, block))) side.injected += block.length;
    },
  },
};

/** @param {'piped' | 'native'} kind @returns {string[]} its faults, each as often as it weighs */
function lotsOf(kind) {
  const own = Object.entries(FAULTS).filter(([, { only }]) => (only ?? kind) === kind);
  return own.flatMap(([name, { weight }]) => Array(weight).fill(name));
}

const LOTS = { piped: lotsOf('piped'), native: lotsOf('native') };

/**
 * Plays one fault.
 * @param {Side} side
 * @param {Random} random
 * @param {import('./ledger.js').Ledger} ledger
 */
function playFault(side, random, ledger) {
  const name = random.pick(side.link.isNative ? LOTS.native : LOTS.piped);
  const { play, lossy } = FAULTS[name];
  if (lossy) side.isLossy = side.peer.isLossy = true;
  ledger.count('faults', name);
  play(side, random);
}

module.exports = { FAULTS, playFault };
