'use strict';

const { name, version } = require('../../package.json');
const { parseArguments } = require('./arguments.js');
const Output = require('./output.js');
const { safe } = require('./text.js');
const { ToolError, USAGE, UsageError } = require('./usage.js');

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
async function run(args) {
  const options = parseArguments(args);
  const output = new Output(process.stdout);
  // Each is required when it is wanted: the addon is not there before it is built.
  switch (options.command) {
    case 'help':
      output.write(USAGE);
      return 0;
    case 'version':
      output.write(`${version}\n`);
      return 0;
    case 'build':
      return build(options, output);
    case 'probe':
      return require('./probe/index.js').probe(options, output);
    case 'decode':
      return require('./decode/index.js').decode(options, output);
  }
}

/**
 * @param {{ source?: string }} options
 * @param {Output} output
 */
function build(options, output) {
  const { BuildError, build: make } = require('./build.js');
  try {
    output.write(`built ${make(options)}\n`);
    return 0;
  } catch (error) {
    if (error instanceof BuildError) throw new ToolError(error.message);
    throw error;
  }
}

/**
 * The command.
 * @param {string[]} args
 */
async function main(args) {
  try {
    process.exitCode = await run(args);
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error);
    const isUsage = error instanceof UsageError;
    // Whatever has no code is a mistake of ours, and its stack is wanted.
    if (!isUsage && !(error instanceof ToolError) && code === undefined) throw error;
    process.exitCode = isUsage ? 2 : 1;
    const hint = isUsage ? ` (${name} --help tells more)` : '';
    process.stderr.write(`${name}: ${safe(message, 1000)}${hint}\n`);
  }
}

module.exports = { main };
