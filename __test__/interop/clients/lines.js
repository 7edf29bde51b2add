'use strict';

const readline = require('node:readline');

/**
 * Collects what a client of ours tells as lines of JSON.
 * @param {import('../process.js').Program} program
 * @returns {(field: string) => Promise<any>} a field once it was told; rejects on `error`
 */
function listenTo(program) {
  /** @type {Record<string, any>} */
  const told = {};
  /** @type {Set<() => void>} */
  const waiting = new Set();
  const wake = () => {
    for (const check of [...waiting]) check();
  };
  const output = /** @type {import('node:stream').Readable} */ (program.child.stdout);
  readline.createInterface({ input: output }).on('line', (line) => {
    Object.assign(told, JSON.parse(line));
    wake();
  });
  program.ended.then((code) => {
    told.error ??= `${program.name} ended with ${code}`;
    wake();
  });
  return (field) =>
    new Promise((resolve, reject) => {
      const check = () => {
        if (!(field in told) && !('error' in told)) return;
        waiting.delete(check);
        if (field in told) resolve(told[field]);
        else reject(new Error(told.error));
      };
      waiting.add(check);
      check();
    });
}

module.exports = { listenTo };
