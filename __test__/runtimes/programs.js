'use strict';

// Runs one of the programs, and reads what it has found out.

const path = require('node:path');
const { runIn } = require('./process.js');

/** @typedef {import('./runtimes.js').Runtime} Runtime */
/** @typedef {{ check: string, wrong: string | null }} Check something found out; wrong: in what way */

/** Milliseconds a program may take, on a busy machine. */
const LIMIT = 120_000;

/** Of its complaints, what is told. @param {string} complaint */
const firstError = (complaint) =>
  complaint.split('\n').find((line) => /error|assert|panic/i.test(line)) ?? '';

/**
 * @param {Runtime} runtime
 * @param {string} program a file of the project
 * @param {string} project its folder
 * @returns {Promise<Check[]>}
 */
async function playProgram(runtime, program, project) {
  const file = path.join(project, program);
  const how = { cwd: project, limit: LIMIT, cache: path.join(project, 'cache') };
  const { ended, output, complaint } = await runIn(runtime, runtime.run(file), how);
  /** @type {Check[]} */
  const checks = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  const wrong = ended === 0 ? null : `${ended} ${firstError(complaint)}`.trim();
  return [...checks, { check: 'it ends by itself', wrong }];
}

module.exports = { playProgram };
