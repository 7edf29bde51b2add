'use strict';

const { Attempt } = require('./attempt.js');
const { Sandbox } = require('./process.js');

const TIMEOUT = 60_000;

/**
 * @typedef {import('./clients/index.js').Client} Client
 * @typedef {import('./attempt.js').Material} Material
 * @typedef {import('./attempt.js').Result} Result
 * @typedef {{ role: 'seeds' | 'leeches', fast: boolean, magnet: boolean }} Run the role is the client's
 * @typedef {object} Row
 * @property {string} client
 * @property {string} version
 * @property {Run | null} run null where the client is missing
 * @property {'passed' | 'failed' | 'skipped'} outcome
 * @property {string[]} reasons why it has not passed
 * @property {string} details the last events and the client's log, for when it has failed
 * @property {Partial<Result>} result
 * @property {number} seconds
 */

/** @type {Run[]} */
const RUNS = [
  { role: 'seeds', fast: true, magnet: false },
  { role: 'seeds', fast: false, magnet: false },
  { role: 'seeds', fast: true, magnet: true },
  { role: 'leeches', fast: true, magnet: false },
  { role: 'leeches', fast: false, magnet: false },
  { role: 'leeches', fast: true, magnet: true },
];

/**
 * @param {Attempt} attempt
 * @param {string} version
 * @returns {Promise<Row>}
 */
async function play(attempt, version) {
  const started = performance.now();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    const error = new Error(`it took over ${TIMEOUT / 1000} s`);
    timer = setTimeout(() => reject(error), TIMEOUT);
  });
  const row = { client: attempt.client.name, version, run: attempt.run };
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const result = /** @type {Result} */ (await Promise.race([attempt.play(), late]));
    const reasons = attempt.judge(result);
    const outcome = reasons.length === 0 ? 'passed' : 'failed';
    return { ...row, outcome, reasons, details: attempt.details(), result, seconds: seconds() };
  } catch (error) {
    const reasons = [/** @type {Error} */ (error).message];
    const result = attempt.peer?.facts() ?? {};
    const details = attempt.details();
    return { ...row, outcome: 'failed', reasons, details, result, seconds: seconds() };
  } finally {
    clearTimeout(timer);
    attempt.close();
  }
}

/**
 * All runs of one client, which is started anew for each.
 * @param {Client} client
 * @param {string} version
 * @param {Material} material
 * @param {(row: Row) => void} onRow
 */
async function playAll(client, version, material, onRow) {
  for (const run of RUNS) {
    const sandbox = new Sandbox();
    const attempt = new Attempt(client, run, material, sandbox);
    onRow(await play(attempt, version));
    await sandbox.close();
  }
}

module.exports = { playAll };
