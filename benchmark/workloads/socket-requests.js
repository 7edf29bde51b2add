'use strict';

const { createHash } = require('node:crypto');
const { BLOCK_LENGTH, INFO_HASH, PEER_ID, blockAt } = require('../bytes.js');
const { Meter } = require('../measure.js');
const { TOGETHER } = require('../pin.js');
const { Counterpart } = require('../processes/counterpart.js');
const { cheaper } = require('../rows.js');
const { loadTransport } = require('../transports.js');
const { workload } = require('./workload.js');

// A leecher and a seeder on the same kind of wire; both are measured.

const VERIFIED = 512;
const WARM = 2048;
const CASES = [
  { depth: 1, measured: 8192 },
  { depth: 5, measured: 24576 },
  { depth: 64, measured: 24576 },
];

/**
 * Asks for blocks, `depth` at a time.
 * @param {any} wire
 * @param {{ depth: number, blocks: number }} options
 * @param {(block: Buffer) => void} each
 */
function leech(wire, { depth, blocks }, each) {
  let requested = 0;
  const ask = () => {
    if (requested === blocks) return;
    const [piece, offset] = blockAt(requested++);
    wire.request(piece, offset, BLOCK_LENGTH, onBlock);
  };
  const onBlock = (/** @type {Error | null} */ error, /** @type {Buffer} */ block) => {
    if (error) throw error;
    each(block);
    ask();
  };
  wire.once('handshake', () => wire.interested());
  wire.once('unchoke', () => {
    for (let i = 0; i < depth; i++) ask();
  });
  wire.handshake(INFO_HASH, PEER_ID);
}

/**
 * @param {import('../transports.js').Runner} runner
 * @param {{ depth: number, measured: number }} options
 */
async function run(runner, { depth, measured }) {
  const { connect } = await loadTransport(runner);
  const blocks = WARM + measured;
  const seeder = new Counterpart('seeder', { runner, from: WARM, to: blocks }, TOGETHER.other);
  const served = seeder.next('served');
  const { port } = await seeder.next('listening');
  const wire = connect(port);
  const meter = new Meter();
  const hash = createHash('sha1');
  let received = 0;
  let bytes = 0;
  await new Promise((resolve) => {
    leech(wire, { depth, blocks }, (block) => {
      received++;
      bytes += block.length;
      if (received <= VERIFIED) hash.update(block);
      if (received === WARM) meter.start();
      if (received === blocks) {
        meter.stop();
        resolve(undefined);
      }
    });
  });
  const { cpu } = await served;
  seeder.close();
  const volume = measured * BLOCK_LENGTH;
  return {
    values: { cpu: (meter.cpu + cpu) / volume, wall: meter.wall / volume },
    digest: hash.digest('hex'),
    seen: bytes,
  };
}

module.exports = {
  CASES,
  run,
  workloads: CASES.map((options) =>
    workload({
      name: `socket-requests-${options.depth}`,
      cores: TOGETHER,
      run: (runner) => run(runner, options),
    }),
  ),
  rows: CASES.map(({ depth }) =>
    cheaper({
      table: 'sockets',
      title: `request and response, depth ${depth}, both sides`,
      workload: `socket-requests-${depth}`,
      value: 'cpu',
      unit: 'CPU s/GB',
      most: 0.75,
    }),
  ),
};
