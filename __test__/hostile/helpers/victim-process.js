'use strict';

const { fork } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { HealthyPeer } = require('./healthy.js');
const { Peer } = require('./peer.js');

/** Megabytes of heap that the attacked process may have. */
const HEAP_MB = 256;

const VICTIM = path.join(__dirname, 'victim.js');

/** @typedef {import('./doors.js').Kind} Kind */
/** @typedef {{ threads?: number, files?: number }} Setting threads of the native transport, and how many
 *   files the process may have open at most */

/** The attacked process, seen from outside, with a healthy peer connected to it. */
class Victim {
  /** What it wrote on stderr. */
  stderr = '';
  #child;
  /** @type {HealthyPeer | null} */
  #healthy = null;

  /**
   * @param {Kind} kind
   * @param {Setting} [setting]
   */
  constructor(kind, { threads = 1, files } = {}) {
    this.kind = kind;
    const execArgv = [
      `--max-old-space-size=${HEAP_MB}`,
      '--expose-gc',
      '--unhandled-rejections=strict',
    ];
    const env = { ...process.env, PEER_WIRE_PROTOCOL_THREADS: String(threads) };
    const options = { silent: true, env };
    const limited = ['-c', `ulimit -n ${files} && exec "$0" "$@"`, process.execPath, ...execArgv];
    this.#child =
      files === undefined
        ? fork(VICTIM, [kind], { ...options, execArgv })
        : fork(VICTIM, [kind], { ...options, execPath: 'sh', execArgv: limited });
    this.#child.stderr?.on('data', (text) => {
      this.stderr += text;
    });
    /** Resolves with how it ended. @type {Promise<{ code: number | null, signal: string | null }>} */
    this.exit = once(this.#child, 'close').then(([code, signal]) => ({ code, signal }));
    this.exit.then(() => {
      this.gone = true;
    });
    this.gone = false;
  }

  /**
   * @param {Kind} kind
   * @param {Setting} [setting]
   */
  static async start(kind, setting) {
    const victim = new Victim(kind, setting);
    const [port] = await once(victim.#child, 'message');
    victim.#healthy = await HealthyPeer.connect(port);
    return victim;
  }

  /**
   * An attack is to be played.
   * @param {{ options?: object, program?: import('./client.js').Program }} row
   * @returns {Promise<import('./peer.js').Way[]>} how its wires are met: those without an `error`
   *   listener, and those with one
   */
  async begin({ options, program }) {
    const ports = (await this.ask('begin', { options, program })) ?? [];
    // A wire with a socket of its own that speaks first is one that has dialled.
    const isCalled = this.kind === 'native socket' && program?.begins;
    return ports.map((/** @type {number} */ port, /** @type {number} */ i) =>
      isCalled
        ? Peer.dialled((ours) =>
            this.#child.send({ command: 'call', port: ours, listens: i === 1 }),
          )
        : Peer.dialling(port),
    );
  }

  get healthy() {
    return /** @type {HealthyPeer} */ (this.#healthy);
  }

  /**
   * @param {string} command
   * @param {object} [row]
   * @returns {Promise<any>} its answer, or null when it has ended
   */
  ask(command, row) {
    if (this.gone || !this.#child.connected) return Promise.resolve(null);
    const answer = once(this.#child, 'message').then(([message]) => message);
    this.#child.send({ command, ...row }, () => {});
    return Promise.race([answer, this.exit.then(() => null)]);
  }

  /** Ends it, if it has not ended by itself. */
  async stop() {
    await this.#healthy?.stop();
    this.#child.kill('SIGKILL');
    await this.exit;
  }
}

module.exports = { HEAP_MB, Victim };
