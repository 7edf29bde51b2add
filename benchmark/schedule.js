'use strict';

const { fork } = require('node:child_process');
const path = require('node:path');
const { onCore } = require('./pin.js');

const CHILD = path.join(__dirname, 'child.js');
// The fixtures are of 2018 and use much of what is deprecated now.
const EXEC_ARGV = ['--expose-gc', '--no-deprecation'];
const TIME_LIMIT = 180_000; // ms; the longest workload takes a tenth of it

/** @typedef {import('./workloads/workload.js').Workload} Workload */
/** @typedef {import('./measure.js').Result} Result */

/** A run that came to nothing. */
class BenchError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   */
  constructor(code, message) {
    super(message);
    this.name = 'BenchError';
    this.code = code;
  }
}

/**
 * Every child process, in order: round by round, and within a round workload by workload, so that
 * the runners of one workload follow each other closely. Who goes first changes from round to round.
 * @param {Workload[]} workloads
 * @param {number} rounds
 */
function plan(workloads, rounds) {
  const steps = [];
  for (let round = 0; round < rounds; round++) {
    for (const workload of workloads) {
      const { runners, mostRounds } = workload;
      if (round >= mostRounds) continue;
      for (let i = 0; i < runners.length; i++) {
        steps.push({ round, workload, runner: runners[(i + round) % runners.length] });
      }
    }
  }
  return steps;
}

/**
 * @param {Workload} workload
 * @param {string} runner
 * @param {string} folder
 * @returns {Promise<Result>}
 */
function runChild({ name, flags, cores }, runner, folder) {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, [name, runner, folder], {
      ...onCore(cores?.measured, [...EXEC_ARGV, ...flags]),
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), TIME_LIMIT);
    /** @type {Result | null} */
    let result = null;
    let errors = '';
    child.stderr?.on('data', (text) => {
      errors += text;
    });
    child.on('message', (/** @type {any} */ message) => {
      result = message.result;
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (result !== null) resolve(result);
      else {
        process.stderr.write(errors);
        const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
        reject(new BenchError('ERR_BENCH_CHILD', `${name} of ${runner} ${how}`));
      }
    });
  });
}

/**
 * All wires must have delivered the same in all rounds, or their times mean nothing.
 * @param {Workload} workload
 * @param {string} runner
 * @param {Result} result
 * @param {Map<string, { runner: string, result: Result }>} first
 */
function checkAgreement({ name }, runner, result, first) {
  if (result.digest === null) return; // not a wire
  const other = first.get(name);
  if (!other) {
    first.set(name, { runner, result });
  } else if (result.digest !== other.result.digest || result.seen !== other.result.seen) {
    throw new BenchError(
      'ERR_BENCH_DIFFERENT',
      `${name}: ${runner} did not deliver what ${other.runner} did`,
    );
  }
}

/**
 * Runs all of it, one process at a time.
 * @param {Workload[]} workloads
 * @param {number} rounds
 * @param {string} folder for what workloads share
 * @param {(step: { done: number, total: number, workload: string, runner: string }) => void} onStep
 * @returns {Promise<import('./rows.js').Samples>}
 */
async function runAll(workloads, rounds, folder, onStep) {
  const steps = plan(workloads, rounds);
  /** @type {import('./rows.js').Samples} */
  const samples = {};
  const first = new Map();
  for (const [done, { round, workload, runner }] of steps.entries()) {
    onStep({ done, total: steps.length, workload: workload.name, runner });
    const result = await runChild(workload, runner, folder);
    checkAgreement(workload, runner, result, first);
    samples[workload.name] ??= [];
    samples[workload.name][round] ??= {};
    samples[workload.name][round][runner] = result.values;
  }
  return samples;
}

module.exports = { BenchError, runAll };
