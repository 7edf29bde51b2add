'use strict';

// The examples of a document: its blocks of JavaScript, each a program of its own. What one prints is told in
// its comments, a line each: `// prints 3`.

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');

const FENCE = /^```js\n([\s\S]*?)^```$/gm;
const PRINTS = /\/\/ prints (.*)$/gm;
const PATIENCE = 60_000; // ms; each takes a tenth of a second

/** @typedef {{ line: number, text: string, prints: string[], isModule: boolean }} Block */

/**
 * @param {string} markdown
 * @returns {Block[]}
 */
function blocks(markdown) {
  return [...markdown.matchAll(FENCE)].map(({ 1: text, index }) => ({
    line: markdown.slice(0, index).split('\n').length,
    text,
    prints: [...text.matchAll(PRINTS)].map(([, line]) => line),
    isModule: /^(import|export)\b/m.test(text),
  }));
}

/**
 * @param {Block} block
 * @param {string} folder inside the package, which can be required by its name there
 * @returns {Promise<{ code: number | null, stdout: string, stderr: string }>}
 */
async function play({ line, text, isModule }, folder) {
  const file = path.join(folder, `line-${line}.${isModule ? 'mjs' : 'cjs'}`);
  fs.writeFileSync(file, text);
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE,
  });
  const said = { stdout: '', stderr: '' };
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    child[name].setEncoding('utf8').on('data', (part) => {
      said[name] += part;
    });
  }
  const [code] = await once(child, 'close');
  return { code, ...said };
}

module.exports = { blocks, play };
