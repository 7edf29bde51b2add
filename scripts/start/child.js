'use strict';

const { fork } = require('node:child_process');
const { EventEmitter } = require('node:events');
const path = require('node:path');

const STOP_GRACE_MS = 3000;
const KEPT_OUTPUT = 16 * 1024; // characters of stderr, for the message about a crash

/** A child process that could not do its work. */
class ChildError extends Error {
  /**
   * @param {string} message
   * @param {string} code
   */
  constructor(message, code) {
    super(message);
    this.name = 'ChildError';
    this.code = code;
  }
}

/**
 * A process that runs one of the programs beside this file (see inside.js) and talks over IPC:
 * objects with an `event` come up and are emitted here, objects with an `ask` go down. When this
 * process dies, for whatever reason, the channel closes and the child ends itself.
 *
 * Emits `failed` with a ChildError once if the child reports a failure or ends unasked.
 */
class Child extends EventEmitter {
  #stderr = '';
  #stopping = false;
  /** @type {ChildError | null} */
  #failure = null;

  /**
   * @param {string} program file name without extension
   * @param {object} settings handed to the program
   */
  constructor(program, settings) {
    super();
    this.program = program;
    this.process = fork(path.join(__dirname, `${program}.js`), [JSON.stringify(settings)], {
      execArgv: ['--no-deprecation'], // peerflix is of 2018 and uses much of what is deprecated now
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    // Not 'close': Node does not emit that once the channel was closed from this side.
    this.ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.stderr?.on('data', (text) => {
      this.#stderr = (this.#stderr + text).slice(-KEPT_OUTPUT);
    });
    this.process.on('message', (/** @type {any} */ message) => this.#onMessage(message));
    this.process.on('error', (error) =>
      this.#fail(new ChildError(error.message, 'ERR_START_CHILD')),
    );
    this.process.on('close', (code, signal) => {
      if (this.#stopping || this.#failure) return;
      if (this.#stderr) process.stderr.write(this.#stderr);
      const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
      this.#fail(new ChildError(`the ${program} ${how}`, 'ERR_START_CHILD'));
    });
  }

  /** @param {any} message */
  #onMessage(message) {
    if (message.event === 'failed') this.#fail(new ChildError(message.message, message.code));
    else this.emit(message.event, message);
  }

  /** @param {ChildError} error */
  #fail(error) {
    if (this.#failure) return;
    this.#failure = error;
    this.emit('failed', error);
  }

  /**
   * The next message of one kind; rejects when the child fails first.
   * @param {string} event
   * @returns {Promise<any>}
   */
  next(event) {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const onEvent = (/** @type {any} */ message) => {
        this.off('failed', onFailed);
        resolve(message);
      };
      const onFailed = (/** @type {ChildError} */ error) => {
        this.off(event, onEvent);
        reject(error);
      };
      this.once(event, onEvent);
      this.once('failed', onFailed);
    });
  }

  /**
   * Sends a question; the answer comes back as the event of the same name.
   * @param {string} question
   */
  ask(question) {
    const answer = this.next(question);
    if (this.process.connected) this.process.send({ ask: question });
    return answer;
  }

  /** Ends the child, with force if it does not go by itself. */
  async stop() {
    this.#stopping = true;
    if (this.process.connected) this.process.disconnect();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), STOP_GRACE_MS);
    await this.ended;
    clearTimeout(timer);
  }

  /** For a process that is about to exit and can wait for nothing. */
  kill() {
    this.#stopping = true;
    this.process.kill('SIGKILL');
  }
}

exports.Child = Child;
exports.ChildError = ChildError;
