'use strict';

// What the documents point at in the repository: files, and headings in documents.

const fs = require('node:fs');
const path = require('node:path');
const { ROOT } = require('../../setup.js');
const { read, repositoryFiles } = require('../files.js');
const { library } = require('../tools.js');

const markdown = new (library('markdown-it'))({ html: true });
const IN_HTML = /\b(?:href|src)="([^"]+)"/g;
const ELSEWHERE = /^([a-z][a-z0-9+.-]*:|\/\/)/i;

/**
 * @param {string} text
 * @returns {{ headings: Set<string>, links: string[] }} of a document; headings as GitHub names them
 */
function parse(text) {
  const headings = new Set();
  const links = [];
  const tokens = markdown.parse(text, {});
  for (const [i, token] of tokens.entries()) {
    if (token.type === 'heading_open') headings.add(slug(tokens[i + 1], headings));
    for (const part of [token, ...(token.children ?? [])]) {
      const target = part.attrGet('href') ?? part.attrGet('src');
      if (target !== null) links.push(target);
      if (part.type.startsWith('html_')) {
        for (const [, found] of part.content.matchAll(IN_HTML)) links.push(found);
      }
    }
  }
  return { headings, links };
}

/**
 * @param {any} inline a heading's token
 * @param {Set<string>} taken of the headings before it
 */
function slug({ children }, taken) {
  const text = children
    .filter((/** @type {any} */ { type }) => type === 'text' || type === 'code_inline')
    .map((/** @type {any} */ { content }) => content)
    .join('');
  const base = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-');
  let name = base;
  for (let i = 1; taken.has(name); i++) name = `${base}-${i}`;
  return name;
}

function check() {
  const documents = repositoryFiles((name) => name.endsWith('.md'));
  const parsed = new Map(documents.map((name) => [name, parse(read(name))]));
  const details = [];
  let count = 0;
  for (const [document, { links }] of parsed) {
    for (const link of links.filter((target) => !ELSEWHERE.test(target))) {
      count++;
      const [file, heading] = decodeURI(link).split('#');
      const target = file === '' ? document : path.posix.join(path.posix.dirname(document), file);
      const isInside = !target.startsWith('..');
      if (!isInside || !fs.existsSync(path.join(ROOT, target))) {
        details.push(`${document}: there is no ${link}`);
      } else if (heading && parsed.get(target)?.headings.has(heading) === false) {
        details.push(`${document}: there is no heading ${link}`);
      }
    }
  }
  return { ok: details.length === 0, what: `${count} in ${documents.length} documents`, details };
}

module.exports = { check };
