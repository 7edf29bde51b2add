'use strict';

// A short soak: see run.js for the long one.

const assert = require('node:assert/strict');
const { fork } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { test } = require('node:test');
const { FAULTS } = require('./helpers/faults.js');

/** @param {import('node:test').TestContext} t @param {number} threads of the native transport */
async function soakShortly(t, threads) {
  const seed = Math.floor(Math.random() * 2 ** 32);
  t.diagnostic(
    `again: npm run soak -- --seconds 5 --workers 5 --threads ${threads} --seed ${seed}`,
  );
  const options = { seconds: 5, wires: 200, workers: 5, threads, seed };
  const child = fork(path.join(__dirname, 'helpers/child.js'), [JSON.stringify(options)]);
  t.after(() => child.kill('SIGKILL'));
  const exit = once(child, 'exit');
  const [result] = await Promise.race([once(child, 'message'), exit]);
  assert.equal(typeof result, 'object', `seed ${seed}: the process ended: ${await exit}`);
  const { totals, faults, violations, workers } = result;
  assert.deepEqual(violations, [], `seed ${seed}`);
  // That there was something to account for, even on a busy machine.
  assert.ok(totals.wires >= 200, `${totals.wires} wires`);
  assert.ok(totals.native >= 50, `${totals.native} wires with sockets of their own`);
  assert.ok(totals.blocks >= 1000, `${totals.blocks} blocks`);
  assert.ok(totals.accounted > 0, 'no connection stayed whole');
  assert.ok(totals.accountedRequests > 0, 'no connection with Fast stayed whole');
  assert.equal(totals.requests, totals.callbacks);
  assert.equal(workers, 5);
  assert.ok(Object.keys(faults).length > Object.keys(FAULTS).length / 2, JSON.stringify(faults));
  // By itself: nothing is left that keeps it.
  assert.deepEqual(await exit, [0, null]);
}

for (const threads of [1, 2]) {
  const name = `five seconds of traffic and faults, all accounted for: transport of ${threads} threads`;
  test(name, (t) => soakShortly(t, threads));
}
