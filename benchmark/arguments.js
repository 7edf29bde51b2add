'use strict';

const { parseArgs } = require('node:util');

const DEFAULT_ROUNDS = 3;
const MAX_ROUNDS = 99;

const USAGE = `Usage: npm run bench -- [NAME ...] [options]

Measures this package against peer-wire-protocol and bittorrent-protocol, and writes the results of a
whole run to benchmark/results. NAME is a workload, or what the names of several begin with.

Options:
  --list         name the workloads and end
  --rounds N     rounds, each wire in a fresh process in each (default ${DEFAULT_ROUNDS})
  --json         print JSON instead of tables
  --help         show this text
`;

/** A mistake in the command line: told in one line, exit code 2. */
class UsageError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = 'UsageError';
    this.code = 'ERR_BENCH_USAGE';
  }
}

/**
 * @param {string[]} args
 */
function read(args) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        json: { type: 'boolean' },
        list: { type: 'boolean' },
        rounds: { type: 'string' },
      },
    });
  } catch (error) {
    // Node explains at length how to pass such a value on; its first sentence names the mistake.
    const [sentence] = /** @type {Error} */ (error).message.split(/\. |\n/);
    throw new UsageError(sentence);
  }
}

/** @param {string | undefined} text */
function parseRounds(text) {
  if (text === undefined) return DEFAULT_ROUNDS;
  const rounds = Number(text);
  if (!/^\d+$/.test(text) || rounds < 1 || rounds > MAX_ROUNDS) {
    throw new UsageError(`--rounds takes a whole number from 1 to ${MAX_ROUNDS}, not '${text}'`);
  }
  return rounds;
}

/**
 * @param {string[]} args
 * @returns {{ help: boolean, json: boolean, list: boolean, rounds: number, names: string[] }}
 */
function parseArguments(args) {
  const { values, positionals } = read(args);
  return {
    help: values.help === true,
    json: values.json === true,
    list: values.list === true,
    rounds: parseRounds(values.rounds),
    names: positionals,
  };
}

/**
 * The workloads that the names mean, and those that their rows are compared with; all of them if
 * there are no names.
 * @template {{ name: string }} T
 * @param {T[]} workloads
 * @param {{ workloads: string[] }[]} rows
 * @param {string[]} names
 * @returns {T[]}
 */
function select(workloads, rows, names) {
  if (names.length === 0) return workloads;
  const wanted = new Set(names.flatMap((name) => named(workloads, name)));
  for (const row of rows) {
    if (wanted.has(row.workloads[0])) for (const name of row.workloads) wanted.add(name);
  }
  return workloads.filter(({ name }) => wanted.has(name));
}

/**
 * @param {{ name: string }[]} workloads
 * @param {string} name of one, or the beginning of several
 * @returns {string[]}
 */
function named(workloads, name) {
  if (workloads.some((workload) => workload.name === name)) return [name];
  const group = workloads.filter((workload) => workload.name.startsWith(`${name}-`));
  if (group.length === 0) {
    throw new UsageError(`there is no workload '${name}'; --list names them`);
  }
  return group.map((workload) => workload.name);
}

module.exports = { USAGE, UsageError, parseArguments, select };
