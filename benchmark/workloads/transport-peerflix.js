'use strict';

const path = require('node:path');
const libtorrent = require('../libtorrent.js');
const { Counterpart } = require('../processes/counterpart.js');
const { compared } = require('../rows.js');
const { TRANSPORT, WIRES } = require('../transports.js');
const peerflix = require('./peerflix.js');
const { workload } = require('./workload.js');

// The same as peerflix, from libtorrent. On the native transport, peerflix has this package's swarm.

const NAME = 'transport-peerflix';
/** @type {Record<typeof WIRES[number], import('../../scripts/setup.js').FixtureName>} */
const FIXTURES = { original: 'original', native: 'native', [TRANSPORT]: 'swarm' };

/**
 * @param {typeof WIRES[number]} runner
 * @param {string} folder
 */
function run(runner, folder) {
  const seed = (/** @type {{ file: string }} */ { file }) =>
    new Counterpart('libtorrent-seeder', {
      python: libtorrent.findPython(),
      torrent: path.join(folder, peerflix.TORRENT),
      folder: path.dirname(file),
    });
  return peerflix.stream(FIXTURES[runner], folder, seed);
}

const ROW = { table: 'transport', workload: NAME, of: TRANSPORT, to: 'original' };

module.exports = {
  workloads: [
    workload({
      name: NAME,
      runners: WIRES,
      mostRounds: 3,
      missing: () => peerflix.missing() ?? libtorrent.missing(),
      setUp: peerflix.setUp,
      run,
    }),
  ],
  rows: [
    compared({
      ...ROW,
      title: 'peerflix, 1 GiB from libtorrent',
      value: 'cpu',
      unit: 'CPU s/GB',
      most: 0.65,
    }),
    compared({
      ...ROW,
      title: 'peerflix from libtorrent, by the clock',
      value: 'wall',
      unit: 's/GB',
      most: 1,
    }),
  ],
};
