'use strict';

const { BLOCK_LENGTH } = require('../bytes.js');
const { load } = require('../implementations.js');
const { TOGETHER } = require('../pin.js');
const { Counterpart } = require('../processes/counterpart.js');
const { cheaper } = require('../rows.js');
const { serve } = require('../serve.js');
const { workload } = require('./workload.js');

const VERIFIED = 512;
const WARM = 8192;
const MEASURED = 49152;
const BLOCKS = WARM + MEASURED;
const DEPTH = 64;

/** @param {import('../implementations.js').Name} runner */
async function run(runner) {
  const { port, served } = await serve(await load(runner), { from: WARM, to: BLOCKS });
  const settings = { port, blocks: BLOCKS, depth: DEPTH, verified: VERIFIED };
  const leecher = new Counterpart('leecher', settings, TOGETHER.other);
  const [{ cpu, wall }, { digest }] = await Promise.all([served, leecher.next('done')]);
  leecher.close();
  const bytes = MEASURED * BLOCK_LENGTH;
  return { values: { cpu: cpu / bytes, wall: wall / bytes }, digest, seen: BLOCKS };
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
