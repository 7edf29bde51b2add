'use strict';

const { violation } = require('./errors.js');
const { fillPieces } = require('./pieces.js');

/** Most pieces of the peer's allowed-fast set that are kept, the newest. BEP 6 has 10 of them. */
const MOST_ALLOWED = 100;

/**
 * How often a peer may say that it has all pieces or none. BEP 6 has it once, but each costs its 5
 * bytes the filling of an array.
 */
const MOST_FILLS = 8;

/** What one wire has on top of its fields once somebody speaks the Fast extension (BEP 6). */
class Fast {
  /** Pieces the peer may ask for while we choke it. @type {number[]} */
  allowed = [];
  /** Pieces we may ask for while the peer chokes us. @type {number[]} */
  peerAllowed = [];
  /** Whether the peer has said that it has every piece, and nothing else since. */
  haveAll = false;
  #fills = 0;

  /** @param {number} index */
  allow(index) {
    if (!this.allowed.includes(index)) this.allowed.push(index);
  }

  /** @param {number} index */
  peerAllow(index) {
    if (this.peerAllowed.includes(index)) return;
    if (this.peerAllowed.push(index) > MOST_ALLOWED) this.peerAllowed.shift();
  }

  /**
   * The peer has all pieces, or none.
   * @param {boolean} haveAll
   * @param {boolean[]} pieces
   * @param {number | null} count the torrent's pieces
   * @returns {Error | null} what is wrong with that
   */
  fill(haveAll, pieces, count) {
    if (++this.#fills > MOST_FILLS) {
      const message = `have all or have none came more than ${MOST_FILLS} times`;
      return violation('ERR_PWP_HAVE_REPEATED', message);
    }
    this.haveAll = haveAll;
    fillPieces(pieces, count, haveAll);
    return null;
  }
}

module.exports = Fast;
