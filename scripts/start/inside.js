'use strict';

// The child's side of child.js.

const fs = require('node:fs');

/** @param {{ event: string, [field: string]: unknown }} message */
function tell(message) {
  if (process.connected) process.send?.(message);
}

/**
 * Runs the program of a child process: `main` gets its settings and returns what answers each
 * question of the parent. Lives exactly as long as the parent: when the channel to it closes the
 * child removes the folder they work in, if it is still there, and ends.
 * @param {(settings: any) => Promise<Record<string, () => object>>} main
 */
async function runInside(main) {
  const settings = JSON.parse(process.argv[2]);
  process.on('disconnect', () => {
    fs.rmSync(settings.folder, { recursive: true, force: true, maxRetries: 3 });
    process.exit(0);
  });
  // Ctrl-C reaches the whole group; the parent decides when to go.
  process.on('SIGINT', () => {});
  try {
    const answers = await main(settings);
    process.on('message', (/** @type {any} */ { ask }) => {
      if (answers[ask]) tell({ event: ask, ...answers[ask]() });
    });
    tell({ event: 'ready' });
  } catch (error) {
    const { message, code } = /** @type {NodeJS.ErrnoException} */ (error);
    tell({ event: 'failed', message, code: code ?? 'ERR_START_CHILD' });
    if (!code) process.stderr.write(`${/** @type {Error} */ (error).stack}\n`);
  }
}

module.exports = { runInside, tell };
