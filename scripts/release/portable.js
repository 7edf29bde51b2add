'use strict';

// The addon for Linux, against a glibc as old as the oldest that Node 20 runs on or older:
//   npm run build:portable -- [--target x86_64-unknown-linux-gnu] [--out DIR]
// Links with zig, which has the symbols of every glibc; it and cargo-zigbuild are installed from PyPI, under
// target/. Then looks which symbols are needed.

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { ROOT } = require('../setup.js');
const { check } = require('./symbols.js');

const GLIBC = '2.17'; // of 2012: CentOS 7, and older than any that Node 20 runs on
const TOOLS = path.join(ROOT, 'target/zig');
const PACKAGES = ['cargo-zigbuild==0.24.1', 'ziglang==0.17.1'];
/** Of Rust's targets, the name of the addon's file. @type {Record<string, string>} */
const ADDONS = {
  'x86_64-unknown-linux-gnu': 'peer-wire-protocol.linux-x64-gnu.node',
  'aarch64-unknown-linux-gnu': 'peer-wire-protocol.linux-arm64-gnu.node',
};

/** @param {string} command @param {string[]} args @param {NodeJS.ProcessEnv} [env] */
function run(command, args, env = process.env) {
  process.stderr.write(`$ ${command} ${args.join(' ')}\n`);
  const { error, status } = spawnSync(command, args, { cwd: ROOT, env, stdio: ['ignore', 2, 2] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} failed with exit code ${status}`);
}

/** Installs zig where it is not yet, or another version. */
function ensureZig() {
  const stamp = path.join(TOOLS, 'installed');
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8') === PACKAGES.join(' ')) return;
  fs.rmSync(TOOLS, { recursive: true, force: true });
  run('python3', ['-m', 'pip', 'install', '--quiet', '--target', TOOLS, ...PACKAGES]);
  fs.writeFileSync(stamp, PACKAGES.join(' '));
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: path.join(ROOT, 'target/portable') },
    target: { type: 'string', default: 'x86_64-unknown-linux-gnu' },
  },
});
const addon = ADDONS[values.target];
if (addon === undefined) {
  process.stderr.write(`--target is one of ${Object.keys(ADDONS).join(', ')}\n`);
  process.exitCode = 2;
} else {
  ensureZig();
  run(
    path.join(TOOLS, 'bin/cargo-zigbuild'),
    ['zigbuild', '--release', '--features', 'binding', '--target', `${values.target}.${GLIBC}`],
    { ...process.env, PYTHONPATH: TOOLS, CARGO_ZIGBUILD_PYTHON_PATH: 'python3' },
  );
  const built = path.join(ROOT, 'target', values.target, 'release/libpeer_wire_protocol.so');
  const file = path.resolve(values.out, addon);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.copyFileSync(built, file);
  if (!check(file, GLIBC)) process.exitCode = 1;
}
