'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');

const TARGETS = fs
  .readdirSync(path.join(__dirname, '../../fuzz/fuzz_targets'))
  .map((file) => path.parse(file).name)
  .sort();

const DEFAULT_SECONDS = 60;
const MAX_SECONDS = 7 * 24 * 60 * 60;

const USAGE = `Usage: npm run fuzz -- [options]

Runs the fuzz targets of the Rust crate, one after another. What they find is kept in
fuzz/target/found and gone on from the next time.

Options:
  --seconds N      how long, all targets together (default ${DEFAULT_SECONDS}, at least 1 a target)
  --target NAME    only this one: ${TARGETS.join(', ')}
  --minimise       no run: replace fuzz/corpus by the fewest inputs found that reach as much code
  --help           show this text
`;

/** A mistake in the command line: told in one line, exit code 2. */
class UsageError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'UsageError';
    this.code = 'ERR_FUZZ_USAGE';
  }
}

/**
 * @typedef {object} FuzzArguments
 * @property {boolean} help
 * @property {boolean} minimising
 * @property {number} seconds
 * @property {string[]} targets
 */

/**
 * @param {string[]} args
 * @returns {FuzzArguments}
 */
function parseArguments(args) {
  const values = read(args);
  const targets = values.target === undefined ? TARGETS : [values.target];
  for (const target of targets) {
    if (!TARGETS.includes(target)) {
      throw new UsageError(`--target takes ${TARGETS.join(', ')}, not '${target}'`);
    }
  }
  return {
    help: values.help === true,
    minimising: values.minimise === true,
    seconds: parseSeconds(values.seconds, targets.length),
    targets,
  };
}

/** @param {string[]} args */
function read(args) {
  try {
    return parseArgs({
      args,
      options: {
        help: { type: 'boolean', short: 'h' },
        minimise: { type: 'boolean' },
        seconds: { type: 'string' },
        target: { type: 'string' },
      },
    }).values;
  } catch (error) {
    // Node explains at length how to pass such a value on; its first sentence names the mistake.
    const [sentence] = /** @type {Error} */ (error).message.split(/\. |\n/);
    throw new UsageError(sentence);
  }
}

/**
 * @param {string | undefined} text
 * @param {number} least
 */
function parseSeconds(text, least) {
  if (text === undefined) return DEFAULT_SECONDS;
  const seconds = Number(text);
  if (!/^\d+$/.test(text) || seconds < least || seconds > MAX_SECONDS) {
    throw new UsageError(
      `--seconds takes a whole number from ${least} to ${MAX_SECONDS}, not '${text}'`,
    );
  }
  return seconds;
}

module.exports = { USAGE, UsageError, parseArguments };
