'use strict';

// The fuzz of the border between Node and the addon, for as long as wanted:
//   npm run fuzz:border -- [--seconds N] [--seed N]
// and the cases of a seed, or one of them, again, as a failure names them:
//   npm run fuzz:border -- --seed N [--case N]

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { MOST_SEEDS, UsageError, parseArguments } = require('./arguments.js');

const CHILD = path.join(__dirname, 'child.js');

/**
 * @param {string} file
 * @returns {number | null} the case under way
 */
function marked(file) {
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  return text === '' ? null : Number(text);
}

/**
 * Runs the cases of a seed.
 * @param {ReturnType<typeof parseArguments> & { seed: number }} options
 * @returns {Promise<boolean>} whether nothing was found
 */
async function run({ seconds, seed, only, patience, plant }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'border-'));
  const mark = path.join(folder, 'case');
  const args = ['--seconds', seconds, '--seed', seed, '--mark', mark];
  if (only !== null) args.push('--case', only);
  if (plant !== null) args.push('--plant', plant);
  process.stdout.write(`border: seed ${seed}\n`);
  const child = spawn(process.execPath, ['--expose-gc', CHILD, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
  });

  let hangs = false;
  let last = { number: marked(mark), since: Date.now() };
  const watchdog = setInterval(() => {
    const number = marked(mark);
    if (number !== last.number) last = { number, since: Date.now() };
    else if (Date.now() - last.since > 1000 * patience) {
      hangs = true;
      child.kill('SIGKILL');
    }
  }, 500);
  try {
    const [code, signal] = await new Promise((resolve, reject) => {
      child.on('error', reject).on('close', (...end) => resolve(end));
    });
    if (code === 0) {
      const { counts, payloads } = JSON.parse(output);
      const cases = Object.values(counts).reduce((sum, count) => sum + count, 0);
      const list = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
      process.stdout.write(
        `border: ${cases} cases without a finding (${list.join(', ')}), ${payloads} payloads kept; seed ${seed}\n`,
      );
      return true;
    }
    const how = hangs ? 'it hangs' : (signal ?? `exit code ${code}`);
    process.stdout.write(
      `border: a finding (${how})\nagain: npm run fuzz:border -- --seed ${seed} --case ${marked(mark)}\n`,
    );
    return false;
  } finally {
    clearInterval(watchdog);
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function main() {
  try {
    const options = parseArguments(process.argv.slice(2));
    const seed = options.seed ?? Math.floor(Math.random() * MOST_SEEDS);
    if (!(await run({ ...options, seed }))) process.exitCode = 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}

main();
