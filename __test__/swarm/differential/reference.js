'use strict';

// The original, mended where ours is: each row as narrowly as it can, so that everything else has to be
// the same. That the rows are true is shown in mended.test.js, on the original as it was published.

const ROWS = /** @type {const} */ ({
  ONE: 'it dials one address at a time, whatever room there is',
  BACK: 'a removed peer comes back, or takes with it the one that was added since',
  STAYS: 'a peer that is removed before it has shaken hands stays connected',
  OTHERS: 'destroy() passes over every other of the peers that have come',
});

/** @typedef {typeof ROWS[keyof typeof ROWS]} RowName */

/** How often each row was needed. @type {Record<string, number>} */
const hits = Object.fromEntries(Object.values(ROWS).map((row) => [row, 0]));

/**
 * @param {any} Original
 * @param {RowName} [leftOut] not mended, to see that it has to be
 * @returns {(infoHash: Buffer, peerId: string, options: any) => any}
 */
function mend(Original, leftOut) {
  const { _drain, _onconnection, _remove, _shift, destroy, remove } = Original.prototype;

  /** @param {RowName} row */
  const mends = (row) => {
    if (row === leftOut) return false;
    hits[row]++;
    return true;
  };

  return (infoHash, peerId, options) => {
    const swarm = new Original(infoHash, peerId, options);
    let isWish = false;
    let dialled = /** @type {any} */ (null);

    swarm._shift = () => {
      const address = _shift.call(swarm);
      dialled = swarm._peers[address] ?? null;
      return address;
    };
    swarm._onconnection = (/** @type {any} */ connection) => {
      if (dialled !== null) {
        dialled.connection = connection;
        // peer-wire-protocol 0.7.1 has no `end` where nobody reads, and a closed connection does not.
        const { wire } = dialled;
        wire.on('finish', () => wire.resume());
      }
      dialled = null;
      _onconnection.call(swarm, connection);
    };
    const hasRoom = () => !swarm.paused && swarm.connections.length < swarm.size;
    swarm._drain = () => {
      let before;
      do {
        before = swarm.queued;
        _drain.call(swarm);
      } while (swarm.queued < before && swarm.queued > 0 && hasRoom() && mends(ROWS.ONE));
    };
    swarm._remove = (/** @type {string} */ address) => {
      const peer = swarm._peers[address];
      if (!peer) return;
      // That a connection has ended is no wish, and this is not its peer.
      if (!isWish && (peer.wire || peer.node || peer.timeout) && mends(ROWS.BACK)) return;
      const { reconnect, wire } = peer;
      if (reconnect && wire && mends(ROWS.BACK)) peer.reconnect = false;
      _remove.call(swarm, address);
      const isShaken = swarm.wires.includes(wire);
      if (wire && !isShaken && !peer.connection.destroyed && mends(ROWS.STAYS)) {
        peer.connection.destroy();
      }
    };
    swarm.remove = (/** @type {any} */ peer) => {
      isWish = true;
      remove.call(swarm, peer);
      isWish = false;
    };
    swarm.destroy = () => {
      isWish = true;
      destroy.call(swarm);
      isWish = false;
      for (const wire of [...swarm.wires]) if (mends(ROWS.OTHERS)) wire.destroy();
    };
    return swarm;
  };
}

module.exports = { ROWS, hits, mend };
