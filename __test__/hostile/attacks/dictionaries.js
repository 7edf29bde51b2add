'use strict';

// Extension handshakes that nobody should send (BEP 10), for wires that hand them on as they came and
// for those that read them.

const text = (/** @type {string} */ value) => Buffer.from(value, 'latin1');

/** @param {number} count @param {(i: number) => string} name @param {(i: number) => number} id */
function mapping(count, name, id) {
  const entries = Array.from({ length: count }, (_, i) => {
    const key = name(i);
    return `${key.length}:${key}i${id(i)}e`;
  });
  return `1:md${entries.join('')}e`;
}

const number = (/** @type {number} */ i) => `x${String(i).padStart(6, '0')}`;

/**
 * What it is, its bytes, and whether a wire that reads it can: then it is told of, without what is
 * wrong in it. Otherwise it is passed over.
 * @type {[name: string, payload: Uint8Array, isReadable: boolean][]}
 */
const DICTIONARIES = [
  ['that is no bencoding', text('\x00\xff}{not bencoded'), false],
  ['of no bytes', text(''), false],
  ['that is cut off', text('d1:md11:ut_metadatai'), false],
  ['nested 300,000 lists deep', text('l'.repeat(300_000)), false],
  ['with a string of 4 GB announced', text('d1:v4294967295:x'), false],
  ['with a number of 100,000 digits', text(`d1:pi${'9'.repeat(100_000)}ee`), false],
  ['of 10,000 extensions', text(`d${mapping(10_000, number, (i) => i % 256)}e`), false],
  ['with `__proto__`', text('d9:__proto__d1:ai1ee1:md9:__proto__i1eee'), true],
  ['with a `metadata_size` below zero', text('d13:metadata_sizei-1ee'), true],
  ['of a megabyte', Buffer.alloc(2 ** 20 - 2, 0x64), false],
];

/**
 * The same, worth a try only where it is read.
 * @type {[name: string, payload: Uint8Array, isReadable: boolean][]}
 */
const READ = [
  ['of a list', text('le'), false],
  ['of a string', text('4:spam'), false],
  ['of a number', text('i5e'), false],
  ['with a length below zero', text('d1:v-3:abce'), false],
  ['with a list that goes back to its start', text('d1:al-3:ee'), false],
  ['with a number that is none', text('d4:reqqi-ee'), false],
  ['with a fraction', text('d4:reqqi1.5ee'), false],
  ['with a key that is a number', text('di1ei1ee'), false],
  ['with a key that is a dictionary', text('ddei1ee'), false],
  ['with a key and no value', text('d1:ae'), false],
  ['nested 17 deep', text(`${'d1:a'.repeat(16)}de${'e'.repeat(16)}`), false],
  ['nested 16 deep', text(`${'d1:a'.repeat(15)}de${'e'.repeat(15)}`), true],
  ['of 64 KiB and a byte', text(`d1:v65530:${'x'.repeat(65_530)}e`), false],
  ['of nearly 64 KiB', text(`d1:v65520:${'x'.repeat(65_520)}e`), true],
  ['with something behind it', text('d1:v1:xetrailer'), true],
  ['of nothing', text('de'), true],
  ['with a `__proto__` of bytes', text('d9:__proto__4:spame'), true],
  ['with extensions whose `__proto__` is bytes', text('d1:md9:__proto__0:4:echoi1eee'), true],
  ['with a `__proto__` that is a list', text('d9:__proto__lee'), true],
  ['with unsorted keys', text('d1:v1:x1:mdee'), true],
  ['with a key twice', text('d1:v1:x1:v1:ye'), true],
  ['with an `m` that is a list', text('d1:mli1eee'), true],
  ['with an `m` that is a string', text('d1:m4:spame'), true],
  ['with an `m` that is a number', text('d1:mi1ee'), true],
  [
    'of extensions called `__proto__`, `constructor` and `toString`',
    text('d1:md9:__proto__i1e11:constructori2e8:toStringi3e14:hasOwnPropertyi4e0:i5eee'),
    true,
  ],
  [
    'with ids that are none',
    text('d1:md1:ai-1e1:bi256e1:ci9007199254740993e1:d4:spam1:ele1:fde1:gi18446744073709551616eee'),
    true,
  ],
  ['of 3000 extensions', text(`d${mapping(3000, number, (i) => i % 256)}e`), true],
  ['with a name of 60,000 bytes', text(`d1:md60000:${'x'.repeat(60_000)}i1eee`), true],
  ['with a name that is no text', text('d1:md4:\xff\xfe\x00\x80i1eee'), true],
  ['with a `reqq` of 0', text('d4:reqqi0ee'), true],
  ['with a `reqq` of -1', text('d4:reqqi-1ee'), true],
  ['with a `reqq` of 2^53', text('d4:reqqi9007199254740992ee'), true],
  ['with a `reqq` that is a string', text('d4:reqq4:spame'), true],
  [
    'with a port of 65536, no version and half an address',
    text('d1:pi65536e1:vi1e6:yourip5:abcdee'),
    true,
  ],
  // Two bytes become an object each: so many are not looked at.
  ['of 32,000 empty strings', text(`d1:al${'0:'.repeat(32_000)}ee`), false],
  ['of 32,000 empty dictionaries', text(`d1:al${'de'.repeat(32_000)}ee`), false],
  ['of 8000 empty strings', text(`d1:al${'0:'.repeat(8000)}ee`), true],
];

module.exports = { DICTIONARIES, READ, mapping, text };
