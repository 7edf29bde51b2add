'use strict';

// Scripts of peers that speak encryption, and speak it badly. They are made of the slow reference in
// ../../encryption.

const { Initiator, Responder } = require('../../encryption/helpers/peers.js');
const reference = require('../../encryption/reference.js');
const { INFO_HASH } = require('../helpers/bytes.js');

/** @typedef {import('../helpers/peer.js').Peer} Peer */

const HEX = INFO_HASH.toString('hex');

/** Where the program takes both, and where it takes nothing but RC4. */
const TAKES = /** @type {const} */ ({
  prefer: {
    options: { encryption: 'prefer', infoHashes: [HEX] },
    program: { encrypts: 'prefer' },
  },
  require: {
    options: { encryption: 'require', infoHashes: [HEX] },
    program: { encrypts: 'require' },
  },
});

/** The same where the program is the one to begin. */
const BEGINS = /** @type {const} */ ({
  prefer: { ...TAKES.prefer, program: { encrypts: 'prefer', begins: true } },
  require: { ...TAKES.require, program: { encrypts: 'require', begins: true } },
});

const P = reference.PRIME;

/** Public keys of which anybody can tell the shared secret, or that are no remainder of p. */
const BAD_KEYS = /** @type {[string, Buffer][]} */ ([
  ['0', reference.toKey(0n)],
  ['1', reference.toKey(1n)],
  ['p-1', reference.toKey(P - 1n)],
  ['p', reference.toKey(P)],
  ['2^768-1', Buffer.alloc(96, 255)],
]);

/**
 * Has a side of the reference answer all that comes.
 * @param {Peer} peer
 * @param {Initiator | Responder} side
 */
function attach(peer, side) {
  peer.socket.on('data', (chunk) => {
    const answer = side.read(chunk);
    if (answer.length > 0) peer.socket.write(answer);
  });
}

/**
 * Waits until it is settled. Where it never is, the attack is broken off.
 * @param {Peer} peer
 * @param {Initiator | Responder} side
 */
async function settled(peer, side) {
  while (side.method === 0 && !peer.isGone) await peer.wait(2);
}

/**
 * A script of a peer that begins.
 * @param {ConstructorParameters<typeof Initiator>[0] | {}} [choices]
 * @param {Uint8Array[]} [then] what it says when it is settled
 * @param {(side: Initiator) => void} [spoil]
 */
function asks(choices = {}, then = [], spoil = () => {}) {
  return async (/** @type {Peer} */ peer) => {
    const side = new Initiator({ infoHash: INFO_HASH, ...choices });
    spoil(side);
    attach(peer, side);
    await peer.send(side.opening);
    if (then.length === 0) return;
    await settled(peer, side);
    await peer.send(side.seal(Buffer.concat(then)));
  };
}

/**
 * A script of a peer that is spoken to.
 * @param {ConstructorParameters<typeof Responder>[0] | {}} [choices]
 * @param {Uint8Array[]} [then] what it says when it is settled
 * @param {(side: Responder) => void} [spoil]
 */
function answers(choices = {}, then = [], spoil = () => {}) {
  return async (/** @type {Peer} */ peer) => {
    const side = new Responder({ infoHash: INFO_HASH, ...choices });
    spoil(side);
    attach(peer, side);
    if (then.length === 0) return;
    await settled(peer, side);
    await peer.send(side.seal(Buffer.concat(then)));
  };
}

/** Two of the reference's, and what the one that began has said. @returns {{ asked: Buffer, answered: Buffer }} */
function recording(/** @type {object} */ choices = {}) {
  const initiator = new Initiator({ infoHash: INFO_HASH, seed: 1, ...choices });
  const responder = new Responder({ infoHash: INFO_HASH, seed: 2, ...choices });
  const key = responder.read(initiator.opening);
  const third = initiator.read(key);
  const fourth = responder.read(third);
  return {
    asked: Buffer.concat([initiator.opening, third]),
    answered: Buffer.concat([key, fourth]),
  };
}

module.exports = { BAD_KEYS, BEGINS, TAKES, answers, asks, recording, settled };
