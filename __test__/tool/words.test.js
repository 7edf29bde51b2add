'use strict';

// What others say, as it is shown; who they are; and pictures.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const bencode = require('bencode');
const fc = require('fast-check');
const { addressOf } = require('../../lib/tool/address.js');
const { showBencoded } = require('../../lib/tool/bencoded.js');
const { clientOf } = require('../../lib/tool/clients.js');
const { readInfo } = require('../../lib/tool/probe/info.js');
const { drawPieces } = require('../../lib/tool/probe/report.js');
const { jsonLine, plain, safe, safeText, size } = require('../../lib/tool/text.js');

const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

test('what a terminal would obey is shown, not sent', () => {
  assert.equal(safe('a\x1b[31m\n\x9b\u202eb'), 'a\\x1b[31m\\x0a\\x9b\\u{202e}b');
  assert.equal(safe('\u2028\ud800'), '\\u{2028}\\u{d800}');
  assert.equal(safe('ünï 日本 😀'), 'ünï 日本 😀');
  assert.equal(safe('abcdef', 3), 'abc…');
  assert.equal(safeText(Buffer.from([0xff, 0x41])), 'ÿA');
  assert.deepEqual(plain(Buffer.from('ok')), 'ok');
  assert.deepEqual(plain(Buffer.from('\n')), { hex: '0a' });
  const any = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(any, (text) => {
      assert.doesNotMatch(safeText(text), UNSAFE);
      assert.doesNotMatch(showBencoded({ [String(text)]: [text] }), UNSAFE);
      const value = { text: String(text).toWellFormed() };
      assert.doesNotMatch(jsonLine(value), UNSAFE);
      assert.deepEqual(JSON.parse(jsonLine(value)), value);
    }),
  );
});

test('clients by their peer ids', () => {
  /** @type {[string, string | null][]} */
  const rows = [
    ['-LT2080-abcdefghijkl', 'libtorrent 2.0.8.0'],
    ['-lt0D80-abcdefghijkl', 'libTorrent (rTorrent) 0.13.8.0'],
    ['-qB4520-abcdefghijkl', 'qBittorrent 4.5.2.0'],
    ['-TR2940-abcdefghijkl', 'Transmission 2.94'],
    ['-TR4050-abcdefghijkl', 'Transmission 4.0.5'],
    ['-A~0100-abcdefghijkl', 'Ares 0.1.0.0'],
    ['-??1234-abcdefghijkl', null],
    ['-ZZ1234-abcdefghijkl', 'unknown client ZZ 1.2.3.4'],
    ['M4-20-8--abcdefghijk', 'BitTorrent 4.20.8'],
    ['T03A0----abcdefghijk', 'BitTornado 0.3.10.0'],
    ['S58B-----abcdefghijk', "Shadow's client 5.8.11"],
    ['abcdefghijklmnopqrst', null],
    ['-LT208--abcdefghijkl', null],
  ];
  for (const [id, expected] of rows) {
    const client = clientOf(Buffer.from(id, 'latin1'));
    assert.equal(client && `${client.name} ${client.version}`, expected, id);
  }
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), (id) => {
      clientOf(id);
    }),
  );
});

test('addresses and sizes', () => {
  assert.equal(addressOf(Buffer.from([127, 0, 0, 1])), '127.0.0.1');
  const ipv6 = Buffer.from('20010db8000000000000000000000001', 'hex');
  assert.equal(addressOf(ipv6), '2001:db8::1');
  assert.deepEqual([0, 1023, 1024, 1536, 200 * 1024 ** 2, 5 * 1024 ** 3].map(size), [
    '0 bytes',
    '1023 bytes',
    '1 KiB',
    '1.5 KiB',
    '200 MiB',
    '5 GiB',
  ]);
});

test('a picture of the pieces: only all looks like all, only nothing like nothing', () => {
  assert.equal(drawPieces([0, 0.01, 0.5, 0.99, 1], 5), '·░▒▓█');
  assert.equal(drawPieces([0, 1], 4), '··██');
});

test('what an info dictionary says', () => {
  const one = { name: 'n', 'piece length': 16384, pieces: Buffer.alloc(60), length: 40_000 };
  assert.deepEqual(readInfo(bencode.encode(one)), {
    name: Buffer.from('n'),
    pieceLength: 16384,
    pieceCount: 3,
    files: 1,
    size: 40_000,
    isEven: true,
  });
  const { length: _, ...many } = {
    ...one,
    files: [
      { length: 1, path: ['a'] },
      { path: ['b'], length: 2 },
    ],
  };
  assert.deepEqual(
    [readInfo(bencode.encode(many))?.files, readInfo(bencode.encode(many))?.size],
    [2, 3],
  );
  const file = (/** @type {number} */ length) => ({
    '': { length, 'pieces root': Buffer.alloc(32) },
  });
  const tree = { a: file(16385), folder: { b: file(0), c: { d: file(1) } } };
  const v2 = { 'file tree': tree, 'meta version': 2, name: 'n', 'piece length': 16384 };
  const info = readInfo(bencode.encode(v2));
  assert.deepEqual([info?.files, info?.size, info?.pieceCount, info?.isEven], [3, 16386, 3, false]);
});

test('no info dictionary throws, nor claims what cannot be', () => {
  for (const text of [
    '',
    'd',
    'de',
    'le',
    'd4:name',
    `d${'1:al'.repeat(5000)}`,
    'l'.repeat(100_000),
  ]) {
    assert.equal(readInfo(Buffer.from(text)), null, text.slice(0, 20));
  }
  const entries = fc.array(
    fc.constantFrom(
      '4:name1:n',
      '12:piece lengthi',
      '-16384',
      '99999999999999999999e',
      '6:lengthi5',
      'e',
      'd',
      'l',
      '6:pieces20:',
    ),
  );
  fc.assert(
    fc.property(entries, fc.uint8Array({ maxLength: 30 }), (parts, rest) => {
      const info = readInfo(Buffer.concat([Buffer.from(`d${parts.join('')}`), rest]));
      if (info !== null) assert.ok(info.pieceCount > 0 && info.pieceLength > 0);
    }),
  );
});
