'use strict';

// Messages about hashes (BEP 52).

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { about, bytes, output, record, v2 } = require('./helpers/agreed.js');

const root = Buffer.from(Array.from({ length: 32 }, (_, at) => at + 0xc0));
const numbers = [1, 4, 2, 3];
// Two of the base layer; the first proof layer's come of themselves, of two others there is an uncle.
const hashes = Buffer.from(Array.from({ length: 32 * 5 }, (_, at) => at & 0xff));

test('every message out, byte by byte', () => {
  const wire = v2();
  wire.hashRequest(root, ...numbers);
  wire.hashReject(root, ...numbers);
  wire.hashes(root, ...numbers, hashes);
  const expected = [
    about(21, root, numbers),
    about(23, root, numbers),
    about(22, root, numbers, hashes),
  ];
  assert.deepEqual(output(wire), Buffer.concat(expected));
  assert.equal(about(21, root, numbers).readUInt32BE(0), 49);
});

test('every message in is an event', () => {
  const wire = v2();
  const events = record(wire);
  wire.write(
    Buffer.concat([
      about(21, root, [0xffffffff, 0xfffffffe, 2, 0xfffffffd]),
      about(22, root, numbers, hashes),
      about(23, root, numbers),
      bytes.choke,
    ]),
  );
  assert.deepEqual(events, [
    ['hash-request', root, 0xffffffff, 0xfffffffe, 2, 0xfffffffd],
    ['hashes', root, ...numbers, hashes],
    ['hash-reject', root, ...numbers],
    ['choke'],
  ]);
});

test('what was given to hashes() may change afterwards', () => {
  const wire = v2();
  const given = Buffer.from(hashes);
  wire.hashes(root, ...numbers, given);
  given.fill(0);
  assert.deepEqual(output(wire), about(22, root, numbers, hashes));
});

test('a root in the middle of a larger memory', () => {
  const wire = v2();
  const memory = Buffer.concat([Buffer.alloc(5), root, Buffer.alloc(3)]);
  wire.hashRequest(memory.subarray(5, 37), ...numbers);
  assert.deepEqual(output(wire), about(21, root, numbers));
});

test('thousands in one tick', () => {
  const wire = v2();
  for (let i = 0; i < 1000; i++) wire.hashRequest(root, 0, 2 * i, 2, 0);
  const sent = output(wire);
  assert.equal(sent.length, 53 * 1000);
  assert.deepEqual(sent.subarray(-53), about(21, root, [0, 1998, 2, 0]));
});

describe('wrong ones of the peer close the wire', () => {
  for (const [what, message] of /** @type {[string, Buffer][]} */ ([
    ['a request too short', bytes.message(21, Buffer.alloc(47))],
    ['a request too long', bytes.message(21, Buffer.alloc(49))],
    ['a reject with hashes', about(23, root, numbers, hashes)],
    ['hashes without one', about(22, root, numbers)],
    ['hashes that are cut', about(22, root, numbers, hashes.subarray(1))],
    ['a hash too few', about(22, root, numbers, hashes.subarray(32))],
    ['hashes of a range of none', about(22, root, [0, 0, 0, 0], hashes)],
    ['hashes of four billion layers', about(22, root, [0, 0, 2, 0xffffffff], hashes)],
  ])) {
    test(what, () => {
      const wire = v2();
      const events = record(wire);
      wire.write(message);
      assert.deepEqual(events, [['close']]);
      assert.equal(wire.closeReason.code, 'ERR_PWP_MESSAGE_LENGTH');
    });
  }
});

describe('wrong calls', () => {
  const TYPE = 'ERR_INVALID_ARG_TYPE';
  const RANGE = 'ERR_OUT_OF_RANGE';
  for (const [method, args, code] of /** @type {[string, any[], string][]} */ ([
    ['hashRequest', ['root', ...numbers], TYPE],
    ['hashRequest', [root.subarray(1), ...numbers], RANGE],
    ['hashRequest', [root, -1, 0, 2, 0], RANGE],
    ['hashRequest', [root, 0, 0, 2], TYPE],
    ['hashReject', [root, 0, '0', 2, 0], TYPE],
    ['hashes', [root, ...numbers, 'hashes'], TYPE],
    ['hashes', [root, ...numbers, hashes.subarray(32)], RANGE],
    ['hashes', [root, 0, 0, 0, 0, hashes], RANGE],
    ['hashes', [null, ...numbers, hashes], TYPE],
  ])) {
    test(`${method}() of ${args.length} throws ${code} and sends nothing`, () => {
      const wire = v2();
      assert.throws(() => wire[method](...args), { code });
      assert.equal(wire.read(), null);
    });
  }
});
