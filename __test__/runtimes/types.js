'use strict';

// node __test__/runtimes/types.js: whether the package's types compile in every consumer's project.

const { ensureDependencies } = require('../../scripts/setup.js');
const { compileAll } = require('./consumers.js');
const { ensureTools } = require('./tools.js');

ensureDependencies();
ensureTools();
for (const { name, says } of compileAll()) {
  process.stdout.write(`${says === '' ? 'ok' : 'FAILED'}: ${name}\n${says}`);
  if (says !== '') process.exitCode = 1;
}
