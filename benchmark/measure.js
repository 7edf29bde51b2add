'use strict';

const { Observer } = require('./observer.js');

/** @typedef {import('./implementations.js').Implementation} Implementation */

/**
 * A piece of work that is done over and over.
 * @typedef {object} Job
 * @property {number} operations in one call of `work`, on average
 * @property {number} [period] after how many calls all has been seen that there is to see
 * @property {() => void | Promise<void>} prepare makes its input, outside the clock
 * @property {() => Promise<void>} work is done when everything it started is
 * @property {() => number} seen how much the listeners have counted since the job was started
 */

/**
 * What a child process found: `values` are measured, the rest must be the same for all wires.
 * @typedef {object} Result
 * @property {Record<string, number>} values
 * @property {string | null} digest of what the wires delivered; none of what is no wire
 * @property {number} seen
 */

/** Adds up CPU time (user and system, all threads) and wall time, both in nanoseconds. */
class Meter {
  cpu = 0;
  wall = 0;
  #cpuUsage = process.cpuUsage();
  #hrtime = process.hrtime.bigint();

  start() {
    this.#hrtime = process.hrtime.bigint();
    this.#cpuUsage = process.cpuUsage();
  }

  stop() {
    const { user, system } = process.cpuUsage(this.#cpuUsage);
    this.cpu += (user + system) * 1000;
    this.wall += Number(process.hrtime.bigint() - this.#hrtime);
  }

  /**
   * @param {number} bytes
   * @returns {Record<string, number>}
   */
  per(bytes) {
    return { cpu: this.cpu / bytes, wall: this.wall / bytes };
  }
}

const CALIBRATIONS = 500;

/**
 * What starting and stopping a meter costs by itself, as it is counted: some microseconds, which a
 * short run would notice.
 * @returns {Meter} the sum of as many starts and stops as `CALIBRATIONS`
 */
function calibrate() {
  const meter = new Meter();
  for (let i = 0; i < CALIBRATIONS; i++) {
    meter.start();
    meter.stop();
  }
  return meter;
}

/**
 * What is measured in many short runs.
 * @param {Meter} meter
 * @param {number} runs
 * @returns {{ cpu: number, wall: number }} of all of them, without what the meter itself took
 */
function withoutMeter(meter, runs) {
  const empty = calibrate();
  const share = runs / CALIBRATIONS;
  return { cpu: meter.cpu - empty.cpu * share, wall: meter.wall - empty.wall * share };
}

/**
 * Runs a job for two periods with an observer on every wire of it.
 * @template {Implementation} T
 * @param {(implementation: T) => Job} start
 * @param {T} implementation
 * @returns {Promise<string>}
 */
async function observe(start, implementation) {
  const observer = new Observer(implementation.isEncrypting === true);
  const job = start({
    ...implementation,
    create: (role) => observer.watch(implementation.create(role)),
    discard(wire) {
      observer.forget(wire);
      implementation.discard(wire);
    },
  });
  for (let i = 0; i < 2 * (job.period ?? 1); i++) {
    await job.prepare();
    await job.work();
  }
  return observer.digest();
}

/**
 * CPU and wall time of an operation, in nanoseconds, over a fixed amount of work.
 * @template {Implementation} T
 * @param {(implementation: T) => Job} start
 * @param {T} implementation
 * @param {number} runs calls of `work`
 * @returns {Promise<Result>}
 */
async function measure(start, implementation, runs) {
  const digest = await observe(start, implementation);
  const job = start(implementation);
  const meter = new Meter();
  const period = job.period ?? 1;
  const warmUp = Math.max(3, Math.ceil(runs / period / 4)) * period;
  for (let i = 0; i < warmUp; i++) {
    await job.prepare();
    await job.work();
  }
  globalThis.gc?.();
  for (let i = 0; i < runs; i++) {
    await job.prepare();
    meter.start();
    await job.work();
    meter.stop();
  }
  const { cpu, wall } = withoutMeter(meter, runs);
  const operations = runs * job.operations;
  return {
    values: { cpu: cpu / operations, wall: wall / operations },
    digest,
    seen: job.seen(),
  };
}

exports.Meter = Meter;
exports.measure = measure;
exports.withoutMeter = withoutMeter;
