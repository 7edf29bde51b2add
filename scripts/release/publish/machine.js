'use strict';

// What system and processor an addon is for, by its first bytes: an addon in another platform's package is
// seen by nobody until it is installed there.

const fs = require('node:fs');

const HEAD = 4096; // bytes; a PE file has its second header within them

/** Node's names of processors by the numbers of each format. @typedef {Map<number, string>} Cpus */
const ELF = new Map([
  [62, 'x64'],
  [183, 'arm64'],
]);
const MACH_O = new Map([
  [0x01000007, 'x64'],
  [0x0100000c, 'arm64'],
]);
const PE = new Map([
  [0x8664, 'x64'],
  [0xaa64, 'arm64'],
]);

/** @typedef {{ format: 'ELF' | 'Mach-O' | 'PE', cpu: string }} Machine */

/** @param {Cpus} names @param {number} number */
function named(names, number) {
  return names.get(number) ?? `processor ${number}`;
}

/** @param {Buffer} head @returns {Machine | null} */
function machineOf(head) {
  if (head.length < 64) return null;
  if (head.toString('latin1', 0, 4) === '\u007fELF') {
    return { format: 'ELF', cpu: named(ELF, head.readUInt16LE(18)) };
  }
  if (head.readUInt32LE(0) === 0xfeedfacf) {
    return { format: 'Mach-O', cpu: named(MACH_O, head.readUInt32LE(4)) };
  }
  const at = head.readUInt32LE(60);
  const isPe = head.toString('latin1', 0, 2) === 'MZ' && at + 6 <= head.length;
  if (isPe && head.toString('latin1', at, at + 4) === 'PE\0\0') {
    return { format: 'PE', cpu: named(PE, head.readUInt16LE(at + 4)) };
  }
  return null;
}

/** @param {string} os as package.json has it @returns {Machine['format']} */
function formatOf(os) {
  if (os === 'darwin') return 'Mach-O';
  return os === 'win32' ? 'PE' : 'ELF';
}

/** @param {string} file */
function readHead(file) {
  const handle = fs.openSync(file, 'r');
  try {
    const head = Buffer.alloc(HEAD);
    return head.subarray(0, fs.readSync(handle, head, 0, HEAD, 0));
  } finally {
    fs.closeSync(handle);
  }
}

/**
 * @param {string} file an addon
 * @param {{ os: string[], cpu: string[] }} platform that its package is for
 * @returns {string | null} what is wrong with it
 */
function mismatch(file, { os: [os], cpu: [cpu] }) {
  const machine = machineOf(readHead(file));
  if (machine === null) return 'is no addon';
  if (machine.format === formatOf(os) && machine.cpu === cpu) return null;
  return `is ${machine.format} for ${machine.cpu}, not ${formatOf(os)} for ${cpu}`;
}

module.exports = { machineOf, mismatch };
