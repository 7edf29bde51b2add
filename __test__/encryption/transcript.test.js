'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { test } = require('node:test');
const { transcript } = require('./transcript.js');

test('the transcript that the crate is tested with is that of the reference', () => {
  const file = path.join(__dirname, '../../src/mse/transcript.txt');
  assert.equal(fs.readFileSync(file, 'utf8'), transcript());
});
