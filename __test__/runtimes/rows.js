'use strict';

// What is tried in each runtime.

const { playProgram } = require('./programs.js');
const { playSuites } = require('./suites.js');

/** @typedef {import('./runtimes.js').Runtime} Runtime */
/** @typedef {import('./programs.js').Check} Check */

/**
 * @typedef {object} Row
 * @property {string} name for the table
 * @property {boolean} [isCounted] whether it is of so many tests
 * @property {(runtime: Runtime, project: string) => Promise<Check[]>} play
 */

/** @param {string} program */
const by = (program) => (/** @type {Runtime} */ runtime, /** @type {string} */ project) =>
  playProgram(runtime, program, project);

/** @type {Row[]} */
const ROWS = [
  { name: 'import and require', play: by('modules.mjs') },
  { name: 'piped, with the original and with itself', play: by('compat.cjs') },
  { name: 'a socket of its own, encrypted too', play: by('sockets.cjs') },
  { name: 'swarm', play: by('swarm.cjs') },
  { name: 'worker threads', play: by('workers.cjs') },
  { name: '`vm` contexts', play: by('contexts.cjs') },
  { name: 'two copies in a process', play: by('copies.cjs') },
  { name: 'tests of wire and compatibility', isCounted: true, play: playSuites },
];

module.exports = { ROWS };
