'use strict';

// The types as pages, in target/docs-api. Whatever is public and says nothing of itself, or points at
// nothing, is a failure.

const { spawnSync } = require('node:child_process');
const path = require('node:path');
const { ROOT, SetupError, ensureDependencies } = require('../setup.js');
const { tool } = require('./tools.js');

const CONFIG = path.join(__dirname, 'typedoc.config.js');
const OUT = path.join(ROOT, 'target/docs-api');

/** @returns {{ status: number | null, output: string }} */
function build() {
  // The types of Node are among the repository's own dependencies.
  ensureDependencies();
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [tool('typedoc'), '--options', CONFIG],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' }, windowsHide: true },
  );
  return { status, output: stdout + stderr };
}

module.exports = { OUT, build };

if (require.main === module) {
  try {
    const { status, output } = build();
    process.stdout.write(output);
    process.exitCode = status ?? 1;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    process.stderr.write(`docs: ${error.message} (${error.code})\n`);
    process.exitCode = 1;
  }
}
