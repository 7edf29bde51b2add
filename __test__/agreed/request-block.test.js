'use strict';

// A request as a promise.

const assert = require('node:assert/strict');
const { getEventListeners } = require('node:events');
const { test } = require('node:test');
const { bytes, fast, output, reject } = require('./helpers/agreed.js');

/** A wire that may ask. */
function unchoked(/** @type {object | undefined} */ options) {
  const wire = fast(options);
  wire.write(bytes.unchoke);
  return wire;
}

const block = Buffer.alloc(16, 7);
const cancel = bytes.cancel(1, 0, 16);

test('resolves with the block', async () => {
  const wire = unchoked();
  const promise = wire.requestBlock(1, 0, 16);
  assert.ok(promise instanceof Promise);
  assert.deepEqual(output(wire), bytes.request(1, 0, 16));
  assert.equal(wire.requests.length, 1);
  wire.write(bytes.piece(1, 0, block));
  assert.deepEqual(await promise, block);
});

test('rejects with what a callback would get', async () => {
  const choked = fast();
  await assert.rejects(choked.requestBlock(1, 0, 16), { code: 'ERR_PWP_PEER_CHOKING' });
  const wire = unchoked();
  const refused = wire.requestBlock(1, 0, 16);
  wire.write(reject(1, 0, 16));
  await assert.rejects(refused, {
    code: 'ERR_PWP_REQUEST_REJECTED',
    message: 'request was rejected',
  });
  const cancelled = wire.requestBlock(1, 0, 16);
  wire.cancel(1, 0, 16);
  await assert.rejects(cancelled, { code: 'ERR_PWP_REQUEST_CANCELLED' });
  const closed = wire.requestBlock(1, 0, 16);
  wire.destroy();
  await assert.rejects(closed, { code: 'ERR_PWP_WIRE_CLOSED' });
  await assert.rejects(wire.requestBlock(1, 0, 16), { code: 'ERR_PWP_WIRE_CLOSED' });
});

test('rejects, and never throws, for wrong arguments', async () => {
  const wire = unchoked();
  await assert.rejects(wire.requestBlock(-1, 0, 16), { code: 'ERR_OUT_OF_RANGE' });
  await assert.rejects(wire.requestBlock(1, '0', 16), { code: 'ERR_INVALID_ARG_TYPE' });
  for (const signal of [null, {}, 'signal']) {
    await assert.rejects(wire.requestBlock(1, 0, 16, { signal }), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  assert.deepEqual([wire.requests, wire.read()], [[], null]);
});

test('an abort cancels it', async () => {
  const wire = unchoked();
  const controller = new AbortController();
  const promise = wire.requestBlock(1, 0, 16, { signal: controller.signal });
  output(wire);
  controller.abort(new Error('enough'));
  await assert.rejects(promise, (/** @type {any} */ error) => {
    assert.deepEqual(
      [error.name, error.code, error.cause.message],
      ['AbortError', 'ABORT_ERR', 'enough'],
    );
    return true;
  });
  assert.deepEqual([output(wire), wire.requests], [cancel, []]);
  // The block was under way: it is told like any other that nobody asked for.
  const pieces = [];
  wire.on('piece', (piece) => pieces.push(piece));
  wire.write(bytes.piece(1, 0, block));
  assert.deepEqual([pieces, wire.downloaded], [[1], 16]);
});

test('of equal requests an abort takes back its own', async () => {
  const wire = unchoked();
  const controller = new AbortController();
  const first = wire.requestBlock(1, 0, 16);
  const second = wire.requestBlock(1, 0, 16, { signal: controller.signal });
  const third = wire.requestBlock(1, 0, 16);
  controller.abort();
  await assert.rejects(second, { code: 'ABORT_ERR' });
  wire.write(Buffer.concat([bytes.piece(1, 0, block), bytes.piece(1, 0, block)]));
  assert.deepEqual(await Promise.all([first, third]), [block, block]);
});

test('among many, which are found by an index', async () => {
  const wire = unchoked();
  const controller = new AbortController();
  const all = Array.from({ length: 400 }, (_, index) =>
    wire.requestBlock(index, 0, 16, index % 2 ? { signal: controller.signal } : undefined),
  );
  const outcomes = Promise.allSettled(all);
  controller.abort();
  assert.equal(wire.requests.length, 200);
  for (let index = 398; index >= 0; index -= 2) wire.write(bytes.piece(index, 0, block));
  for (const [index, { status }] of (await outcomes).entries()) {
    assert.equal(status, index % 2 ? 'rejected' : 'fulfilled', `${index}`);
  }
});

test('an aborted signal asks for nothing', async () => {
  const wire = unchoked();
  await assert.rejects(wire.requestBlock(1, 0, 16, { signal: AbortSignal.abort() }), {
    code: 'ABORT_ERR',
  });
  assert.deepEqual([wire.requests, wire.read()], [[], null]);
});

test('nothing is left on the signal, and an abort that comes late does nothing', async () => {
  const wire = unchoked();
  const controller = new AbortController();
  const { signal } = controller;
  const promises = [
    wire.requestBlock(1, 0, 16, { signal }),
    wire.requestBlock(2, 0, 16, { signal }),
  ];
  wire.write(Buffer.concat([bytes.piece(1, 0, block), reject(2, 0, 16)]));
  await Promise.allSettled(promises);
  await assert.rejects(fast().requestBlock(3, 0, 16, { signal }), { code: 'ERR_PWP_PEER_CHOKING' });
  assert.deepEqual(getEventListeners(signal, 'abort'), []);
  output(wire);
  controller.abort();
  assert.equal(wire.read(), null);
});

test('one that waits for its turn is taken back without a word', async () => {
  const wire = unchoked({ respectReqq: true });
  wire.write(bytes.extended(0, Buffer.from('d4:reqqi2ee')));
  const controller = new AbortController();
  const first = wire.requestBlock(1, 0, 16);
  const second = wire.requestBlock(2, 0, 16, { signal: controller.signal });
  output(wire);
  controller.abort();
  await assert.rejects(second, { code: 'ABORT_ERR' });
  assert.equal(wire.read(), null);
  wire.write(bytes.piece(1, 0, block));
  await first;
  assert.equal(wire.read(), null);
});

test('one signal for many requests is one listener', async () => {
  const wire = unchoked();
  const controller = new AbortController();
  const { signal } = controller;
  /** @type {unknown[]} */
  const warnings = [];
  const warn = (/** @type {unknown} */ warning) => warnings.push(warning);
  process.on('warning', warn);
  const all = Array.from({ length: 30 }, (_, index) => wire.requestBlock(index, 0, 16, { signal }));
  assert.equal(getEventListeners(signal, 'abort').length, 1);
  wire.write(bytes.piece(3, 0, block));
  const outcomes = Promise.allSettled(all);
  controller.abort();
  const statuses = (await outcomes).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 'rejected').length, 29);
  assert.equal(statuses[3], 'fulfilled');
  assert.deepEqual([wire.requests, getEventListeners(signal, 'abort')], [[], []]);
  await new Promise(setImmediate);
  process.off('warning', warn);
  assert.deepEqual(warnings, []);
});
