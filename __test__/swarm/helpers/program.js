'use strict';

const { spawn } = require('node:child_process');
const { once } = require('node:events');

/** Milliseconds a program may take. */
const LIMIT = 20_000;

/**
 * Runs a program with a swarm, in a process of its own.
 * @param {import('node:test').TestContext} t
 * @param {string} module path of what makes the swarm
 * @param {string} program where `Swarm` is what makes one, and `swarm` one
 */
async function run(t, module, program) {
  const text = `
    const Swarm = require(${JSON.stringify(module)});
    const make = (options) => Swarm('aa'.repeat(20), '-XX0001-abcdefghijkl', options);
    const swarm = make({});
    ${program}`;
  const start = performance.now();
  const child = spawn(process.execPath, ['--no-deprecation', '-e', text], { stdio: 'pipe' });
  const timer = setTimeout(() => child.kill(), LIMIT);
  t.after(() => child.kill());
  let said = '';
  let complained = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  child.stderr.on('data', (chunk) => {
    complained += chunk;
  });
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  return { code, signal, said, complained, took: performance.now() - start };
}

module.exports = { run };
