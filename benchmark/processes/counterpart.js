'use strict';

const { fork } = require('node:child_process');
const { EventEmitter } = require('node:events');
const path = require('node:path');
const { onCore } = require('../pin.js');

/**
 * The process at the other end of a socket, seen from the one that is measured. It runs a program of
 * this folder, or a file given by its whole path, and emits what that tells over IPC.
 */
class Counterpart extends EventEmitter {
  #process;
  #closing = false;

  /**
   * @param {string} program
   * @param {object} settings
   * @param {number} [core] to keep to
   */
  constructor(program, settings, core) {
    super();
    const file = path.isAbsolute(program) ? program : path.join(__dirname, `${program}.js`);
    this.#process = fork(file, [JSON.stringify(settings)], {
      ...onCore(core, ['--no-deprecation']),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#process.on('message', (/** @type {any} */ message) => this.emit(message.event, message));
    this.#process.once('exit', (code, signal) => {
      if (!this.#closing) this.emit('error', new Error(`${program} ended (${signal ?? code})`));
    });
  }

  /**
   * The next message of one kind. An end of the process ends this one too: nobody listens for it.
   * @param {string} event
   * @returns {Promise<any>}
   */
  next(event) {
    return new Promise((resolve) => this.once(event, resolve));
  }

  close() {
    this.#closing = true;
    if (this.#process.connected) this.#process.disconnect();
  }
}

module.exports = { Counterpart };
