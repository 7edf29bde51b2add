'use strict';

const { ENCRYPTING, UNABLE, loadEncrypting } = require('../encrypted.js');
const { NAMES, load } = require('../implementations.js');
const { measure } = require('../measure.js');

/**
 * What one child process does: one workload on one wire, or on none where the bare socket is the
 * measure.
 * @typedef {object} Workload
 * @property {string} name
 * @property {readonly string[]} runners names of implementations, or `bare`
 * @property {Record<string, string>} unable why the other implementations cannot run it
 * @property {number} mostRounds
 * @property {string[]} flags of Node
 * @property {import('../pin.js').Cores | null} cores that its processes keep to
 * @property {(folder: string) => Promise<void>} setUp once, before the rounds; the folder is deleted
 *   after them
 * @property {() => string | null} missing why it cannot run here at all
 * @property {(runner: any, folder: string) => Promise<import('../measure.js').Result>} run
 */

/**
 * @param {Pick<Workload, 'name' | 'run'> & Partial<Workload>} workload
 * @returns {Workload}
 */
function workload(workload) {
  return {
    runners: NAMES,
    unable: {},
    mostRounds: Number.POSITIVE_INFINITY,
    flags: [],
    cores: null,
    setUp: async () => {},
    missing: () => null,
    ...workload,
  };
}

/**
 * Garbage is collected by the thread that made it, when it has made enough. Else helper threads
 * collect what making the input has left, while the clock runs.
 */
const JOB_FLAGS = ['--single-threaded-gc'];

/**
 * CPU time per operation of a job inside one process.
 * @param {string} name
 * @param {number} runs
 * @param {(implementation: import('../implementations.js').Implementation) =>
 *   import('../measure.js').Job} start
 */
function job(name, runs, start) {
  return workload({
    name,
    flags: JOB_FLAGS,
    run: async (runner) => measure(start, await load(runner), runs),
  });
}

/**
 * The same over encrypted connections.
 * @param {string} name
 * @param {(runner: typeof ENCRYPTING[number]) => number} runs
 * @param {(implementation: import('../encrypted.js').Encrypting) => import('../measure.js').Job} start
 */
function encryptedJob(name, runs, start) {
  return workload({
    name,
    runners: ENCRYPTING,
    unable: UNABLE,
    flags: JOB_FLAGS,
    run: async (runner) => measure(start, await loadEncrypting(runner), runs(runner)),
  });
}

module.exports = { JOB_FLAGS, encryptedJob, job, workload };
