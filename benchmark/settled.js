'use strict';

const { turn } = require('./feed.js');

const TURNS = 4;

/** @returns {Promise<NodeJS.MemoryUsage>} what is left when all garbage is gone */
async function settled() {
  if (!globalThis.gc) throw new Error('run with --expose-gc');
  for (let i = 0; i < TURNS; i++) {
    globalThis.gc();
    await turn();
  }
  return process.memoryUsage();
}

module.exports = { settled };
