'use strict';

// What is installed with the package may be used as it is, by anybody.

const { licences } = require('../budget.json');
const { readJson } = require('../files.js');

function check() {
  const details = [];
  const found = new Map();
  for (const [place, locked] of Object.entries(readJson('package-lock.json').packages)) {
    const { dev, devOptional, license = 'none' } = /** @type {any} */ (locked);
    if (place === '' || dev || devOptional) continue;
    found.set(license, (found.get(license) ?? 0) + 1);
    if (!licences.includes(license)) details.push(`${place}: ${license}`);
  }
  const what = [...found].map(([licence, count]) => `${count} ${licence}`).join(', ');
  return { ok: details.length === 0, what, details };
}

module.exports = { check };
