'use strict';

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { formatAddress, parseAddress } = require('../../lib/swarm/address.js');

test('what is an address', () => {
  /** @type {[string, string, number][]} */
  const rows = [
    ['127.0.0.1:6881', '127.0.0.1', 6881],
    ['127.0.0.1:1', '127.0.0.1', 1],
    ['127.0.0.1:65535', '127.0.0.1', 65535],
    ['127.0.0.1:00080', '127.0.0.1', 80],
    ['tracker.example.org:80', 'tracker.example.org', 80],
    ['[::1]:6881', '::1', 6881],
    ['[2001:db8::ff]:65535', '2001:db8::ff', 65535],
    ['[fe80::1%eth0]:6881', 'fe80::1%eth0', 6881],
    ['[::ffff:1.2.3.4]:5', '::ffff:1.2.3.4', 5],
  ];
  for (const [text, host, port] of rows) assert.deepEqual(parseAddress(text), { host, port }, text);
});

test('what is none', () => {
  const texts = [
    '',
    ':',
    ':6881',
    'a',
    '1.2.3.4',
    '1.2.3.4:',
    '1.2.3.4:0',
    '1.2.3.4:65536',
    '1.2.3.4:100000',
    '1.2.3.4:-1',
    '1.2.3.4:+1',
    '1.2.3.4:80.5',
    '1.2.3.4:1e3',
    '1.2.3.4:0x50',
    '1.2.3.4: 80',
    '1.2.3.4:80 ',
    '1.2.3.4:80\n',
    '1.2.3.4:80:90',
    '::1:6881',
    '2001:db8::ff',
    '[::1]',
    '[::1]6881',
    '[::1]:0',
    '[]:6881',
    '[localhost]:6881',
    '[1.2.3.4]:6881',
    '[[::1]]:6881',
    '[::1:6881',
    '::1]:6881',
  ];
  for (const text of texts) assert.equal(parseAddress(text), null, JSON.stringify(text));
});

test('how an address is written', () => {
  assert.equal(formatAddress('1.2.3.4', 5), '1.2.3.4:5');
  assert.equal(formatAddress('2001:db8::ff', 6), '[2001:db8::ff]:6');
  assert.equal(formatAddress('::ffff:1.2.3.4', 7), '1.2.3.4:7');
  assert.equal(formatAddress('::FFFF:1.2.3.4', 7), '1.2.3.4:7');
  assert.equal(formatAddress('::ffff:102:304', 7), '[::ffff:102:304]:7');
  for (const text of ['1.2.3.4:5', '[2001:db8::ff]:6']) {
    const { host, port } = /** @type {{ host: string, port: number }} */ (parseAddress(text));
    assert.equal(formatAddress(host, port), text);
  }
});
