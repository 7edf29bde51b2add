'use strict';

// Known vulnerabilities of what is installed with the package, as far as the registry tells them.

const { npmJson } = require('../npm.js');

const PATIENCE = 60_000; // ms

function check() {
  const report = npmJson(['audit', '--omit=dev'], PATIENCE);
  const counts = report?.metadata?.vulnerabilities;
  if (counts === undefined) {
    return { ok: true, what: 'left out: the registry does not answer it', details: [] };
  }
  const details = Object.values(report.vulnerabilities).map(
    (/** @type {any} */ { name, range, severity }) => `${name} ${range}: ${severity}`,
  );
  return { ok: counts.total === 0, what: `${counts.total} known vulnerabilities`, details };
}

module.exports = { check };
