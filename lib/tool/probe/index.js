'use strict';

const { formatAddress } = require('../../swarm/address.js');
const { round } = require('../text.js');
const { ToolError } = require('../usage.js');
const Attempt = require('./attempt.js');
const { nothing } = require('./findings.js');
const Lines = require('./lines.js');
const Live = require('./live.js');
const Json = require('./json.js');

/** @typedef {import('./findings.js').Findings} Findings */
/** @typedef {import('../arguments.js').ProbeArguments} ProbeArguments */

/** Milliseconds that are waited for more than was asked for, unless told how long to stay. */
const LONGEST_STAY = 10_000;
/** Milliseconds from when all is known: what else a peer says comes at once. */
const SETTLING = 300;

/** How a peer ends that does not speak the encryption, or cannot make sense of it. */
const UNSUPPORTED = ['ERR_PWP_ENCRYPTION_UNSUPPORTED', 'ERR_PWP_CONNECTION_RESET'];
const SILENT = [
  'ERR_PWP_CONNECTION_TIMEOUT',
  'ERR_PWP_ENCRYPTION_TIMEOUT',
  'ERR_PWP_HANDSHAKE_TIMEOUT',
];

/**
 * Whether the peer is worth a second dial, in the clear.
 * @param {Findings} findings
 */
function isPlainPeer({ dialled, connected, handshake, encryption, closed }) {
  if (dialled !== 'prefer' || connected === null || handshake !== null) return false;
  const code = closed?.code ?? '';
  return closed?.by === 'peer' && !encryption && [...UNSUPPORTED, ...SILENT].includes(code);
}

/**
 * Who is shown what goes on.
 * @typedef {object} View
 * @property {(event: string, data: Record<string, any>, time: number) => void} tell
 * @property {() => void} close shows the rest, and all of it together
 */

/**
 * @param {ProbeArguments} options
 * @param {import('../output.js')} output
 * @param {Findings} findings
 * @returns {View}
 */
function viewOf({ json }, output, findings) {
  if (json) return new Json(output, findings);
  return output.isTerminal ? new Live(output, findings) : new Lines(output, findings);
}

/** How long a probe stays, and who ends it earlier. */
class Stay {
  /** @type {Attempt | null} */
  #attempt = null;
  #stay;
  #isOver = false;
  /** @type {NodeJS.Timeout[]} */
  #timers = [];
  #interrupt = () => this.#end();

  /** @param {number | null} stay milliseconds, null for as long as there is something to learn */
  constructor(stay) {
    this.#stay = stay;
    process.once('SIGINT', this.#interrupt);
    process.once('SIGTERM', this.#interrupt);
  }

  get isOver() {
    return this.#isOver;
  }

  #end() {
    this.#isOver = true;
    this.#attempt?.leave();
  }

  /** @param {Attempt} attempt */
  follow(attempt) {
    this.#attempt = attempt;
  }

  /** @param {string} event that has just been told */
  onEvent(event) {
    if (event === 'handshake') this.#wait(this.#stay ?? LONGEST_STAY);
    if (this.#stay === null && this.#attempt?.isComplete) {
      this.#stay = SETTLING;
      this.#wait(SETTLING);
    }
  }

  /** @param {number} milliseconds */
  #wait(milliseconds) {
    this.#timers.push(setTimeout(() => this.#end(), milliseconds));
  }

  close() {
    for (const timer of this.#timers) clearTimeout(timer);
    process.off('SIGINT', this.#interrupt);
    process.off('SIGTERM', this.#interrupt);
  }
}

/**
 * Connects to a peer and shows what it says.
 * @param {ProbeArguments} options
 * @param {import('../output.js')} output
 * @returns {Promise<number>} the exit code
 * @throws {ToolError} for what cannot be reached, or ends with an error
 */
async function probe(options, output) {
  const findings = nothing(formatAddress(options.host, options.port), options.pieceCount);
  const view = viewOf(options, output, findings);
  const stay = new Stay(options.stay);
  const tell = (/** @type {string} */ event, data = {}) => {
    view.tell(event, data, round(performance.now() - findings.startedAt));
    stay.onEvent(event);
  };
  const dial = async (/** @type {typeof options.encryption} */ encryption) => {
    const attempt = new Attempt(options, encryption, findings, tell);
    stay.follow(attempt);
    await attempt.closed;
  };
  try {
    await dial(options.encryption);
    if (isPlainPeer(findings) && !stay.isOver) {
      findings.isRedialled = true;
      await dial('off');
    }
  } finally {
    stay.close();
    view.close();
  }
  const { handshake, closed } = findings;
  if (handshake !== null && closed?.code === null) return 0;
  const code = closed?.code ? ` (${closed.code})` : '';
  const early = closed?.code ? '' : ' before it shook hands';
  const message = closed?.message ?? '';
  const where = message.includes(options.host) ? '' : `${findings.address}: `;
  throw new ToolError(`${where}${message}${early}${code}`);
}

module.exports = { probe };
