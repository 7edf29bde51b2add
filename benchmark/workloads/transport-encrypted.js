'use strict';

const { INFO_HASH } = require('../bytes.js');
const { ThreadMeter, missing } = require('../main-thread.js');
const { APART } = require('../pin.js');
const { growth } = require('../rows.js');
const { TRANSPORT, loadTransport } = require('../transports.js');
const { download } = require('./socket-encrypted.js');
const { NAME: IN_THE_CLEAR } = require('./transport-receive.js');
const { workload } = require('./workload.js');

// The same as transport-receive over RC4. Less of it is measured, since the sender has to keep it all; so
// more comes before, for the code to be as warm.

const NAME = 'transport-encrypted';
const VOLUME = { warm: 65_536, measured: 65_536 }; // blocks, 1 GiB each
const OPTIONS = { encryption: 'require', infoHashes: () => INFO_HASH };
const isEncrypted = (/** @type {any} */ wire) => wire.encrypted === 'rc4';

/** @param {'native' | typeof TRANSPORT} runner */
async function run(runner) {
  const { connect } = await loadTransport(runner, OPTIONS);
  return download(connect, isEncrypted, new ThreadMeter(), VOLUME);
}

module.exports = {
  workloads: [workload({ name: NAME, runners: ['native', TRANSPORT], cores: APART, run })],
  rows: [
    growth({
      table: 'transport',
      title: 'RC4 received, main thread alone, against in the clear',
      more: NAME,
      less: IN_THE_CLEAR,
      value: 'main',
      of: TRANSPORT,
      most: 1.2,
      missing,
    }),
  ],
};
