'use strict';

/** Which of the platform packages this process needs. Looked at only when none has loaded. */

/** What the addon is built for, as the names of the packages end: those of npm/. */
const PLATFORMS = [
  'darwin-arm64',
  'darwin-x64',
  'freebsd-x64',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'linux-x64-gnu',
  'linux-x64-musl',
  'win32-arm64-msvc',
  'win32-x64-msvc',
];

/** @returns {'gnu' | 'musl'} the C library of a Linux */
function libc() {
  try {
    const { header } = /** @type {any} */ (process.report.getReport());
    return header.glibcVersionRuntime ? 'gnu' : 'musl';
  } catch {
    // Not every runtime tells, and Deno only where it may.
    return 'gnu';
  }
}

/** @returns {string} how a package for this process would be named, whether there is one or not */
function platform() {
  const { arch, platform: system } = process;
  if (system === 'linux') return `linux-${arch}-${libc()}`;
  if (system === 'win32') return `win32-${arch}-msvc`;
  return `${system}-${arch}`;
}

module.exports = { PLATFORMS, platform };
