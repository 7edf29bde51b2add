'use strict';

const os = require('node:os');
const { NAMES, identify } = require('./implementations.js');
const { canPin } = require('./pin.js');

/**
 * What the figures come from.
 * @typedef {object} Machine
 * @property {string} cpu
 * @property {number} cores
 * @property {number} memory in bytes
 * @property {string} os
 * @property {string} node
 * @property {boolean} pinned whether the processes of a socket were kept to their cores
 * @property {string} date
 * @property {number} rounds
 * @property {number} seconds that the whole run took
 * @property {Record<string, string>} packages
 */

/**
 * @param {number} rounds
 * @param {number} seconds
 * @returns {Machine}
 */
function describeMachine(rounds, seconds) {
  const cpus = os.cpus();
  return {
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    cores: cpus.length,
    memory: os.totalmem(),
    os: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    pinned: canPin(),
    date: new Date().toISOString(),
    rounds,
    seconds,
    packages: Object.fromEntries(NAMES.map((name) => [name, identify(name)])),
  };
}

/**
 * @param {Machine} machine
 * @returns {string} one line
 */
function machineText({ cpu, cores, memory, os: system, node, date, rounds }) {
  const ram = `${Math.round(memory / 2 ** 30)} GiB`;
  const times = `${rounds} ${rounds === 1 ? 'round' : 'rounds'}`;
  return `${cpu}, ${cores} cores, ${ram}, ${system}, Node ${node}, ${date.slice(0, 10)}, ${times}`;
}

module.exports = { describeMachine, machineText };
