'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { Child } = require('./child.js');

const SIGNALS = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * The temporary folder and the child processes of one run. Whatever way this process ends, short
 * of SIGKILL, they end with it; for that one, see inside.js.
 */
class Workspace {
  /** @type {import('./child.js').Child[]} */
  #children = [];
  #onExit = () => this.#removeAtExit();

  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-native-'));
    process.once('exit', this.#onExit);
    for (const signal of SIGNALS) {
      process.once(signal, () => process.exit(128 + os.constants.signals[signal]));
    }
  }

  /**
   * @param {string} program
   * @param {object} settings
   */
  spawn(program, settings) {
    const child = new Child(program, { ...settings, folder: this.folder });
    this.#children.push(child);
    return child;
  }

  /**
   * Rejects as soon as any of the children fails.
   * @returns {Promise<never>}
   */
  anyFailure() {
    return new Promise((_, reject) => {
      for (const child of this.#children) child.once('failed', reject);
    });
  }

  async close() {
    await Promise.all(this.#children.map((child) => child.stop()));
    this.#remove();
    process.off('exit', this.#onExit);
  }

  #removeAtExit() {
    for (const child of this.#children) child.kill();
    this.#remove();
  }

  #remove() {
    fs.rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

exports.Workspace = Workspace;
