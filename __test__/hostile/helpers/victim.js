'use strict';

// The process that is attacked: a program with an implementation under it. It listens for the attackers
// on two ports, with an `error` listener on the wires of one, and on a third for the healthy peer; or it
// dials the attackers. Nothing here catches what is thrown. Its parent asks, it answers.

const { monitorEventLoopDelay } = require('node:perf_hooks');
const { Client } = require('./client.js');
const { makeDoors } = require('./doors.js');
const { loadExtensions } = require('./extensions.js');
const { memory, openFiles, resident } = require('./kernel.js');

/** Milliseconds between two looks at the memory and the event loop. */
const MEMORY_MS = 10;
const LOOP_MS = 2;
/** Milliseconds for what was read last to be told and answered, and looks in which nothing has changed. */
const SETTLING_MS = 20;
const LOOKS = 3;

const kind = /** @type {import('./doors.js').Kind} */ (process.argv[2]);
const isNative = kind.startsWith('native');
const gc = /** @type {() => void} */ (globalThis.gc);

/** @type {Client[]} the attacked ones */
let attacked = [];
/** @type {Client[]} */
const healthy = [];
const doors = makeDoors(kind);
const healthyDoors = makeDoors(kind);
/** Of the attacked wires, and what is done with them. @type {import('./doors.js').Row} */
let row = { options: {}, program: {} };
/** @type {Record<string, any>} */
let extensions = {};
let baseline = { held: 0, resident: 0, files: 0 };
let peak = 0;

const loop = monitorEventLoopDelay({ resolution: LOOP_MS });

/** @param {number} ms */
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @returns {Promise<number>} bytes that JavaScript objects and their buffers take, and what waits to be sent */
async function held() {
  let least = Number.POSITIVE_INFINITY;
  // More than once: the memory of buffers is given back by another thread, a little later.
  for (let i = 0; i < 3; i++) {
    gc();
    await new Promise(setImmediate);
    const { heapUsed, arrayBuffers } = memory();
    least = Math.min(least, heapUsed + arrayBuffers + doors.held(attacked));
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
    await after(2);
  }
  return true;
}

/** Waits until nothing more is told: what was read last is answered from other turns of the loop. */
async function settle() {
  let told = -1;
  for (let unchanged = 0; unchanged < LOOKS; ) {
    await after(SETTLING_MS / LOOKS);
    const now = attacked.reduce((sum, client) => sum + client.told, 0);
    unchanged = now === told ? unchanged + 1 : 0;
    told = now;
  }
}

/**
 * @param {any} wire
 * @param {import('node:net').Socket | null} socket
 * @param {boolean} listens
 */
function onAttacked(wire, socket, listens) {
  attacked.push(new Client(wire, socket, listens, row.program, extensions));
}

const COMMANDS = {
  /**
   * @param {{ options?: object, program?: import('./client.js').Program }} given
   * @returns {Promise<number[]>} where wires are attacked: without an `error` listener, and with one
   */
  async begin({ options = {}, program = {} }) {
    attacked = [];
    row = { options, program };
    baseline = {
      held: await held(),
      resident: resident(),
      files: openFiles(),
    };
    peak = baseline.resident;
    loop.reset();
    loop.enable();
    return Promise.all(
      [false, true].map((listens) =>
        doors.open(row, (wire, socket) => onAttacked(wire, socket, listens)),
      ),
    );
  },

  /**
   * The program dials an attacker, and says nothing to its parent.
   * @param {{ port: number, listens: boolean }} whom
   */
  async call({ port, listens }) {
    doors.call?.(port, row, (wire, socket) => onAttacked(wire, socket, listens));
  },

  /**
   * The attack is over, but its connections may still stand.
   * @param {{ sent: number, wires: number, messages: number, ends: boolean, patience: number }} row bytes
   *   the attackers sent, over how many wires, how many messages that should come to in all, and whether
   *   it should end them
   */
  async collect({ sent, wires, messages, ends, patience }) {
    const settled = await comesTrue(() => {
      if (attacked.length < wires) return false;
      return ends ? attacked.every(({ ended }) => ended) : doors.hasRead(attacked, sent);
    }, patience);
    await comesTrue(() => {
      return attacked.reduce((sum, { heard }) => sum + heard, 0) >= messages;
    }, patience);
    await settle();
    loop.disable();
    const stall = Math.max(0, loop.max / 1e6 - LOOP_MS);
    peak = Math.max(peak, resident());
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
    doors.close();
    const ended = await comesTrue(() => {
      return attacked.every((client) => client.ended) && doors.standing === 0;
    }, patience);
    await comesTrue(() => openFiles() <= baseline.files, patience);
    await new Promise(setImmediate);
    const result = {
      ended,
      wires: attacked.map(({ report }) => report),
      healthy: healthy.map(({ report }) => report),
      open: isNative ? require('../../../lib/addon.js').openCount() + healthyDoors.standing : null,
      files: openFiles() - baseline.files,
    };
    attacked = [];
    return result;
  },
};

async function main() {
  extensions = await loadExtensions();
  const port = await healthyDoors.open(row, (wire, socket) => {
    healthy.push(new Client(wire, socket, false));
    healthyDoors.close();
  });
  setInterval(() => {
    peak = Math.max(peak, resident());
  }, MEMORY_MS);
  process.on('message', async (/** @type {any} */ { command, ...given }) => {
    const answer = await COMMANDS[/** @type {keyof typeof COMMANDS} */ (command)](given);
    if (answer !== undefined) process.send?.(answer);
  });
  process.on('disconnect', () => process.exit());
  process.send?.(port);
}

main();
