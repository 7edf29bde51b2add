'use strict';

const { ThreadMeter, missing } = require('../main-thread.js');
const { APART } = require('../pin.js');
const { compared } = require('../rows.js');
const { RUNNERS, TRANSPORT } = require('../transports.js');
const { download } = require('./socket-receive.js');
const { workload } = require('./workload.js');

// The same as socket-receive. All threads of the receiver share a core, so that by the clock, too, one
// core is compared with one.

const NAME = 'transport-receive';
const MEASURED = 262_144; // 4 GiB
const ROW = { table: 'transport', workload: NAME, of: TRANSPORT };

module.exports = {
  NAME,
  workloads: [
    workload({
      name: NAME,
      runners: RUNNERS,
      cores: APART,
      run: (runner) => download(runner, MEASURED, new ThreadMeter()),
    }),
  ],
  rows: [
    compared({
      ...ROW,
      title: 'receive blocks, against a bare socket',
      value: 'cpu',
      unit: 'CPU s/GB',
      to: 'bare',
      most: 0.7,
    }),
    compared({
      ...ROW,
      title: 'receive blocks by the clock, against a bare socket',
      value: 'wall',
      unit: 's/GB',
      to: 'bare',
      most: 1,
    }),
    compared({
      ...ROW,
      title: 'receive blocks, main thread alone',
      value: 'main',
      unit: 'CPU s/GB',
      to: 'original',
      most: 0.15,
      missing,
    }),
  ],
};
