'use strict';

// A method that is called wrongly throws a coded error that names the argument, and changes nothing.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const native = require('../../lib/addon.js');
const { busy, bytes, output, pwp, snapshot } = require('./helpers/wires.js');

const hash = Buffer.alloc(20);
const block = Buffer.alloc(3);
const noop = () => {};

const TYPE = 'ERR_INVALID_ARG_TYPE';
const RANGE = 'ERR_OUT_OF_RANGE';

/** What no number of the wire can be. @type {[unknown, string][]} */
const NOT_UINT32 = [
  [undefined, TYPE],
  [null, TYPE],
  ['3', TYPE],
  [3n, TYPE],
  [true, TYPE],
  [[3], TYPE],
  [{}, TYPE],
  [new Number(3), TYPE],
  [Symbol('3'), TYPE],
  [noop, TYPE],
  [-1, RANGE],
  [0.5, RANGE],
  [2 ** 32, RANGE],
  [2 ** 53, RANGE],
  [Number.NaN, RANGE],
  [Number.POSITIVE_INFINITY, RANGE],
  [Number.NEGATIVE_INFINITY, RANGE],
];

/** What no bytes can be. */
const NOT_BYTES = [
  undefined,
  null,
  'block',
  3,
  true,
  [1, 2],
  {},
  new ArrayBuffer(3),
  new DataView(new ArrayBuffer(3)),
  new Uint16Array(3),
  noop,
  { length: 3 },
];

/** Every wrong call: method, arguments, code, the argument at fault. @type {any[][]} */
const calls = [];

/**
 * Puts every value that is no uint32 in the place of each number.
 * @param {string} method
 * @param {string[]} names of its numbers
 * @param {unknown[]} rest
 */
function numbers(method, names, rest = []) {
  for (const [at, name] of names.entries()) {
    for (const [value, code] of NOT_UINT32) {
      const args = names.map(() => 1).map((good, i) => (i === at ? value : good));
      calls.push([method, [...args, ...rest], code, name]);
    }
  }
}

numbers('have', ['index']);
numbers('request', ['index', 'offset', 'length'], [noop]);
numbers('cancel', ['index', 'offset', 'length']);
numbers('piece', ['index', 'offset'], [block]);
numbers('port', ['port']);
numbers('extended', ['id'], [block]);

for (const value of NOT_BYTES) calls.push(['piece', [1, 2, value], TYPE, 'block']);
for (const value of [...NOT_BYTES, { buffer: 'bits' }, { buffer: new ArrayBuffer(1) }]) {
  calls.push(['bitfield', [value], TYPE, 'bitfield']);
}
for (const value of NOT_BYTES.filter((value) => typeof value !== 'string')) {
  calls.push(['handshake', [value, hash], TYPE, 'infoHash']);
  calls.push(['handshake', [hash, value], TYPE, 'peerId']);
}
for (const length of [0, 19, 21]) {
  calls.push(['handshake', [Buffer.alloc(length), hash], RANGE, 'infoHash.length']);
  calls.push(['handshake', [hash, new Uint8Array(length)], RANGE, 'peerId.length']);
  calls.push(['handshake', ['ab'.repeat(length), hash], RANGE, 'infoHash.length']);
  calls.push(['handshake', [hash, 'x'.repeat(length)], RANGE, 'peerId.length']);
}
calls.push(
  ['handshake', ['x'.repeat(40), hash], RANGE, 'infoHash.length'],
  ['handshake', [hash, 'é'.repeat(20)], RANGE, 'peerId.length'],
  ['handshake', [], TYPE, 'infoHash'],
  ['port', [65536], RANGE, 'port'],
  ['extended', [256, block], RANGE, 'id'],
);
for (const value of ['callback', 1, {}, true]) {
  calls.push(['request', [1, 2, 3, value], TYPE, 'callback']);
}
for (const value of [undefined, noop, Symbol('x'), 10n, true, { m: noop }, [1, Symbol('x')]]) {
  calls.push(['extended', [1, value], TYPE, 'message']);
}
for (const value of [Number.NaN, 1.5, 2 ** 62, Number.POSITIVE_INFINITY, { a: [0.1] }]) {
  calls.push(['extended', [1, value], RANGE, 'message']);
}
const circular = { a: {} };
circular.a = circular;
calls.push(['extended', [1, circular], RANGE, 'message']);
for (const value of [undefined, null, '1000', true, {}, noop]) {
  calls.push(['setTimeout', [value], TYPE, 'milliseconds']);
}
for (const value of [-1, Number.NaN, 2 ** 31, Number.POSITIVE_INFINITY]) {
  calls.push(['setTimeout', [value], RANGE, 'milliseconds']);
}
for (const value of ['listener', 1, {}]) {
  calls.push(['setTimeout', [1000, value], TYPE, 'listener']);
}

