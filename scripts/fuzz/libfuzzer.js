'use strict';

const { spawn, spawnSync } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { FUZZ } = require('./build.js');
const { Reading } = require('./reading.js');

/** @typedef {import('./reading.js').Result} Result */

/** Longest input, in bytes. Small inputs stand for large messages. */
const MAX_INPUT = 2048;
const MAX_SECONDS_PER_INPUT = 10;
/** Above what any input takes by far. */
const MAX_MEMORY = 512; // MiB

/**
 * The folders of a target: what runs have found, what is committed, and where a crash goes.
 * @param {string} target
 */
function folders(target) {
  const own = {
    found: path.join(FUZZ, 'target', 'found', target),
    corpus: path.join(FUZZ, 'corpus', target),
    regressions: path.join(FUZZ, 'regressions', target),
    artifacts: path.join(FUZZ, 'artifacts', target),
  };
  for (const folder of [own.found, own.corpus, own.artifacts]) {
    fs.mkdirSync(folder, { recursive: true });
  }
  return own;
}

/**
 * @param {string} target
 * @param {string} programs
 * @param {number} seconds
 * @returns {Promise<Result>}
 */
async function fuzz(target, programs, seconds) {
  const { found, corpus, regressions, artifacts } = folders(target);
  const args = [
    `-max_total_time=${Math.max(1, seconds)}`,
    `-max_len=${MAX_INPUT}`,
    `-timeout=${MAX_SECONDS_PER_INPUT}`,
    `-rss_limit_mb=${MAX_MEMORY}`,
    `-artifact_prefix=${artifacts}${path.sep}`,
    '-print_final_stats=1',
    found,
    corpus,
  ];
  if (fs.existsSync(regressions)) args.push(regressions);
  const child = spawn(path.join(programs, target), args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const closed = once(child, 'close');
  const reading = new Reading(target);
  for await (const line of readline.createInterface({ input: child.stderr })) reading.add(line);
  const [code, signal] = await closed;
  return reading.result(code === 0 ? null : (signal ?? `exit code ${code}`));
}

/**
 * Replaces the committed corpus by the fewest inputs that reach every edge reached so far: those of
 * the unoptimised program, which are those of the source, and those that optimising adds.
 * @param {string} target
 * @param {string[]} programs folders
 */
function minimise(target, programs) {
  const { found, corpus } = folders(target);
  const fresh = path.join(FUZZ, 'target', 'minimised', target);
  fs.rmSync(fresh, { recursive: true, force: true });
  fs.mkdirSync(fresh, { recursive: true });
  // Without the counts of each edge: those would keep ten times as many.
  const args = ['-set_cover_merge=1', '-use_counters=0', `-max_len=${MAX_INPUT}`];
  for (const folder of programs) {
    const inputs = [fresh, corpus, found];
    const { status, stderr } = spawnSync(path.join(folder, target), [...args, ...inputs], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`${target} could not be minimised:\n${stderr}`);
  }
  fs.rmSync(corpus, { recursive: true });
  fs.cpSync(fresh, corpus, { recursive: true });
  const sizes = fs.readdirSync(corpus).map((name) => fs.statSync(path.join(corpus, name)).size);
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  process.stdout.write(`${target}: ${sizes.length} inputs, ${bytes} bytes\n`);
}

module.exports = { fuzz, minimise };
