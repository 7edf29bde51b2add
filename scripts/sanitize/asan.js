'use strict';

// The addon with AddressSanitizer. Node itself has none, so the runtime is loaded before it: then
// Node's memory is the sanitizer's too, and each access of the addon's to a chunk is checked.

const fs = require('node:fs');
const path = require('node:path');
const { Missing, TARGET, ask, must, run } = require('./run.js');

const FOLDER = path.join(TARGET, 'asan');
const TRIPLE = 'x86_64-unknown-linux-gnu';
const ADDON = path.join(FOLDER, 'peer-wire-protocol.node');
// Not named `libasan.so`, by which the runtime knows, and refuses, another one.
const RUNTIME = path.join(FOLDER, 'runtime.so');
const REPORT = path.join(FOLDER, 'report');

/**
 * The runtime that belongs to the compiler. It comes as an archive to be linked into a program.
 * @returns {string}
 */
function findArchive() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Missing('AddressSanitizer is set up for Linux on x86-64 only');
  }
  const folder = ask('rustc', ['+nightly', '--print', 'target-libdir', '--target', TRIPLE]);
  if (folder === null) throw new Missing('nightly Rust is missing: rustup toolchain add nightly');
  const archive = path.join(folder, 'librustc-nightly_rt.asan.a');
  if (!fs.existsSync(archive))
    throw new Missing(`the AddressSanitizer runtime is missing: ${archive}`);
  if (ask('cc', ['--version']) === null || ask('ar', ['--version']) === null) {
    throw new Missing('cc and ar are missing, to link the AddressSanitizer runtime');
  }
  return archive;
}

/**
 * Makes a library of the archive, which can be loaded before Node.
 * @param {string} archive
 */
function linkRuntime(archive) {
  const copy = path.join(FOLDER, 'runtime.a');
  fs.copyFileSync(archive, copy);
  // Only a program may have a .preinit_array. A library is initialised by the first malloc.
  must('ar', ['d', copy, 'asan_preinit.cpp.o']);
  const whole = ['-Wl,--whole-archive', copy, '-Wl,--no-whole-archive'];
  must('cc', ['-shared', '-o', RUNTIME, ...whole, '-ldl', '-lpthread', '-lm', '-lrt']);
}

/** Builds everything. */
function prepare() {
  const archive = findArchive();
  fs.mkdirSync(FOLDER, { recursive: true });
  must('cargo', ['+nightly', 'build', '--lib', '--features', 'binding', '--target', TRIPLE], {
    RUSTFLAGS: '-Zsanitizer=address -Cforce-frame-pointers=yes',
    CARGO_TARGET_DIR: FOLDER,
  });
  fs.copyFileSync(path.join(FOLDER, TRIPLE, 'debug/libpeer_wire_protocol.so'), ADDON);
  linkRuntime(archive);
}

/** @returns {string[]} what the sanitizer has written */
function reports() {
  return fs
    .readdirSync(FOLDER)
    .filter((name) => name.startsWith('report.'))
    .map((name) => path.join(FOLDER, name));
}

/**
 * Runs Node on the addon with the sanitizer.
 * @param {string[]} args
 * @returns {boolean} whether it succeeded and nothing was found, by any process it started
 */
function runNode(args) {
  for (const file of reports()) fs.rmSync(file);
  const succeeded = run(process.execPath, args, {
    LD_PRELOAD: RUNTIME,
    NAPI_RS_NATIVE_LIBRARY_PATH: ADDON,
    // Node frees little of its own when it ends, and takes the signal of a bad access for itself.
    // Reports go to files: tests hide what is printed.
    ASAN_OPTIONS: `detect_leaks=0:handle_segv=2:log_path=${REPORT}`,
  });
  const found = reports();
  for (const file of found) process.stdout.write(fs.readFileSync(file, 'utf8'));
  return succeeded && found.length === 0;
}

/** Shows that it is this addon and this runtime that run. */
function check() {
  const script = `require('./index.js')().destroy();
    const maps = require('node:fs').readFileSync('/proc/self/maps', 'utf8');
    process.exit(${JSON.stringify([ADDON, RUNTIME])}.every((file) => maps.includes(file)) ? 0 : 1);`;
  if (!runNode(['-e', script])) throw new Error('the addon with AddressSanitizer does not load');
}

module.exports = { check, prepare, runNode };
