'use strict';

const modules = [
  require('./decode-blocks.js'),
  require('./decode-have.js'),
  require('./decode-requests.js'),
  require('./decode-bytes.js'),
  require('./decode-bitfield.js'),
  require('./encode.js'),
  require('./match.js'),
  require('./timers.js'),
  require('./encrypted-handshakes.js'),
  require('./encrypted-blocks.js'),
  require('./memory.js'),
  require('./socket-receive.js'),
  require('./socket-encrypted.js'),
  require('./socket-requests.js'),
  require('./socket-serve.js'),
  require('./peerflix.js'),
  require('./transport-receive.js'),
  require('./transport-requests.js'),
  require('./transport-many.js'),
  require('./transport-idle.js'),
  require('./transport-encrypted.js'),
  require('./transport-peerflix.js'),
];

/** In the order of the tables. */
const workloads = modules.flatMap((module) => module.workloads);

/** @type {import('../rows.js').Row[]} */
const rows = modules.flatMap((module) => module.rows);

module.exports = { rows, workloads };
