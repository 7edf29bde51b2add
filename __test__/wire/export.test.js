'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { Duplex } = require('node:stream');
const { test } = require('node:test');
const native = require('../../lib/addon.js');
const pwp = require('../../index.js');
const { bytes, output } = require('./helpers/wires.js');

/** Whether a wire works, whatever it was made by. */
function works(wire) {
  const indexes = [];
  wire.on('have', (index) => indexes.push(index));
  wire.write(Buffer.concat([bytes.handshake(), bytes.have(3)]));
  wire.have(4);
  assert.deepEqual(output(wire), bytes.have(4));
  assert.deepEqual(indexes, [3]);
  wire.destroy();
}

const makers = {
  'pwp()': () => pwp(),
  'new pwp()': () => new pwp(),
  'pwp.Wire()': () => pwp.Wire(),
  'new pwp.Wire()': () => new pwp.Wire(),
  'an element of a list': () => [pwp][0](),
  'a method of another object': () => ({ make: pwp }).make(),
  'pwp.call(undefined)': () => pwp.call(undefined),
  'pwp.call(globalThis)': () => pwp.call(globalThis),
  'Reflect.construct': () => Reflect.construct(pwp, [{ speed: 3 }]),
};

for (const [name, make] of Object.entries(makers)) {
  test(`${name} makes a wire`, () => {
    const wire = make();
    assert.ok(wire instanceof pwp);
    assert.ok(wire instanceof pwp.Wire);
    assert.ok(wire instanceof Duplex);
    assert.equal(Object.getPrototypeOf(wire), pwp.prototype);
    assert.equal(wire.constructor, pwp);
    works(wire);
  });
}

test('options reach the wire by every way', () => {
  for (const make of [pwp, pwp.Wire, (options) => new pwp(options)]) {
    const wire = make({ pieceCount: 7 });
    assert.equal(wire.pieceCount, 7);
    wire.destroy();
  }
  class Sub extends pwp {}
  const wire = new Sub({ pieceCount: 8 });
  assert.equal(wire.pieceCount, 8);
  wire.destroy();
});

test('a class that extends it', () => {
  class Sub extends pwp {
    #seen = 0;
    extra = 'mine';

    constructor() {
      super({ speed: 2 });
      this.on('have', () => this.#seen++);
    }

    get seen() {
      return this.#seen;
    }

    have(index) {
      super.have(index);
    }
  }
  class SubSub extends Sub {}
  for (const Class of [Sub, SubSub]) {
    const wire = new Class();
    assert.ok(wire instanceof pwp && wire instanceof Sub && wire instanceof Duplex);
    assert.equal(wire.constructor, Class);
    assert.equal(wire.extra, 'mine');
    works(wire);
    assert.equal(wire.seen, 1);
  }
});

test('a function that borrows it is told how it is done', () => {
  function Sub() {
    pwp.call(this);
  }
  Object.setPrototypeOf(Sub.prototype, pwp.prototype);
  const count = native.openCount();
  assert.throws(() => new Sub(), TypeError);
  assert.equal(native.openCount(), count);
});

test('what is not a wire is no instance', () => {
  for (const other of [new Duplex(), {}, null, 5, pwp]) assert.ok(!(other instanceof pwp));
});

test('methods of a wire refuse what is no wire', () => {
  const duplex = new Duplex();
  for (const method of ['choke', 'unchoke', 'setKeepAlive', 'destroy', 'interested']) {
    assert.throws(() => pwp.prototype[method].call(duplex), TypeError);
  }
});

test('the fields of a wire can be listed, set and added to', () => {
  const wire = pwp();
  const fields = [
    'amChoking',
    'amInterested',
    'peerChoking',
    'peerInterested',
    'peerPieces',
    'peerExtensions',
    'peerAddress',
    'uploaded',
    'downloaded',
    'uploadSpeed',
    'downloadSpeed',
    'requests',
    'peerRequests',
    'closeReason',
  ];
  for (const field of fields) assert.ok(Object.keys(wire).includes(field), field);
  assert.ok(Array.isArray(wire.peerPieces) && Array.isArray(wire.requests));
  assert.ok(Array.isArray(wire.peerRequests));
  wire.peerAddress = '127.0.0.1:6881';
  wire.ownField = wire;
  assert.equal(wire.ownField.peerAddress, '127.0.0.1:6881');
  wire.destroy();
});

test('import gives the same, by default and by name', async () => {
  const namespace = await import('../../index.mjs');
  assert.deepEqual(Object.keys(namespace).sort(), ['Wire', 'connect', 'createServer', 'default']);
  assert.equal(namespace.default, pwp);
  assert.equal(namespace.Wire, pwp);
  assert.equal(namespace.connect, pwp.connect);
  assert.equal(namespace.createServer, pwp.createServer);
});

test('the package gives the same under its own name', async () => {
  assert.equal(require('peer-wire-protocol-native'), pwp);
  const namespace = await import('peer-wire-protocol-native');
  assert.equal(namespace.default, pwp);
  assert.equal(namespace.Wire, pwp);
  assert.equal(require('peer-wire-protocol-native/package.json').name, 'peer-wire-protocol-native');
  assert.throws(() => require('peer-wire-protocol-native/lib/wire.js'), {
    code: 'ERR_PACKAGE_PATH_NOT_EXPORTED',
  });
});

test('a process that only loads it ends, and says nothing', () => {
  const script = "require('peer-wire-protocol-native')(); import('peer-wire-protocol-native')";
  const output = execFileSync(process.execPath, ['--trace-warnings', '-e', script], {
    cwd: __dirname,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 10_000,
  });
  assert.equal(output, '');
});