/**
 * @param {any} error
 * @param {string} code
 * @param {string} name of the argument
 */
function isMisuse(error, code, name) {
  assert.ok(error instanceof (code === TYPE ? TypeError : RangeError), `${error?.stack}`);
  assert.equal(error.code, code);
  assert.ok(error.message.includes(`"${name}"`), error.message);
  assert.ok(!error.message.includes('\n') && error.message.length < 250, error.message);
  return true;
}

/** @param {any} value */
const print = (value) => {
  if (value === circular) return 'circular';
  if (typeof value === 'function') return 'function';
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return value.constructor.name;
  if (Array.isArray(value)) return `[${value.map(print)}]`;
  if (value !== null && typeof value === 'object') return `{${Object.keys(value)}}`;
  return typeof value === 'bigint' ? `${value}n` : String(value);
};

/** A call that has to do with any state at all: the wire works as if nothing had been. */
function works(wire) {
  wire.have(5);
  assert.deepEqual(output(wire), bytes.have(5));
}

for (const method of new Set(calls.map(([name]) => name))) {
  describe(method, () => {
    for (const [, args, code, name] of calls.filter(([other]) => other === method)) {
      test(`${method}(${args.map(print).join(', ')})`, () => {
        const wire = busy();
        const emitted = [];
        const emit = wire.emit;
        wire.emit = (...event) => emitted.push(event[0]) && emit.apply(wire, event);
        const before = snapshot(wire);
        assert.throws(
          () => wire[method](...args),
          (error) => isMisuse(error, code, name),
        );
        assert.deepEqual(snapshot(wire), before);
        assert.deepEqual(emitted, []);
        assert.equal(wire.read(), null);
        works(wire);
        wire.destroy();
      });
    }
  });
}

describe('an answer', () => {
  for (const value of NOT_BYTES) {
    test(`respond(null, ${print(value)})`, () => {
      const wire = busy();
      const before = snapshot(wire);
      const { callback } = wire.peerRequests[0];
      assert.throws(
        () => callback(null, value),
        (error) => isMisuse(error, TYPE, 'block'),
      );
      assert.deepEqual(snapshot(wire), before);
      assert.equal(wire.read(), null);
      // It can still be given.
      callback(null, Buffer.from('abc'));
      assert.deepEqual(output(wire), bytes.piece(1, 2, Buffer.from('abc')));
      // And after that there is nothing to be wrong about.
      callback(null, value);
      wire.destroy();
    });
  }
});

