'use strict';

// What npm runs after `npm install` in a clone, and for a dependency on a git repository: there is no
// addon in it, so it is built. Not part of what is published.

const { SetupError, ensureAddon } = require('./setup.js');

try {
  ensureAddon();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`prepare: ${error.message} (${error.code})\n`);
  process.exitCode = 1;
}
