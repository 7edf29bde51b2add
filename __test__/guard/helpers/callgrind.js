'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '../../..');
const MANIFEST = path.join(ROOT, 'benches/Cargo.toml');
const TARGET = path.join(ROOT, 'target/guard');
const PROGRAM = 'decode_fixed';

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const { error, status, stdout, stderr } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${stderr}`);
  return stdout;
}

function hasValgrind() {
  return spawnSync('valgrind', ['--version']).status === 0;
}

/** What decides how many instructions the same source becomes. */
function compiler() {
  const version = run('rustc', ['--version', '--verbose']);
  const field = (name) => new RegExp(`^${name}: (.*)$`, 'm').exec(version)[1];
  return { rustc: field('release'), host: field('host') };
}

/**
 * Builds the program.
 * @returns {string} where it is
 */
function build() {
  const what = ['--release', '--locked', '--manifest-path', MANIFEST, '--bin', PROGRAM];
  const how = ['--target-dir', TARGET, '--message-format', 'json'];
  const messages = run('cargo', ['build', ...what, ...how])
    .trim()
    .split('\n');
  const { executable } = messages
    .map((line) => JSON.parse(line))
    .find(({ reason, target }) => reason === 'compiler-artifact' && target.name === PROGRAM);
  return executable;
}

const PASSES = 10;

/**
 * Of what is deciphered first, only what is done beside that is counted: the cipher takes 17
 * instructions a byte, and a chunk's decoding would not be seen next to it. It has cases of its own.
 */
const BESIDE = { 'open-64k': 'cipher-64k', 'open-1448': 'cipher-1448' };

/**
 * @param {string} program
 * @param {string} name
 */
function instructionsOf(program, name) {
  const beside = BESIDE[name];
  return instructionsOfAll(program, name) - (beside ? instructionsOfAll(program, beside) : 0);
}

/**
 * The instructions of one pass over a case, in the program's own code: libc picks its `memcpy` by
 * the processor. What the program does before and after is in both runs, and falls out.
 * @param {string} program
 * @param {string} name
 */
function instructionsOfAll(program, name) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'callgrind-'));
  try {
    const count = (times) => {
      const file = path.join(folder, String(times));
      const options = ['--tool=callgrind', `--callgrind-out-file=${file}`];
      run('valgrind', [...options, program, name, String(times)]);
      return ownInstructions(fs.readFileSync(file, 'utf8'), program);
    };
    return Math.round((count(1 + PASSES) - count(1)) / PASSES);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Sums up what a callgrind file says an object spent itself.
 * @param {string} text
 * @param {string} object its path
 */
function ownInstructions(text, object) {
  const names = new Map();
  let current = '';
  let isCall = false;
  let sum = 0;
  for (const line of text.split('\n')) {
    const place = /^c?ob=\((\d+)\)(?: (.*))?$/.exec(line);
    if (place) {
      const [, id, name] = place;
      if (name !== undefined) names.set(id, name);
      if (line.startsWith('ob=')) current = names.get(id);
    } else if (line.startsWith('calls=')) {
      isCall = true; // the next line is what the callee spent
    } else if (/^[-+*\d]/.test(line)) {
      if (!isCall && current === object) sum += Number(line.split(' ')[1]);
      isCall = false;
    }
  }
  if (sum === 0) throw new Error(`callgrind saw no instruction of ${object}`);
  return sum;
}

module.exports = { build, compiler, hasValgrind, instructionsOf };
