'use strict';

const { parseArgs } = require('node:util');
const plants = require('./plants.js');

const USAGE =
  'usage: run.js [--seconds N] [--seed N] [--case N] [--patience SECONDS] [--plant NAME]';
const MOST_SEEDS = 2 ** 32 - 1;

class UsageError extends Error {
  constructor(message) {
    super(`${message}\n${USAGE}`);
  }
}

/** @param {string[]} args */
function parseArguments(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        seconds: { type: 'string', default: '60' },
        seed: { type: 'string' },
        case: { type: 'string' },
        // Without a case done for so long, the process hangs.
        patience: { type: 'string', default: '120' },
        plant: { type: 'string' },
        mark: { type: 'string' },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const number = (name, least, most) => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new UsageError(`--${name} must be an integer from ${least} to ${most}`);
    }
    return value;
  };
  if (values.case !== undefined && values.seed === undefined) {
    throw new UsageError('--case needs its --seed');
  }
  if (values.plant !== undefined && !(values.plant in plants)) {
    throw new UsageError(`--plant must be one of: ${Object.keys(plants).join(', ')}`);
  }
  return {
    seconds: number('seconds', 1, 1e6),
    seed: values.seed === undefined ? null : number('seed', 0, MOST_SEEDS),
    only: values.case === undefined ? null : number('case', 0, MOST_SEEDS),
    patience: number('patience', 1, 1e6),
    plant: values.plant ?? null,
    mark: values.mark ?? null,
  };
}

module.exports = { MOST_SEEDS, UsageError, parseArguments };
