'use strict';

// The addon, as stable Rust builds it, under valgrind's memcheck: it also knows memory that was
// never written. Node takes about thirty times as long under it.

const fs = require('node:fs');
const path = require('node:path');
const { TARGET, ask, must, run } = require('./run.js');

const FOLDER = path.join(TARGET, 'valgrind');
const ADDON = path.join(FOLDER, 'peer-wire-protocol.node');

/** What memcheck found: not the program's own exit codes. */
const FOUND = 99;

function isInstalled() {
  return ask('valgrind', ['--version']) !== null;
}

function prepare() {
  fs.mkdirSync(FOLDER, { recursive: true });
  must('cargo', ['build', '--lib', '--features', 'binding'], { CARGO_TARGET_DIR: FOLDER });
  fs.copyFileSync(path.join(FOLDER, 'debug/libpeer_wire_protocol.so'), ADDON);
}

/**
 * Runs Node on the addon.
 * @param {string[]} args
 * @returns {boolean} whether it succeeded and nothing was found
 */
function runNode(args) {
  const options = [
    `--error-exitcode=${FOUND}`,
    // V8 writes code and runs it.
    '--smc-check=all-non-file',
    `--suppressions=${path.join(__dirname, 'valgrind.supp')}`,
  ];
  return run('valgrind', [...options, process.execPath, ...args], {
    NAPI_RS_NATIVE_LIBRARY_PATH: ADDON,
  });
}

module.exports = { isInstalled, prepare, runNode };
