'use strict';

// A thread with a swarm of its own, which never stops by itself.

const { parentPort, workerData } = require('node:worker_threads');
const { Ledger, Thrown } = require('./ledger.js');
const { Swarm } = require('./swarm.js');

const ledger = new Ledger();
process.on('uncaughtException', (error) => {
  if (!(error instanceof Thrown)) parentPort?.postMessage({ violation: error.stack });
});
const busy = setInterval(() => {
  if (ledger.totals.blocks < 20) return;
  clearInterval(busy);
  parentPort?.postMessage('busy');
}, 1);
setInterval(() => {
  if (ledger.violationCount > 0)
    parentPort?.postMessage({ violation: ledger.violations.join('; ') });
}, 10);
new Swarm({ wires: workerData.wires, seed: workerData.seed, ledger }).start();
