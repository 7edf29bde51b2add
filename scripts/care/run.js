'use strict';

// What keeps the repository in order and no test sees: a line a check, and exit code 1 if one fails.
//   npm run care [-- NAME...]

const { SetupError, ensureDependencies } = require('../setup.js');

/** @typedef {{ ok: boolean, what: string, details: string[] }} Outcome */

const CHECKS = ['dependencies', 'size', 'licences', 'locks', 'links', 'unused', 'docs', 'audit'];

/** @param {string[]} names of those to be made; none for all */
function run(names) {
  const unknown = names.find((name) => !CHECKS.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`care: there is no check ${unknown}: ${CHECKS.join(', ')}\n`);
    process.exitCode = 2;
    return;
  }
  ensureDependencies();
  for (const name of names.length === 0 ? CHECKS : names) {
    const { ok, what, details } = /** @type {Outcome} */ (require(`./checks/${name}.js`).check());
    process.stdout.write(`${ok ? 'ok    ' : 'FAILED'}  ${name}: ${what}\n`);
    for (const detail of details) process.stdout.write(`          ${detail}\n`);
    if (!ok) process.exitCode = 1;
  }
}

try {
  run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`care: ${error.message} (${error.code})\n`);
  process.exitCode = 1;
}
