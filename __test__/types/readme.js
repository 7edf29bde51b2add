'use strict';

// The README's examples, as files that a compiler can check.

const fs = require('node:fs');
const path = require('node:path');

/** Names a reader of an excerpt takes as given: one line of them is all a README can leave out. */
const GIVEN = `
import pwp from 'peer-wire-protocol-native';
import type { Socket } from 'node:net';
declare global {
  const wire: pwp.Wire;
  const socket: Socket;
  const infoHash: Buffer;
  const peerId: Buffer;
  const block: Buffer;
}
`;

const EXTENSIONS = { js: '.cjs', cjs: '.cjs', mjs: '.mjs', ts: '.cts', mts: '.mts', cts: '.cts' };

/**
 * @param {string} markdown
 * @returns {{ name: string, text: string }[]} its blocks of code, each as a file of its own
 */
function extract(markdown) {
  const files = [];
  const fence = /^```[ \t]*(\w+)[^\n]*\n([\s\S]*?)^```/gm;
  for (const { 1: language, 2: text, index } of markdown.matchAll(fence)) {
    let extension = EXTENSIONS[language];
    if (extension === undefined) continue;
    if (/^(import|export)\b/m.test(text)) extension = extension.replace('.c', '.m');
    const line = markdown.slice(0, index).split('\n').length;
    files.push({ name: `line-${line}${extension}`, text });
  }
  return files;
}

/**
 * Writes the blocks of a document to `folder`, with a project to check them.
 * @param {string} document path of a Markdown file
 * @param {string} folder
 * @returns {number} how many blocks there were
 */
function write(document, folder) {
  const files = extract(fs.readFileSync(document, 'utf8'));
  for (const { name, text } of files) fs.writeFileSync(path.join(folder, name), text);
  fs.writeFileSync(path.join(folder, 'given.d.mts'), GIVEN);
  const project = {
    extends: '../tsconfig.json',
    compilerOptions: { allowJs: true, checkJs: true },
    include: ['*.cjs', '*.mjs', '*.cts', '*.mts', 'given.d.mts'],
  };
  fs.writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(project));
  return files.length;
}

module.exports = { extract, write };
