'use strict';

const { invalidType, outOfRange } = require('../errors.js');
const { MOST_MILLISECONDS, parseOptions } = require('../options.js');
const { integer } = require('../validate.js');

/** Most connections a swarm opens. */
const SIZE = 100;
/** Milliseconds in which a peer has to take the connection, and from then on to shake hands. */
const CONNECT_TIMEOUT = 3000;
const HANDSHAKE_TIMEOUT = 25_000;

/**
 * @typedef {object} SwarmOptions
 * @property {number} size most connections it opens
 * @property {boolean} utp kept for whoever asks
 * @property {{ dht?: boolean, fast?: boolean, v2?: boolean } | undefined} handshake
 * @property {number} connectTimeout milliseconds
 * @property {number} handshakeTimeout milliseconds
 * @property {number | null} pieceCount
 * @property {'off' | 'prefer' | 'require'} encryption
 * @property {Record<string, any>} wire the options of all its wires but those above
 */

/**
 * Checks the options of a swarm and fills in what is missing. As in 0.12.2, what is falsy is missing.
 * @param {unknown} given
 * @returns {SwarmOptions}
 */
function parseSwarmOptions(given) {
  const options = /** @type {Record<string, any>} */ (given || {});
  if (typeof options !== 'object') throw invalidType('options', 'an object', given);
  // What belongs to one connection, or is answered here, is not for all wires.
  const { size, utp, handshake, connectTimeout, infoHashes, host, port, signal, ...rest } = options;
  // A number in a string does in 0.12.2, where it is only compared.
  if (size && !(Number(size) > 0)) throw outOfRange('options.size', 'a number above 0', size);
  if (connectTimeout) integer(connectTimeout, 'options.connectTimeout', 0, MOST_MILLISECONDS);
  const handshakeTimeout = rest.handshakeTimeout || HANDSHAKE_TIMEOUT;
  const { encryption, pieceCount } = parseOptions({ ...rest, handshakeTimeout });
  return {
    size: size || SIZE,
    utp: utp || false,
    handshake,
    connectTimeout: connectTimeout || CONNECT_TIMEOUT,
    handshakeTimeout,
    pieceCount,
    encryption,
    wire: rest,
  };
}

module.exports = { parseSwarmOptions };
