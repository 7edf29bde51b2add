'use strict';

// The differential test, for as long as wanted:
//   node __test__/compat/differential/run.js --runs 1000000 [--seed N] [--workers 2]
// and one conversation again, as a failure names it:
//   node __test__/compat/differential/run.js --seed N --path P

const { fork } = require('node:child_process');
const { join } = require('node:path');
const { parseArgs } = require('node:util');
const { Statistics } = require('./statistics');

/** Conversations to a seed: a failure is found again within that many. */
const BATCH = 1000;
const MOST_SEEDS = 0x7fffffff;

function usage(message) {
  process.stderr.write(
    `${message}\nusage: run.js [--runs N] [--seed N] [--workers N] [--path P]\n`,
  );
  process.exit(2);
}

function parse() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '100000' },
      seed: { type: 'string' },
      workers: { type: 'string', default: '2' },
      path: { type: 'string' },
    },
  });
  const number = (name, least) => {
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < least)
      usage(`--${name} must be an integer from ${least}`);
    return value;
  };
  if (values.path !== undefined && values.seed === undefined) usage('--path needs its --seed');
  return {
    runs: number('runs', 1),
    seed: values.seed === undefined ? Math.floor(Math.random() * MOST_SEEDS) : number('seed', 0),
    workers: number('workers', 1),
    path: values.path,
  };
}

/** @param {ReturnType<typeof parse>} options */
function run({ runs, seed, workers, path }) {
  const statistics = new Statistics();
  const hits = {};
  const started = Date.now();
  let nextBatch = 0;
  let working = 0;
  let failed = false;
  let shown = started;

  const batches = path === undefined ? Math.ceil(runs / BATCH) : 1;
  const take = () => {
    if (failed || nextBatch === batches) return null;
    const batch = nextBatch++;
    return {
      seed: (seed + batch) % MOST_SEEDS,
      runs: path === undefined ? Math.min(BATCH, runs - batch * BATCH) : 1,
      path,
    };
  };

  function progress() {
    const every = process.stderr.isTTY ? 500 : 10_000;
    if (Date.now() - shown < every) return;
    shown = Date.now();
    const done = statistics.conversations;
    const seconds = (shown - started) / 1000;
    const left = Math.round((seconds * (runs - done)) / Math.max(done, 1));
    const line = `${done} of ${runs} conversations (${Math.floor((100 * done) / runs)} %), ${Math.round(done / seconds)} a second, ${left} s left`;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  function finish() {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    if (failed) return;
    console.log(String(statistics));
    console.log(
      `permitted differences: ${Object.entries(hits)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ')}`,
    );
    console.log(`no difference; seed ${seed}`);
  }

  function fail(text) {
    failed = true;
    process.exitCode = 1;
    console.log(`\n${text}`);
  }

  for (let k = 0; k < Math.min(workers, batches); k++) {
    const worker = fork(join(__dirname, 'worker.js'));
    working++;
    const next = () => {
      const batch = take();
      if (batch) worker.send(batch);
      else worker.disconnect();
    };
    worker.on('message', (/** @type {any} */ message) => {
      if (message.found) {
        fail(
          `${message.found.text}\nagain: node __test__/compat/differential/run.js --seed ${message.found.seed} --path ${message.found.path}`,
        );
      } else {
        statistics.merge(message.statistics);
        for (const [name, count] of Object.entries(message.hits))
          hits[name] = (hits[name] ?? 0) + count;
        progress();
      }
      next();
    });
    worker.on('exit', (code, signal) => {
      if (code !== 0)
        fail(
          `a worker died (${signal ?? `exit code ${code}`}) with a seed from ${seed} to ${seed + nextBatch - 1}`,
        );
      if (--working === 0) finish();
    });
    next();
  }
}

try {
  run(parse());
} catch (error) {
  if (!String(error?.code).startsWith('ERR_PARSE_ARGS')) throw error;
  usage(error.message);
}
