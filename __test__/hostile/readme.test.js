'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');

test("every row of the README's Mended has a test here", () => {
  const readme = fs.readFileSync(path.join(__dirname, '../../README.md'), 'utf8');
  const section = readme.match(/^### Mended\n([\s\S]*?)^##/m)?.[1] ?? '';
  const rows = [...section.matchAll(/^\| (.+?) \| .+ \|$/gm)].map(([, mended]) => mended).slice(1);
  assert.ok(rows.length >= 10, `only ${rows.length} rows`);
  const sources = fs
    .readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && name !== path.basename(__filename))
    .map((name) => fs.readFileSync(path.join(__dirname, name), 'utf8').replaceAll("\\'", "'"))
    .join('\n');
  assert.deepEqual(
    rows.filter((row) => !sources.includes(row)),
    [],
  );
});
