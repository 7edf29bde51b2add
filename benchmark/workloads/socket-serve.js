'use strict';

const { BLOCK_LENGTH } = require('../bytes.js');
const { TOGETHER } = require('../pin.js');
const { Counterpart } = require('../processes/counterpart.js');
const { cheaper } = require('../rows.js');
const { serve } = require('../serve.js');
const { loadTransport } = require('../transports.js');
const { workload } = require('./workload.js');

const VERIFIED = 512;
const WARM = 8192;
const MEASURED = 49152;
const BLOCKS = WARM + MEASURED;
const DEPTH = 64;

/** @param {import('../implementations.js').Name} runner */
async function run(runner) {
  const { port, served } = await serve(await loadTransport(runner), { from: WARM, to: BLOCKS });
  const settings = { port, blocks: BLOCKS, depth: DEPTH, verified: VERIFIED };
  const leecher = new Counterpart('leecher', settings, TOGETHER.other);
  const [meter, { digest }] = await Promise.all([served, leecher.next('done')]);
  leecher.close();
  return { values: meter.per(MEASURED * BLOCK_LENGTH), digest, seen: BLOCKS };
}

module.exports = {
  workloads: [workload({ name: 'socket-serve', cores: TOGETHER, run })],
  rows: [
    cheaper({
      table: 'sockets',
      title: 'serve blocks to a leecher',
      workload: 'socket-serve',
      value: 'cpu',
      unit: 'CPU s/GB',
      most: 0.75,
    }),
  ],
};
