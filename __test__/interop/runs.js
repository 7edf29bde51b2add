'use strict';

const { Attempt } = require('./attempt.js');
const { isRefused } = require('./encryption.js');
const { Sandbox } = require('./process.js');

const TIMEOUT = 60_000;
const TRIES = 3;

/**
 * @typedef {import('./clients/index.js').Client} Client
 * @typedef {import('./attempt.js').Material} Material
 * @typedef {import('./attempt.js').Result} Result
 * @typedef {'off' | 'prefer' | 'require'} Encryption
 * @typedef {object} Run
 * @property {'seeds' | 'leeches'} role the client's
 * @property {boolean} fast
 * @property {boolean} magnet
 * @property {Encryption} encryption the client's
 * @property {Encryption} ours
 * @property {boolean} [socket] whether our wire has a socket of its own
 *
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

const CLEAR = /** @type {const} */ ({ encryption: 'off', ours: 'off' });
/** From the .torrent and with Fast: neither has to do with what the bytes are wrapped in. */
const WRAPPED = { fast: true, magnet: false };
const FORCED = /** @type {const} */ ({ ...WRAPPED, encryption: 'require', ours: 'require' });
const PREFERRED = /** @type {const} */ ({ ...WRAPPED, encryption: 'prefer', ours: 'prefer' });
/** We come in the clear to a client that takes nothing but RC4. */
const REFUSED = /** @type {const} */ ({ ...WRAPPED, encryption: 'require', ours: 'off' });

/** @type {Run[]} */
const RUNS = [
  { role: 'seeds', fast: true, magnet: false, ...CLEAR },
  { role: 'seeds', fast: false, magnet: false, ...CLEAR },
  { role: 'seeds', fast: true, magnet: true, ...CLEAR },
  { role: 'leeches', fast: true, magnet: false, ...CLEAR },
  { role: 'leeches', fast: false, magnet: false, ...CLEAR },
  { role: 'leeches', fast: true, magnet: true, ...CLEAR },
  { role: 'seeds', ...FORCED },
  { role: 'seeds', ...PREFERRED },
  { role: 'leeches', ...FORCED },
  { role: 'leeches', ...PREFERRED },
  { role: 'seeds', ...REFUSED },
  { role: 'seeds', ...WRAPPED, ...CLEAR, socket: true },
  { role: 'leeches', ...WRAPPED, ...CLEAR, socket: true },
  { role: 'seeds', ...FORCED, socket: true },
  { role: 'leeches', ...FORCED, socket: true },
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
    if (isRefused(run) && !client.refuses) continue;
    let tries = 0;
    let row;
    let isUnlucky = false;
    do {
      const sandbox = new Sandbox();
      const attempt = new Attempt(client, run, material, sandbox);
      row = await play(attempt, version);
      isUnlucky = row.outcome === 'failed' && attempt.isUnlucky;
      await sandbox.close();
    } while (isUnlucky && ++tries < TRIES);
    onRow(row);
  }
}

module.exports = { playAll };
