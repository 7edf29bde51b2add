'use strict';

// Every formatter and linter, over all three Cargo workspaces. Changes nothing.

const { spawnSync } = require('node:child_process');
const path = require('node:path');

const ROOT = path.resolve(__dirname, '..');
const WARNINGS = ['--', '-D', 'warnings'];

/** @type {[string, string[]][]} */
const COMMANDS = [
  ['npx', ['biome', 'check', '.']],
  ['npx', ['tsc', '-p', 'tsconfig.json']],
  ['cargo', ['fmt', '--check']],
  ['cargo', ['clippy', '--all-targets', ...WARNINGS]],
  ['cargo', ['clippy', '--all-targets', '--features', 'binding', ...WARNINGS]],
];
// Neither is a member of the crate's workspace, to keep its lock file small.
for (const [manifest, ...flags] of [
  ['benches/Cargo.toml', '--target-dir', 'target/bench'],
  ['fuzz/Cargo.toml'],
]) {
  const where = ['--manifest-path', /** @type {string} */ (manifest)];
  COMMANDS.push(['cargo', ['fmt', '--check', ...where]]);
  COMMANDS.push(['cargo', ['clippy', '--all-targets', ...where, ...flags, ...WARNINGS]]);
}

for (const [command, args] of COMMANDS) {
  process.stdout.write(`$ ${command} ${args.join(' ')}\n`);
  const { status } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}
