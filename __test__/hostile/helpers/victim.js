'use strict';

// The process that is attacked: a program with an implementation under it, listening on three ports.
// Two are for the attackers, with an `error` listener on their wires and without, and one is for the
// healthy peer. Nothing here catches what is thrown. Its parent asks, it answers.

const net = require('node:net');
const { monitorEventLoopDelay } = require('node:perf_hooks');
const pwp = require('../../../index.js');
const { load, loadWire } = require('../../../benchmark/implementations.js');
const { Client } = require('./client.js');
const { createEncrypting } = require('./encrypting.js');
const { loadExtensions } = require('./extensions.js');

/** @typedef {import('../../../benchmark/implementations.js').Name} Name */

/** Milliseconds between two looks at the memory and the event loop. */
const MEMORY_MS = 10;
const LOOP_MS = 2;

const name = /** @type {Name} */ (process.argv[2]);
const gc = /** @type {() => void} */ (globalThis.gc);

/** @type {Client[]} the attacked ones */
let attacked = [];
/** @type {Client[]} */
const healthy = [];
/** Of the attacked wires, and what is done with them. */
let options = {};
/** @type {import('./client.js').Program} */
let program = {};
let baseline = { held: 0, resident: 0 };
let peak = 0;

const loop = monitorEventLoopDelay({ resolution: LOOP_MS });

/** @returns {Promise<number>} bytes that JavaScript objects and their buffers take */
async function held() {
  let least = Number.POSITIVE_INFINITY;
  // More than once: the memory of buffers is given back by another thread, a little later.
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise(setImmediate);
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}

/**
 * @param {() => boolean} condition
 * @param {number} patience in milliseconds
 * @returns {Promise<boolean>} whether it came to hold
 */
async function comesTrue(condition, patience) {
  const deadline = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return true;
}

const COMMANDS = {
  /** @param {{ options?: object, program?: import('./client.js').Program }} row */
  async begin(row) {
    attacked = [];
    options = row.options ?? {};
    program = row.program ?? {};
    baseline = { held: await held(), resident: process.memoryUsage.rss() };
    peak = baseline.resident;
    loop.reset();
    loop.enable();
    return {};
  },

  /**
   * The attack is over, but its connections may still stand.
   * @param {{ sent: number, wires: number, ends: boolean, patience: number }} row bytes the attackers
   *   sent, over how many wires, and whether that should end them
   */
  async collect({ sent, wires, ends, patience }) {
    const settled = await comesTrue(() => {
      if (attacked.length < wires) return false;
      if (ends) return attacked.every(({ ended }) => ended);
      return attacked.reduce((sum, { socket }) => sum + socket.bytesRead, 0) >= sent;
    }, patience);
    // What was read last is answered from other turns of the loop.
    await new Promise((resolve) => setTimeout(resolve, 20));
    loop.disable();
    const stall = Math.max(0, loop.max / 1e6 - LOOP_MS);
    peak = Math.max(peak, process.memoryUsage.rss());
    return {
      settled,
      stall: loop.count === 0 ? 0 : stall,
      held: (await held()) - baseline.held,
      peak: peak - baseline.resident,
      wires: attacked.map(({ report }) => report),
    };
  },

  /**
   * The attackers have gone.
   * @param {{ patience: number }} row
   */
  async finish({ patience }) {
    const ended = await comesTrue(() => attacked.every(({ ended }) => ended), patience);
    await new Promise(setImmediate);
    const result = {
      ended,
      wires: attacked.map(({ report }) => report),
      healthy: healthy.map(({ report }) => report),
      open: name === 'native' ? require('../../../lib/addon.js').openCount() : null,
    };
    attacked = [];
    return result;
  },
};

/**
 * @param {(socket: net.Socket) => void} onSocket
 * @returns {Promise<number>} the port
 */
function listen(onSocket) {
  const server = net.createServer(onSocket);
  return new Promise((resolve) => {
    server.listen({ port: 0, host: '127.0.0.1', backlog: 2048 }, () => {
      resolve(/** @type {net.AddressInfo} */ (server.address()).port);
    });
  });
}

async function main() {
  const { create } = await load(name);
  const Wire = await loadWire(name);
  const createOther = () => (program.encrypts ? createEncrypting(Wire, program) : create());
  const extensions = await loadExtensions();
  const attack = (/** @type {net.Socket} */ socket, /** @type {boolean} */ listens) => {
    const wire = name === 'native' ? pwp(options) : createOther();
    attacked.push(new Client(wire, socket, listens, program, extensions));
  };
  const ports = {
    silent: await listen((socket) => attack(socket, false)),
    listening: await listen((socket) => attack(socket, true)),
    healthy: await listen((socket) => healthy.push(new Client(create(), socket, false))),
  };
  setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, MEMORY_MS);
  process.on('message', async (/** @type {any} */ { command, ...row }) => {
    process.send?.(await COMMANDS[/** @type {keyof typeof COMMANDS} */ (command)](row));
  });
  process.on('disconnect', () => process.exit());
  process.send?.(ports);
}

main();
