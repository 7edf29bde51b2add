'use strict';

const bytes = require('../hostile/helpers/bytes.js');
const { Peer } = require('./peer.js');

/** @typedef {import('./random.js').Random} Random */

/**
 * Has a peer begin encrypted with a wire, by what can be read of that at once.
 * @param {Random} random
 * @param {any} wire
 * @param {Uint8Array} initial
 * @returns {Peer | null} the peer, if the wire's handlers have let it come so far
 */
function join(random, wire, initial) {
  const methods = random.pick(/** @type {const} */ (['any', 'rc4', 'plain']));
  const peer = new Peer(random, { infoHash: bytes.INFO_HASH, begins: true, methods, initial });
  let isJoined = false;
  try {
    wire.write(peer.opening);
    for (let part = wire.read(); part !== null; part = wire.read()) {
      const answer = answerOf(peer, part);
      if (answer.length > 0) wire.write(answer);
    }
    isJoined = peer.isSettled;
    return isJoined ? peer : null;
  } finally {
    if (!isJoined) peer.close();
  }
}

/** @param {Peer} peer @param {Uint8Array} part of what the wire says */
function answerOf(peer, part) {
  try {
    return peer.read(part).said;
  } catch {
    // A handler has had the wire say something else.
    return [];
  }
}

module.exports = { join };
