'use strict';

const { TOGETHER } = require('../pin.js');
const { compared } = require('../rows.js');
const { TRANSPORT, WIRES } = require('../transports.js');
const { CASES, run } = require('./socket-requests.js');
const { workload } = require('./workload.js');

// The same as socket-requests, with more than one request at a time.

const DEEP = CASES.filter(({ depth }) => depth > 1);
/** @param {{ depth: number }} options */
const nameOf = ({ depth }) => `transport-requests-${depth}`;

module.exports = {
  workloads: DEEP.map((options) =>
    workload({
      name: nameOf(options),
      runners: WIRES,
      cores: TOGETHER,
      run: (runner) => run(runner, options),
    }),
  ),
  rows: DEEP.map((options) =>
    compared({
      table: 'transport',
      title: `request and response, depth ${options.depth}, both sides`,
      workload: nameOf(options),
      value: 'cpu',
      unit: 'CPU s/GB',
      of: TRANSPORT,
      to: 'original',
      most: 0.5,
    }),
  ),
};
