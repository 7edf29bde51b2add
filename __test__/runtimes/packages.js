'use strict';

// Whether what is published says of itself what is so, to Node and to compilers:
//   node __test__/runtimes/packages.js TARBALL|FOLDER...
// Packages of one addon have no types, and are not asked for them.

const { execFileSync, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { parseArgs } = require('node:util');
const { ensureTools, toolFile } = require('./tools.js');

/**
 * @param {string} given a tarball, or a folder to make one of
 * @param {string} folder where to
 * @returns {string} the tarball
 */
function tarballOf(given, folder) {
  if (fs.statSync(given).isFile()) return path.resolve(given);
  const args = ['pack', '--ignore-scripts', '--pack-destination', folder];
  const isWindows = process.platform === 'win32';
  const [command, all] = isWindows ? ['cmd.exe', ['/d', '/c', 'npm', ...args]] : ['npm', args];
  const printed = execFileSync(command, all, { cwd: given, encoding: 'utf8', stdio: 'pipe' });
  return path.join(folder, printed.trim().split('\n').at(-1) ?? '');
}

/** @param {string} tarball @returns {string[]} what arethetypeswrong finds */
function findWithAttw(tarball) {
  const attw = toolFile('@arethetypeswrong/cli/dist/index.js');
  const args = [attw, tarball, '--no-color', '--no-emoji', '--format', 'ascii'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return status === 0 ? [] : [`attw\n${stdout}${stderr}`];
}

/** @param {string} tarball @returns {Promise<{ findings: string[], manifest: any }>} */
async function findWithPublint(tarball) {
  const { publint } = await import(toolFile('publint/src/index-node.js'));
  const { formatMessage } = await import(toolFile('publint/src/utils.js'));
  const bytes = fs.readFileSync(tarball);
  const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const { messages, pkg } = await publint({ pack: { tarball: content }, strict: true });
  const findings = messages.map((/** @type {any} */ message) => {
    return `publint: ${message.type}: ${formatMessage(message, pkg, { color: false })}`;
  });
  return { findings, manifest: pkg };
}

async function main() {
  const { positionals } = parseArgs({ allowPositionals: true });
  if (positionals.length === 0) {
    process.stderr.write('usage: packages.js TARBALL|FOLDER...\n');
    process.exitCode = 2;
    return;
  }
  ensureTools();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'peer-wire-protocol-packages-'));
  try {
    for (const given of positionals) {
      const tarball = tarballOf(given, folder);
      const { findings, manifest } = await findWithPublint(tarball);
      if (manifest.types !== undefined) findings.push(...findWithAttw(tarball));
      process.stdout.write(`${findings.length === 0 ? 'ok' : 'FAILED'}: ${manifest.name}\n`);
      for (const finding of findings) process.stdout.write(`  ${finding}\n`);
      if (findings.length > 0) process.exitCode = 1;
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main();
