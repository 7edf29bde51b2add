'use strict';

// A caller's mistake throws, coded, before anything has changed.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const native = require('../../lib/addon.js');
const { HOST, listen, pwp, when } = require('./helpers/sockets.js');

const TYPE = { name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' };
const RANGE = { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' };

/** What everybody who takes options of a wire refuses. @type {[object, object][]} */
const OF_A_WIRE = [
  [{ encryption: 'always' }, RANGE],
  [{ maxMessageSize: 1 }, RANGE],
  [{ maxMessageSize: '1048576' }, TYPE],
  [{ pieceCount: 0 }, RANGE],
  [{ speed: 'fast' }, TYPE],
  [{ strict: 1 }, TYPE],
  [{ uploadHighWaterMark: -1 }, RANGE],
  [{ handshakeTimeout: -1 }, RANGE],
  [{ idleTimeout: 2 ** 31 }, RANGE],
  [{ infoHashes: 5 }, TYPE],
];

describe('connect', () => {
  /** @type {[any, object][]} */
  const wrong = [
    [undefined, TYPE],
    [null, TYPE],
    [6881, TYPE],
    ['localhost', TYPE],
    [{}, TYPE],
    [{ port: '6881' }, TYPE],
    [{ port: null }, TYPE],
    [{ port: 0 }, RANGE],
    [{ port: -1 }, RANGE],
    [{ port: 65_536 }, RANGE],
    [{ port: 6881.5 }, RANGE],
    [{ port: Number.NaN }, RANGE],
    [{ port: 1, host: '' }, TYPE],
    [{ port: 1, host: null }, TYPE],
    [{ port: 1, host: 127 }, TYPE],
    [{ port: 1, localAddress: 'localhost' }, TYPE],
    [{ port: 1, localAddress: '' }, TYPE],
    [{ port: 1, localAddress: '127.0.0.256' }, TYPE],
    [{ port: 1, localAddress: 5 }, TYPE],
    [{ port: 1, localAddress: '[::1]' }, TYPE],
    // Not one that can be dialled from without a scope.
    [{ port: 1, host: '::1', localAddress: 'fe80::1%lo' }, TYPE],
    [{ port: 1, connectTimeout: -1 }, RANGE],
    [{ port: 1, connectTimeout: 0.5 }, RANGE],
    [{ port: 1, connectTimeout: 2 ** 31 }, RANGE],
    [{ port: 1, connectTimeout: '1000' }, TYPE],
    [{ port: 1, connectTimeout: null }, TYPE],
    [{ port: 1, noDelay: 1 }, TYPE],
    [{ port: 1, noDelay: null }, TYPE],
    [{ port: 1, signal: true }, TYPE],
    [{ port: 1, signal: {} }, TYPE],
    [{ port: 1, signal: 'abort' }, TYPE],
    ...OF_A_WIRE.map(([options, error]) => [{ port: 1, ...options }, error]),
  ];
  for (const [options, error] of wrong) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      const before = native.openCount();
      assert.throws(() => pwp.connect(options), error);
      assert.equal(native.openCount(), before, 'something is left');
    });
  }

  for (const [name, options] of /** @type {[string, object][]} */ ([
    ['the largest of everything', { port: 65_535, connectTimeout: 2 ** 31 - 1 }],
    ['no address of ours', { port: 1, localAddress: null, signal: null }],
    ['what is undefined', { port: 1, host: undefined, noDelay: undefined, signal: undefined }],
    ['an address in brackets', { port: 1, host: '[::1]' }],
    ['an address of IPv6 of ours', { port: 1, host: '::1', localAddress: '::1' }],
    ['all options of a wire', { port: 1, pieceCount: 5, strict: true, encryption: 'require' }],
  ])) {
    test(`takes ${name}`, async () => {
      const wire = pwp.connect(options);
      const end = when(wire, 'end');
      wire.destroy();
      await end;
    });
  }
});

describe('createServer', () => {
  /** @type {[any[], object][]} */
  const wrong = [
    [[5], TYPE],
    [['options'], TYPE],
    [[{ noDelay: 'yes' }], TYPE],
    [[{}, 5], TYPE],
    [[{}, 'onWire'], TYPE],
    [[null, {}], TYPE],
    ...OF_A_WIRE.map(([options, error]) => /** @type {[any[], object]} */ ([[options], error])),
  ];
  for (const [args, error] of wrong) {
    test(`refuses ${JSON.stringify(args)}`, () => {
      assert.throws(() => pwp.createServer(...args), error);
    });
  }

  test('takes options, a listener, both or nothing', () => {
    const listener = () => {};
    for (const args of [[], [null], [undefined, null], [{}], [{ noDelay: false }, null]]) {
      assert.equal(pwp.createServer(...args).listenerCount('connection'), 0);
    }
    for (const args of [[listener], [null, listener], [{ pieceCount: 3 }, listener]]) {
      assert.deepEqual(pwp.createServer(...args).listeners('connection'), [listener]);
    }
  });

  test('reads its options once', async (t) => {
    const options = { pieceCount: 5 };
    const server = pwp.createServer(options);
    options.pieceCount = 0;
    const given = when(server, 'connection');
    pwp.connect({ port: await listen(t, server), host: HOST }).on('connect', function () {
      this.destroy();
    });
    const [wire] = await given;
    assert.equal(wire.pieceCount, 5);
    await when(wire, 'end');
  });
});

describe('listen', () => {
  /** @type {[any[], object][]} */
  const wrong = [
    [[-1], RANGE],
    [[65_536], RANGE],
    [[1.5], RANGE],
    [['port'], TYPE],
    [[true], TYPE],
    [[{ port: -1 }], RANGE],
    [[{ port: 0, host: 5 }], TYPE],
    [[{ port: 0, backlog: -1 }], RANGE],
    [[{ port: 0, backlog: '5' }], TYPE],
    [[{ port: 0, signal: 5 }], TYPE],
    [[{ port: 0, signal: {} }], TYPE],
  ];
  for (const [args, error] of wrong) {
    test(`refuses ${JSON.stringify(args)}`, async (t) => {
      const server = pwp.createServer();
      assert.throws(() => server.listen(...args), error);
      // Nothing has changed.
      assert.ok((await listen(t, server)) > 0);
    });
  }

  test('close() and getConnections() refuse what is no function', () => {
    const server = pwp.createServer();
    assert.throws(() => server.close(/** @type {any} */ (5)), TYPE);
    for (const callback of /** @type {any[]} */ ([undefined, null, 5])) {
      assert.throws(() => server.getConnections(callback), TYPE);
    }
  });
});
