'use strict';

// npm start: streams a file through peerflix. Before the set-up nothing is installed, so what needs
// packages is required after it.

const { ensureAddon, ensureDependencies, ensureFixtures } = require('./setup.js');
const { USAGE, UsageError, parseArguments } = require('./start/arguments.js');

/**
 * @param {import('./start/arguments.js').StartArguments} options
 * @returns {Promise<boolean>} whether the bytes are the right ones
 */
async function start({ variant, verbose, size, torrent, peers }) {
  ensureDependencies({ verbose });
  if (variant !== 'original') ensureAddon({ verbose });
  ensureFixtures([variant], { verbose });

  const { streamOwnFile } = require('./start/demo.js');
  const { Progress } = require('./start/progress.js');
  const { streamTorrent } = require('./start/stream.js');
  const { Workspace } = require('./start/workspace.js');
  const progress = new Progress();
  const workspace = new Workspace();
  process.once('exit', () => progress.stop());
  try {
    const { line, isRight } =
      torrent === null
        ? await streamOwnFile({ workspace, progress, variant, size })
        : await streamTorrent({ workspace, progress, variant, torrent, peers, expected: null });
    process.stdout.write(`${line}\n`);
    return isRight;
  } finally {
    progress.stop();
    await workspace.close();
  }
}

async function main() {
  process.exitCode = 1; // until shown otherwise
  try {
    const options = parseArguments(process.argv.slice(2));
    if (options.help) process.stdout.write(USAGE);
    if (options.help || (await start(options))) process.exitCode = 0;
  } catch (error) {
    const { code, message, stack } = /** @type {NodeJS.ErrnoException} */ (error);
    const isUsage = error instanceof UsageError || code === 'ERR_START_TORRENT';
    // Whatever has no code is a mistake of ours, and its stack is wanted.
    process.stderr.write(code ? `${message} (${code})\n` : `${stack}\n`);
    if (isUsage) process.exitCode = 2;
  }
}

main();
