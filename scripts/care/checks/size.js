'use strict';

// What is unpacked when the main package is installed, under a bound.

const { package: bound } = require('../budget.json');
const { npmJson } = require('../npm.js');

function check() {
  const printed = npmJson(['pack', '--dry-run', '--ignore-scripts']);
  // An array, or, from npm 12 on, an object by name.
  const [packed] = Object.values(printed ?? {});
  if (packed === undefined) return { ok: false, what: 'npm pack failed', details: [] };
  // An addon that was built here is published in the platform's package.
  const files = /** @type {{ path: string, size: number }[]} */ (packed.files).filter(
    (file) => !file.path.endsWith('.node'),
  );
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const details = [];
  if (bytes > bound.bytes) {
    const [largest] = files.toSorted((a, b) => b.size - a.size);
    details.push(`over its ${bound.bytes} bytes; the largest is ${largest.path}, ${largest.size}`);
  }
  if (files.length > bound.files) details.push(`over its ${bound.files} files`);
  const what = `${bytes} of ${bound.bytes} bytes, ${files.length} of ${bound.files} files`;
  return { ok: details.length === 0, what, details };
}

module.exports = { check };
