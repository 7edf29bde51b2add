'use strict';

// The Rust crate alone: node benchmark/crate.js. Runs the criterion benchmarks in benches/, puts what
// it found into a table, and into benchmark/results/crate.json and crate.svg.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { ratioChart } = require('./chart.js');
const { short } = require('./format.js');
const { describeMachine, machineText } = require('./machine.js');
const { markdown } = require('./report.js');

const ROOT = path.resolve(__dirname, '..');
const TARGET = path.join(ROOT, 'target/bench');
const CRITERION = path.join(TARGET, 'criterion');
const RESULTS = path.join(__dirname, 'results');

const OURS = 'this crate';
const EXCHANGE = 'exchange, both sides';

/** The benchmarks, and how many times faster than the other crate this one is to be. */
const BENCHES = [
  { bench: 'codec', theirs: 'librqbit-peer-protocol', least: 1.5 },
  { bench: 'mse', theirs: 'rc4', least: 1 },
];

/** @typedef {{ group: string, name: string, ns: number, per: 'message' | 'GB' }} Figure */

/** @param {string} bench */
function runCriterion(bench) {
  const manifest = path.join(ROOT, 'benches/Cargo.toml');
  const args = ['bench', '--locked', '--manifest-path', manifest, '--target-dir', TARGET];
  const { error, status } = spawnSync('cargo', [...args, '--bench', bench], {
    env: { ...process.env, CRITERION_HOME: CRITERION },
    stdio: ['ignore', 2, 2], // stdout is for the table
  });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/**
 * What criterion left behind: the typical time of an iteration, in nanoseconds.
 * @returns {Figure[]}
 */
function readFigures() {
  return fs
    .readdirSync(CRITERION, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith(path.join('new', 'benchmark.json')))
    .map((file) => {
      const read = (/** @type {string} */ name) =>
        JSON.parse(fs.readFileSync(path.join(CRITERION, path.dirname(file), name), 'utf8'));
      const { group_id: group, function_id: name, throughput } = read('benchmark.json');
      const { slope, mean } = read('estimates.json');
      const time = (slope ?? mean).point_estimate;
      const bytes = throughput?.Bytes;
      if (bytes) return { group, name, ns: time / bytes, per: /** @type {const} */ ('GB') };
      const ns = time / (throughput?.Elements ?? 1);
      return { group, name, ns, per: /** @type {const} */ ('message') };
    });
}

/** @param {Figure | undefined} figure */
function text(figure) {
  if (!figure) return '';
  return figure.per === 'GB' ? `${short(1 / figure.ns)} GB/s` : `${short(figure.ns)} ns`;
}

/**
 * The rows that have both crates.
 * @param {Figure[]} figures
 * @param {{ theirs: string, least: number }} bench
 */
function compare(figures, { theirs: other, least }) {
  const rows = [];
  for (const group of new Set(figures.map((figure) => figure.group))) {
    const of = (/** @type {string} */ name) =>
      figures.find((figure) => figure.group === group && figure.name === name);
    for (const kind of group === 'handshake' ? ['decode/', 'encode/'] : ['']) {
      const [ours, theirs] = [of(kind + OURS), of(kind + other)];
      if (!ours || !theirs) continue;
      const records = of(`${OURS}, to records`) ?? of(`${OURS}, from records, heads only`);
      const ratio = theirs.ns / ours.ns;
      rows.push({ title: kind + group, ours, records, theirs, memcpy: of('memcpy'), ratio, least });
    }
  }
  return rows;
}

/** @typedef {ReturnType<typeof compare>} Rows */

/**
 * @param {Rows} rows
 * @param {string} other
 */
function table(rows, other) {
  const head = ['', OURS, `${OURS}, records`, other, 'memcpy', 'ratio', 'target', 'met'];
  const lines = rows.map(({ title, ours, records, theirs, memcpy, ratio, least }) => [
    title,
    ...[ours, records, theirs, memcpy].map(text),
    short(ratio),
    `≥ ${least}`,
    ratio >= least ? 'yes' : 'NO',
  ]);
  return markdown([head, ...lines]);
}

/**
 * @param {Rows} rows
 * @param {string} machine in one line
 */
function chart(rows, machine) {
  const lines = rows.map(({ title, ratio, least }) => ({
    title,
    ratio: { median: ratio, min: ratio, max: ratio },
    target: { kind: /** @type {const} */ ('at least'), value: least },
    met: ratio >= least,
  }));
  return ratioChart(
    lines,
    `Times as fast as ${BENCHES.map(({ theirs }) => theirs).join(', the cipher as ')}`,
    machine,
  );
}

for (const { bench } of BENCHES) runCriterion(bench);
const figures = readFigures();
const tables = BENCHES.map((bench) => ({ rows: compare(figures, bench), other: bench.theirs }));
for (const { rows, other } of tables) process.stdout.write(`${table(rows, other)}\n\n`);
const exchange = figures.find(({ group }) => group === EXCHANGE);
process.stdout.write(`${EXCHANGE}: ${text(exchange)}\n`);
const rows = tables.flatMap((table) => table.rows);
const machine = describeMachine(1, 0);
fs.mkdirSync(RESULTS, { recursive: true });
const json = JSON.stringify({ machine, figures }, null, 2);
fs.writeFileSync(path.join(RESULTS, 'crate.json'), `${json}\n`);
fs.writeFileSync(path.join(RESULTS, 'crate.svg'), chart(rows, machineText(machine)));
