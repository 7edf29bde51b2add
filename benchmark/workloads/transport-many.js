'use strict';

const { createHash } = require('node:crypto');
const net = require('node:net');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const {
  BLOCK_LENGTH,
  HANDSHAKE,
  INFO_HASH,
  PEER_ID,
  PIECE_MESSAGE_LENGTH,
  UNCHOKE,
  message,
} = require('../bytes.js');
const { Meter } = require('../measure.js');
const { APART } = require('../pin.js');
const { Counterpart } = require('../processes/counterpart.js');
const { bounded, compared } = require('../rows.js');
const { HOST, RUNNERS, TRANSPORT, loadTransport } = require('../transports.js');
const { workload } = require('./workload.js');

// Many connections, each of which brings a block now and then. First the CPU time is taken, then the delay
// of the event loop: its timer alone wakes the process a thousand times a second.

const NAME = 'transport-many';
const CONNECTIONS = 1000;
const RATE = 100_000; // bytes a second, of each
const SPACING = (BLOCK_LENGTH / RATE) * 1000; // ms
const PREFACE = HANDSHAKE.length + message(UNCHOKE).length;
const VERIFIED = 2; // blocks of each

/** Blocks of each connection until the clock starts, until the delay's does, and until the end. */
const STAGES = { warm: 12, metered: 42, all: 72 };
const MOST_LATE = 50; // ms, of the sender
const MS = 1e6; // ns

/**
 * Follows the stages by what has come on all connections.
 */
class Stages {
  meter = new Meter();
  delay = monitorEventLoopDelay({ resolution: 1 });
  #units = 0;
  #marks;
  #end = () => {};
  /** @type {Promise<void>} */
  ended = new Promise((resolve) => {
    this.#end = resolve;
  });

  /** @param {number} unit in what it is counted: blocks, or bytes of them */
  constructor(unit) {
    const at = (/** @type {number} */ blocks) => blocks * CONNECTIONS * unit;
    const { warm, metered, all } = STAGES;
    this.#marks = [
      { at: at(warm), pass: () => this.meter.start() },
      { at: at(metered), pass: () => this.#delay() },
      { at: at(all), pass: () => this.#finish() },
    ];
  }

  /** @param {number} units that have come */
  add(units) {
    this.#units += units;
    while (this.#marks.length > 0 && this.#units >= this.#marks[0].at) this.#marks.shift()?.pass();
  }

  #delay() {
    this.meter.stop();
    this.delay.enable();
  }

  #finish() {
    this.delay.disable();
    this.#end();
  }
}

/**
 * @param {number} port
 * @param {Stages} stages
 */
function receiveBare(port, stages) {
  const socket = net.connect(port, HOST);
  socket.write(HANDSHAKE);
  let preface = PREFACE;
  socket.on('data', (chunk) => {
    const left = Math.min(preface, chunk.length);
    preface -= left;
    stages.add(chunk.length - left);
  });
}

/**
 * @param {any} wire
 * @param {Stages} stages
 * @returns {import('node:crypto').Hash} of its first blocks
 */
function receive(wire, stages) {
  const hash = createHash('sha1');
  let blocks = 0;
  wire.on(
    'piece',
    (/** @type {number} */ piece, /** @type {number} */ offset, /** @type {Buffer} */ block) => {
      if (blocks++ < VERIFIED) hash.update(`${piece} ${offset} `).update(block);
      stages.add(1);
    },
  );
  wire.handshake(INFO_HASH, PEER_ID);
  return hash;
}

/** @param {typeof RUNNERS[number]} runner */
async function run(runner) {
  const transport = runner === 'bare' ? null : await loadTransport(runner);
  const settings = { connections: CONNECTIONS, blocks: STAGES.all, spacing: SPACING };
  const sender = new Counterpart('pacer', settings, APART.other);
  const { port } = await sender.next('listening');
  const sent = sender.next('sent');
  const stages = new Stages(transport ? 1 : PIECE_MESSAGE_LENGTH);
  const hashes = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    if (transport) hashes.push(receive(transport.connect(port), stages));
    else receiveBare(port, stages);
  }
  await stages.ended;
  const { late } = await sent;
  sender.close();
  const { meter, delay } = stages;
  const digest = createHash('sha1');
  for (const hash of hashes) digest.update(hash.digest());
  return {
    values: {
      ...meter.per((STAGES.metered - STAGES.warm) * CONNECTIONS * BLOCK_LENGTH),
      delay: delay.percentile(99) / MS,
      mostDelay: delay.max / MS,
      late,
    },
    digest: transport && digest.digest('hex'),
    seen: hashes.length,
  };
}

/**
 * Without a ratio where a sender was late: figures of bursts would be figures of something else.
 * @param {import('../rows.js').Row} row
 * @returns {import('../rows.js').Row}
 */
function paced(row) {
  return {
    ...row,
    compute(samples) {
      const runs = samples[NAME].flatMap((round) => Object.values(round));
      const isLate = runs.some(({ late }) => late > MOST_LATE);
      const { figures, ratio } = row.compute(samples);
      return { figures, ratio: isLate ? null : ratio };
    },
  };
}

const TITLE = `${CONNECTIONS.toLocaleString('en')} connections at ${RATE / 1000} KB/s each`;
const ROW = { table: 'transport', workload: NAME, of: TRANSPORT };

module.exports = {
  workloads: [workload({ name: NAME, runners: RUNNERS, cores: APART, run })],
  rows: [
    compared({ ...ROW, title: TITLE, value: 'cpu', unit: 'CPU s/GB', to: 'original', most: 0.5 }),
    bounded({
      ...ROW,
      title: `${TITLE}, delay of the event loop, 99th percentile`,
      value: 'delay',
      unit: 'ms',
      most: 5,
    }),
  ].map(paced),
};
