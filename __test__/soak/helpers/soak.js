'use strict';

const { once } = require('node:events');
const net = require('node:net');
const pwp = require('../../../index.js');
const native = require('../../../lib/addon.js');
const { filesByKind } = require('../../hostile/helpers/kernel.js');
const { Ledger, Thrown } = require('./ledger.js');
const { Memory } = require('./memory.js');
const { Random } = require('./random.js');
const { Swarm, comesTrue } = require('./swarm.js');
const { terminateMany } = require('./workers.js');

/** Samples of the memory: at most so many, and no more than one in so many seconds. */
const MOST_SAMPLES = 60;
const SAMPLE_SECONDS = 0.5;
/** Share of the time before the first of them: the first garbage is not what is looked for. */
const WARM_UP = 0.1;

/** @typedef {{ seconds: number, wires: number, workers: number, threads: number, seed: number,
 *   onProgress?: (progress: { elapsed: number, ledger: Ledger, live: number, memory: Memory,
 *     workers: number }) => void }} Options */

/** @returns {Record<string, number>} what keeps the process busy, and what it has open, by kind */
function resources() {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return { ...counts, ...filesByKind() };
}

/**
 * @param {Record<string, number>} before
 * @returns {string[]} what there is more of now
 */
function leaked(before) {
  return Object.entries(resources())
    .filter(([name, count]) => name !== 'Immediate' && count > (before[name] ?? 0))
    .map(([name, count]) => `${count - (before[name] ?? 0)} ${name}`);
}

/**
 * Has everything started that stays open, of Node and of the native transport.
 * @param {number} threads of that, here and in every thread to come
 */
async function warmUp(threads) {
  process.env.PEER_WIRE_PROTOCOL_THREADS = String(threads);
  for (const server of [net.createServer(), pwp.createServer()]) {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
  }
}

/**
 * @param {Options} options
 * @returns {Promise<{ ledger: Ledger, memory: Memory, workers: number }>}
 */
async function soak({ seconds, wires, workers, threads, seed, onProgress }) {
  const ledger = new Ledger();
  const memory = new Memory();
  const random = new Random(seed);
  // The first thread takes hold of these two.
  void [process.stdout, process.stderr];
  await warmUp(threads);
  const before = resources();
  const open = native.openCount();
  const onException = (/** @type {Error} */ error) => {
    if (error instanceof Thrown) ledger.totals.thrown++;
    else ledger.violation(`uncaught: ${error.stack}`);
  };
  process.on('uncaughtException', onException);

  const started = performance.now();
  const swarm = new Swarm({ wires, seed: random.below(2 ** 32), ledger });
  await swarm.start();
  let terminated = 0;
  const ending = terminateMany(workers, random, ledger, async () => {
    terminated++;
    // Spread over the whole time, so that the memory of all thirds is alike.
    const due = started + (1000 * seconds * terminated) / workers;
    const wait = Math.max(0, due - performance.now());
    await new Promise((resolve) => setTimeout(resolve, wait));
  });
  const samples = Math.ceil(Math.min(MOST_SAMPLES, seconds / SAMPLE_SECONDS));
  for (let i = 0; i < samples; i++) {
    const share = WARM_UP + ((1 - WARM_UP) * (i + 1)) / samples;
    const wait = started + 1000 * seconds * share - performance.now();
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, wait)));
    await memory.sample();
    const elapsed = (performance.now() - started) / 1000;
    onProgress?.({ elapsed, ledger, live: swarm.live, memory, workers: terminated });
  }
  await ending;
  await swarm.stop();

  await comesTrue(() => leaked(before).length === 0);
  for (const what of leaked(before)) ledger.violation(`left behind: ${what}`);
  if (native.openCount() !== open) {
    ledger.violation(`${native.openCount() - open} decoders are left open`);
  }
  process.off('uncaughtException', onException);
  for (const kind of /** @type {const} */ (['heap', 'rss'])) {
    const { first, last, isFlat } = memory.thirds(kind);
    if (!isFlat) {
      ledger.violation(`${kind} grew from ${first.toFixed(1)} to ${last.toFixed(1)} MB`);
    }
  }
  return { ledger, memory, workers: terminated };
}

module.exports = { soak };
