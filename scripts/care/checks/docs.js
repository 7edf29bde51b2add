'use strict';

// The pages of the types: what is public is documented, and what is linked is there.

const path = require('node:path');
const { ROOT } = require('../../setup.js');
const { OUT, build } = require('../docs.js');

function check() {
  const { status, output } = build();
  const details = output.split('\n').filter((line) => /^\[(warning|error)\]/.test(line));
  if (status !== 0 && details.length === 0) details.push(output.trim());
  const ok = status === 0;
  return { ok, what: ok ? path.relative(ROOT, OUT) : 'the types are not documented', details };
}

module.exports = { check };
