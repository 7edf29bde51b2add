'use strict';

// Loaded with `node --require` in front of one of the original's test files: its
// `require('../index')` gets this package. At the exit it tells what it did, on
// the file descriptor the test has opened for that.

const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');

const THIS_PACKAGE = path.join(__dirname, '../../../index.js');
const TESTS = path.join(path.dirname(require.resolve('peer-wire-protocol')), 'tests');
const REPORT = 3;

const redirected = [];
const resolveFilename = Module._resolveFilename;

Module._resolveFilename = function (request, parent, ...rest) {
  if (request === '../index' && path.dirname(parent?.filename ?? '') === TESTS) {
    redirected.push(path.basename(parent.filename));
    return THIS_PACKAGE;
  }
  return resolveFilename.call(this, request, parent, ...rest);
};

process.on('exit', () => {
  const loaded = Object.keys(require.cache);
  const report = {
    redirected,
    thisPackage: loaded.includes(THIS_PACKAGE),
    original: loaded.includes(require.resolve('peer-wire-protocol')),
  };
  fs.writeSync(REPORT, JSON.stringify(report));
});