describe('options', () => {
  const wrong = {
    speed: { type: ['5', {}, true, 5n], range: [-1, 3601, Number.POSITIVE_INFINITY] },
    maxMessageSize: { type: ['1', null, {}, 2n], range: [0, 16392, 2 ** 30 + 1, 20000.5] },
    maxPieces: { type: ['1', null, []], range: [0, -1, 2 ** 31 + 1, 1.5, Number.NaN] },
    pieceCount: { type: ['1', {}, false], range: [0, -1, 2 ** 31 + 1, 1.5] },
    maxPeerRequests: { type: ['1', null], range: [0, -1, 1.5, Number.POSITIVE_INFINITY] },
    uploadHighWaterMark: { type: ['1', null], range: [-1, 1.5, Number.NaN] },
    maxBlockSize: { type: ['1', null, 1n], range: [0, -1, 2 ** 30 + 1, 1.5] },
    maxBacklog: { type: ['1', null], range: [-1, 1.5, Number.NaN] },
    strict: { type: ['true', null, 1, 0, {}], range: [] },
    handshakeTimeout: { type: ['1', null, {}], range: [-1, 2 ** 31, Number.NaN] },
    idleTimeout: { type: ['1', null, {}], range: [-1, 2 ** 31, Number.POSITIVE_INFINITY] },
  };
  for (const [name, { type, range }] of Object.entries(wrong)) {
    for (const [values, code] of /** @type {const} */ ([
      [type, TYPE],
      [range, RANGE],
    ])) {
      for (const value of values) {
        test(`${name}: ${print(value)}`, () => {
          const count = native.openCount();
          for (const make of [pwp, (options) => new pwp(options)]) {
            assert.throws(
              () => make({ [name]: value }),
              (error) => isMisuse(error, code, `options.${name}`),
            );
          }
          assert.equal(native.openCount(), count);
        });
      }
    }
  }

  for (const value of [5, 'options', true, Symbol('options'), noop]) {
    test(`options themselves: ${print(value)}`, () => {
      assert.throws(
        () => pwp(value),
        (error) => isMisuse(error, TYPE, 'options'),
      );
    });
  }

  test('the ends of every range are within it', () => {
    const least = { speed: 0, maxMessageSize: 16393, maxPieces: 1, pieceCount: 1 };
    const most = { speed: 3600, maxMessageSize: 2 ** 30, maxPieces: 2 ** 31, pieceCount: 2 ** 31 };
    pwp({ ...least, maxPeerRequests: 1, uploadHighWaterMark: 0 }).destroy();
    const { MAX_SAFE_INTEGER: all } = Number;
    pwp({ ...most, maxPeerRequests: all, uploadHighWaterMark: all }).destroy();
    pwp({
      maxBlockSize: 1,
      maxBacklog: 0,
      strict: true,
      handshakeTimeout: 0,
      idleTimeout: 0,
    }).destroy();
    const times = { handshakeTimeout: 2 ** 31 - 1, idleTimeout: 2 ** 31 - 1 };
    pwp({ maxBlockSize: 2 ** 30, strict: false, ...times }).destroy();
    for (const nothing of [undefined, null, {}]) pwp(nothing).destroy();
    // As in 0.7.1, any falsy speed is the default.
    for (const speed of [undefined, null, false, '', 0]) pwp({ speed }).destroy();
  });
});

describe('pieceCount', () => {
  for (const [value, code] of /** @type {const} */ ([
    [undefined, TYPE],
    ['20', TYPE],
    [20n, TYPE],
    [0, RANGE],
    [-1, RANGE],
    [1.5, RANGE],
    [2 ** 31 + 1, RANGE],
  ])) {
    test(`pieceCount = ${print(value)}`, () => {
      const wire = busy({ pieceCount: 20 });
      const before = snapshot(wire);
      assert.throws(
        () => {
          wire.pieceCount = value;
        },
        (error) => isMisuse(error, code, 'pieceCount'),
      );
      assert.deepEqual(snapshot(wire), before);
      wire.write(bytes.have(20));
      assert.equal(wire.closeReason?.code, 'ERR_PWP_PIECE_INDEX');
    });
  }
});

test('a payload longer than any message', (t) => {
  /** @type {Uint8Array} */
  let long;
  try {
    // Never touched, so it takes no memory.
    long = new Uint8Array(2 ** 32 - 13);
  } catch {
    t.skip('no address space for 4 GiB');
    return;
  }
  const wire = busy();
  const other = busy();
  const before = snapshot(wire);
  for (const [method, args, name] of [
    ['piece', [1, 2, long], 'block.length'],
    ['bitfield', [long], 'bitfield.length'],
    ['extended', [1, long], 'message.length'],
  ]) {
    assert.throws(
      () => wire[method](...args),
      (error) => isMisuse(error, RANGE, name),
    );
  }
  assert.throws(
    () => wire.peerRequests[0].callback(null, long),
    (error) => isMisuse(error, RANGE, 'block.length'),
  );
  assert.deepEqual(snapshot(wire), before);
  works(wire);
  works(other);
});

test('values at the ends of their ranges go out', (t) => {
  const wire = busy();
  t.after(() => wire.destroy());
  const most = 0xffffffff;
  wire.have(most);
  wire.have(-0);
  wire.request(most, most, most);
  wire.cancel(most, most, most);
  wire.piece(most, most, Buffer.alloc(0));
  wire.port(0);
  wire.port(65535);
  wire.extended(255, Buffer.alloc(0));
  wire.setTimeout(2 ** 31 - 1);
  wire.setTimeout(1500.5);
  wire.setTimeout(0);
  assert.deepEqual(
    output(wire),
    Buffer.concat([
      bytes.have(most),
      bytes.have(0),
      bytes.request(most, most, most),
      bytes.cancel(most, most, most),
      bytes.piece(most, most, Buffer.alloc(0)),
      bytes.port(0),
      bytes.port(65535),
      bytes.extended(255, Buffer.alloc(0)),
    ]),
  );
});
