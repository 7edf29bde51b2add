'use strict';

const { fork } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { HealthyPeer } = require('./healthy.js');

/** Megabytes of heap that the attacked process may have. */
const HEAP_MB = 256;

/** @typedef {import('../../../benchmark/implementations.js').Name} Name */

/** The attacked process, seen from outside, with a healthy peer connected to it. */
class Victim {
  /** What it wrote on stderr. */
  stderr = '';
  #child;
  /** @type {HealthyPeer | null} */
  #healthy = null;
  /** @type {{ silent: number, listening: number, healthy: number } | null} */
  #ports = null;

  /** @param {Name} name of the implementation */
  constructor(name) {
    this.#child = fork(path.join(__dirname, 'victim.js'), [name], {
      execArgv: [`--max-old-space-size=${HEAP_MB}`, '--expose-gc', '--unhandled-rejections=strict'],
      silent: true,
    });
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

  /** @param {Name} name */
  static async start(name) {
    const victim = new Victim(name);
    const [ports] = await once(victim.#child, 'message');
    victim.#ports = ports;
    victim.#healthy = await HealthyPeer.connect(ports.healthy);
    return victim;
  }

  get ports() {
    return /** @type {NonNullable<typeof this.#ports>} */ (this.#ports);
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
