'use strict';

const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');

const TAIL_LINES = 15;
const LONGEST_LOG = 256 * 1024;

/** @type {Set<Sandbox>} those with something to clear away */
const open = new Set();

/** A program at work: what it says, and when it ends. */
class Program {
  #log = '';

  /**
   * @param {string} name
   * @param {import('node:child_process').ChildProcess} child
   */
  constructor(name, child) {
    this.name = name;
    this.child = child;
    /** Where it says more than on its standard output. @type {string | null} */
    this.logFile = null;
    const keep = (/** @type {Buffer} */ text) => {
      this.#log = (this.#log + text).slice(-LONGEST_LOG);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    /** Its exit code, a signal's name or what kept it from starting. @type {Promise<number | string>} */
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(code ?? signal ?? 'no code'));
    });
  }

  /** The last lines of what it said. */
  tail() {
    const hasFile = this.logFile !== null && fs.existsSync(this.logFile);
    const log = hasFile ? fs.readFileSync(String(this.logFile), 'utf8') : this.#log;
    return log.trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
  }

  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}

/** The folders and processes of a run. */
class Sandbox {
  /** @type {Program[]} */
  #programs = [];
  /** @type {string[]} */
  #folders = [];
  /** @type {(() => void)[]} */
  #chores = [];

  constructor() {
    open.add(this);
  }

  /** A new folder, for as long as this lasts. */
  folder() {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'interop-'));
    this.#folders.push(folder);
    return folder;
  }

  /** @param {() => void} chore to be done when this closes */
  onClose(chore) {
    this.#chores.push(chore);
  }

  /**
   * @param {string} command
   * @param {readonly string[]} args
   * @param {import('node:child_process').SpawnOptions} [options]
   */
  spawn(command, args, options) {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const program = new Program(path.basename(command), child);
    this.#programs.push(program);
    return program;
  }

  /** The last of what all programs have said. */
  tail() {
    return this.#programs.map((program) => `${program.name}:\n${program.tail()}`).join('\n');
  }

  async close() {
    await Promise.all(this.#programs.map((program) => program.kill()));
    this.closeNow();
  }

  /** For when there is no time to wait. */
  closeNow() {
    for (const chore of this.#chores.splice(0)) chore();
    for (const { child } of this.#programs) child.kill('SIGKILL');
    for (const folder of this.#folders) {
      fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    }
    open.delete(this);
  }
}

function clearOnExit() {
  process.once('exit', () => {
    for (const sandbox of open) sandbox.closeNow();
  });
  for (const [signal, code] of /** @type {const} */ ([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ])) {
    process.once(signal, () => process.exit(code));
  }
}

/** @returns {Promise<number>} a port of 127.0.0.1 nobody listens on */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {net.AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/**
 * The first match in what a command prints, or null where it is not installed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {RegExp} pattern with one group
 */
function versionOf(command, args, pattern) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status === null) return null;
  return pattern.exec(`${stdout}\n${stderr}`)?.[1] ?? null;
}

/**
 * @template T
 * @param {() => Promise<T | null | undefined | false>} look what throws is tried again as well
 * @param {string} what is waited for
 * @param {number} [milliseconds]
 * @returns {Promise<T>}
 */
async function poll(look, what, milliseconds = 15_000) {
  const end = performance.now() + milliseconds;
  let last = '';
  while (performance.now() < end) {
    try {
      const found = await look();
      if (found) return found;
    } catch (error) {
      last = `: ${/** @type {Error} */ (error).message}`;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} took over ${milliseconds / 1000} s${last}`);
}

module.exports = { Sandbox, clearOnExit, freePort, poll, versionOf };
