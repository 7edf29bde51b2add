'use strict';

// Which versions of the C library's symbols an addon needs:
//   node scripts/release/symbols.js FILE [--glibc 2.17]
// Exits with 1 if it needs newer ones than that.

const fs = require('node:fs');
const { parseArgs } = require('node:util');

/** The section of an ELF file that names the versions needed of each library (gABI, GNU extensions). */
const SHT_GNU_VERNEED = 0x6ffffffe;

/** @typedef {{ type: number, offset: number, link: number, info: number }} Section */

/** @param {Buffer} elf @returns {Section[]} */
function sections(elf) {
  const isElf = elf.toString('latin1', 0, 4) === '\u007fELF';
  // 64 bits, little-endian: so are all platforms with glibc that there is a package for.
  if (!isElf || elf[4] !== 2 || elf[5] !== 1) throw new Error('not an ELF file of 64 bits');
  const [start, size, count] = [
    Number(elf.readBigUInt64LE(40)),
    elf.readUInt16LE(58),
    elf.readUInt16LE(60),
  ];
  return Array.from({ length: count }, (_, i) => {
    const at = start + i * size;
    return {
      type: elf.readUInt32LE(at + 4),
      offset: Number(elf.readBigUInt64LE(at + 24)),
      link: elf.readUInt32LE(at + 40),
      info: elf.readUInt32LE(at + 44),
    };
  });
}

/** @param {Buffer} elf @param {number} at */
function text(elf, at) {
  return elf.toString('latin1', at, elf.indexOf(0, at));
}

/** @param {Buffer} elf @returns {string[]} such as GLIBC_2.17, each once */
function neededVersions(elf) {
  const all = sections(elf);
  const needed = all.find(({ type }) => type === SHT_GNU_VERNEED);
  if (needed === undefined) return [];
  const names = all[needed.link].offset;
  const versions = new Set();
  let library = needed.offset;
  // As many libraries as `info` says, each with a list of versions.
  for (let i = 0; i < needed.info; i++) {
    const count = elf.readUInt16LE(library + 2);
    let version = library + elf.readUInt32LE(library + 8);
    for (let j = 0; j < count; j++) {
      versions.add(text(elf, names + elf.readUInt32LE(version + 8)));
      version += elf.readUInt32LE(version + 12);
    }
    library += elf.readUInt32LE(library + 12);
  }
  return [...versions];
}

/** @param {string} version such as 2.17 @returns {number} to be compared */
function rank(version) {
  const [major, minor = 0, patch = 0] = version.split('.').map(Number);
  return major * 1e6 + minor * 1e3 + patch;
}

/** @param {string[]} versions @returns {string | null} the newest of glibc among them */
function newestGlibc(versions) {
  const numbers = versions
    .filter((version) => /^GLIBC_\d/.test(version))
    .map((version) => version.slice('GLIBC_'.length));
  return numbers.sort((a, b) => rank(b) - rank(a))[0] ?? null;
}

/** @param {string} file @param {string} [most] @returns {boolean} whether it needs no newer than that */
function check(file, most) {
  const newest = newestGlibc(neededVersions(fs.readFileSync(file)));
  const isOld = most === undefined || newest === null || rank(newest) <= rank(most);
  process.stdout.write(`${file}: needs glibc ${newest ?? 'of no version'}`);
  process.stdout.write(most === undefined ? '\n' : `, at most ${most}: ${isOld ? 'ok' : 'NO'}\n`);
  return isOld;
}

module.exports = { check, neededVersions, newestGlibc };

if (require.main === module) {
  const { values, positionals } = parseArgs({
    options: { glibc: { type: 'string' } },
    allowPositionals: true,
  });
  if (positionals.length !== 1) {
    process.stderr.write('usage: symbols.js FILE [--glibc VERSION]\n');
    process.exitCode = 2;
  } else if (!check(positionals[0], values.glibc)) {
    process.exitCode = 1;
  }
}
