'use strict';

/** The attacks by kind. @type {[kind: string, attacks: import('./scripts.js').Attack[]][]} */
const KINDS = [
  ['lengths', require('./lengths.js')],
  ['handshake', require('./handshake.js')],
  ['bitfield and have', require('./availability.js')],
  ['requests', require('./requests.js')],
  ['blocks', require('./blocks.js')],
  ['extensions and unknown ids', require('./extension.js')],
  ['Fast', require('./fast.js')],
  ['hashes', require('./hashes.js')],
  ['extensions in use', require('./in-use.js')],
  ['encryption, the peer begins', require('./encryption.js')],
  ['encryption, the program begins', require('./encryption-begun.js')],
  ['timing and floods', require('./floods.js')],
  ['connection faults', require('./faults.js')],
];

const ATTACKS = KINDS.flatMap(([, attacks]) => attacks);

/**
 * The same with what only wires with sockets of their own have to bear.
 * @type {typeof KINDS}
 */
const SOCKET_KINDS = [...KINDS, ['sockets', require('./sockets.js')]];

module.exports = { ATTACKS, KINDS, SOCKET_KINDS };
