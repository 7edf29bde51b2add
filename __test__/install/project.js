'use strict';

// A clean project, as a person has it who installs the package.

const fs = require('node:fs');
const path = require('node:path');
const { Failure, run, transcript } = require('./command.js');

const PROGRAMS = path.join(__dirname, 'programs');

/** @typedef {import('./managers.js').Manager} Manager */
/** @typedef {import('./command.js').Outcome} Outcome */

class Project {
  /**
   * @param {string} folder empty
   * @param {NodeJS.ProcessEnv} env in which its commands run
   * @param {object} manifest its package.json, beyond the name
   */
  constructor(folder, env, manifest = {}) {
    this.folder = fs.realpathSync(folder);
    this.env = env;
    const own = { name: 'a-program', version: '1.0.0', private: true };
    this.write('package.json', JSON.stringify({ ...own, ...manifest }, null, 2));
  }

  /** @param {string} name @param {string} text */
  write(name, text) {
    const file = path.join(this.folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }

  /** @param {string} name */
  readJson(name) {
    return JSON.parse(fs.readFileSync(path.join(this.folder, name), 'utf8'));
  }

  /** @param {string} name */
  remove(name) {
    fs.rmSync(path.join(this.folder, name), { recursive: true, force: true });
  }

  /**
   * Programs of programs/, with the package under the name that this project has it by.
   * @param {string} specifier
   * @param {readonly string[]} names
   */
  addPrograms(specifier, names) {
    for (const name of names) {
      const text = fs.readFileSync(path.join(PROGRAMS, name), 'utf8');
      this.write(name, text.replaceAll('peer-wire-protocol-native', specifier));
    }
  }

  /**
   * @param {readonly string[]} command
   * @param {NodeJS.ProcessEnv} [extra]
   * @returns {Promise<Outcome & { said: string }>} whatever its exit code
   */
  async try(command, extra = {}) {
    const env = { ...this.env, ...extra };
    const outcome = await run(command, { cwd: this.folder, env });
    return { ...outcome, said: transcript(command, this.folder, outcome) };
  }

  /**
   * @param {readonly string[]} command
   * @param {NodeJS.ProcessEnv} [extra]
   * @returns {Promise<Outcome & { said: string }>}
   */
  async run(command, extra) {
    const outcome = await this.try(command, extra);
    if (outcome.code !== 0) {
      throw new Failure(`exit code ${outcome.code} of a command`, outcome.said);
    }
    return outcome;
  }

  /**
   * @param {Manager} manager
   * @param {...string} args
   */
  with(manager, ...args) {
    return this.run([...manager.command, ...args]);
  }

  /**
   * Runs a program that tells what it found in JSON.
   * @param {readonly string[]} command
   * @param {NodeJS.ProcessEnv} [extra]
   * @returns {Promise<{ found: any, said: string }>}
   */
  async ask(command, extra) {
    const { stdout, said } = await this.run(command, extra);
    try {
      return { found: JSON.parse(stdout), said };
    } catch {
      throw new Failure('a program did not say what it found', said);
    }
  }
}

module.exports = { Project };
