'use strict';

// npm run soak: see USAGE. Exits with 1 on any violation.

const { parseArgs } = require('node:util');
const { ensureAddon, ensureDependencies } = require('../../scripts/setup.js');

const USAGE = `npm run soak [-- OPTION...]

A swarm over TCP on loopback, with faults of every kind, in which every block, byte, callback and end
is accounted for; and threads that are ended in the middle of traffic. Half of the wires are piped to
sockets, half have sockets of their own.

  --seconds N   how long (60)
  --wires N     how many wires at a time (200)
  --workers N   how many threads are started and ended (100)
  --threads N   how many threads the native transport has (1)
  --seed N      what decides the faults (random, and printed)
  --help        this
`;

const OPTIONS = /** @type {const} */ ({
  seconds: { type: 'string', default: '60' },
  wires: { type: 'string', default: '200' },
  workers: { type: 'string', default: '100' },
  threads: { type: 'string', default: '1' },
  seed: { type: 'string' },
  help: { type: 'boolean' },
});

class UsageError extends Error {}

/** @param {string} name @param {string} text @param {number} least */
function toInteger(name, text, least) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least || value >= 2 ** 32) {
    throw new UsageError(`--${name} must be an integer from ${least}, not ${text}`);
  }
  return value;
}

/** @param {Record<string, number>} counts */
function list(counts) {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return sorted.map(([name, count]) => `${name} ${count}`).join(', ');
}

/**
 * @param {Awaited<ReturnType<import('./helpers/soak.js').soak>>} result
 * @param {number} seed
 */
function summary({ ledger, memory, workers }, seed) {
  const { totals, violations, violationCount } = ledger;
  const gb = (/** @type {number} */ bytes) => `${(bytes / 1e9).toFixed(2)} GB`;
  const thirds = (/** @type {'heap' | 'rss'} */ kind) => {
    const { first, last } = memory.thirds(kind);
    return `${first.toFixed(1)} MB in the first third, ${last.toFixed(1)} MB in the last`;
  };
  const rows = [
    ['seed', seed],
    ['wires', totals.wires],
    ['  with sockets of their own', totals.native],
    ['blocks, checked by value', `${totals.blocks} (${gb(totals.blockBytes)})`],
    ['sent and received on whole connections', `${gb(totals.accounted)}, to the byte`],
    ['requests on whole connections with Fast', `${totals.accountedRequests}, one answer each`],
    ['requests, callbacks', `${totals.requests}, ${totals.callbacks}`],
    ['  their outcomes', list(ledger.outcomes)],
    ['faults', list(ledger.faults)],
    ['handlers that threw', totals.thrown],
    ['how wires ended', list(ledger.reasons)],
    ['threads ended in traffic', workers],
    ['heap and buffers', thirds('heap')],
    ['resident memory', thirds('rss')],
    ['violations', violationCount],
  ];
  const lines = rows.map(([name, value]) => `${String(name).padEnd(40)} ${value}`);
  return `${[...lines, ...violations.map((text) => `  ${text}`)].join('\n')}\n`;
}

async function main() {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(USAGE);
    return;
  }
  const seconds = toInteger('seconds', values.seconds, 1);
  const wires = toInteger('wires', values.wires, 2);
  const workers = toInteger('workers', values.workers, 0);
  const threads = toInteger('threads', values.threads, 1);
  const random = String(Math.floor(Math.random() * 2 ** 32));
  const seed = toInteger('seed', values.seed ?? random, 0);
  ensureDependencies();
  ensureAddon();
  const { soak } = require('./helpers/soak.js');
  process.stdout.write(`seed ${seed}\n`);
  const isTerminal = process.stdout.isTTY;
  const result = await soak({
    seconds,
    wires,
    workers,
    threads,
    seed,
    onProgress: ({ elapsed, ledger, live, memory, workers: ended }) => {
      const { totals, violationCount } = ledger;
      const line = `${elapsed.toFixed(0)} of ${seconds} s, ${live} wires live, ${totals.wires} done, ${totals.blocks} blocks, ${ended} threads, heap ${memory.heap.at(-1)?.toFixed(1)} MB, rss ${memory.rss.at(-1)?.toFixed(0)} MB, ${violationCount} violations`;
      process.stdout.write(isTerminal ? `\r${line}\x1b[K` : `${line}\n`);
    },
  });
  process.stdout.write(`\n${summary(result, seed)}`);
  if (result.ledger.violationCount > 0) process.exitCode = 1;
}

main().catch((error) => {
  const isUsage = error instanceof UsageError || String(error.code).startsWith('ERR_PARSE_ARGS');
  process.stderr.write(isUsage ? `${error.message}\n\n${USAGE}` : `${error.stack}\n`);
  process.exitCode = isUsage ? 2 : 1;
});
