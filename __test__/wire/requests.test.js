'use strict';

// Which request a block, a cancel or a choke settles, when there are many and equal ones among them.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const { bytes, busy, output, shaken } = require('./helpers/wires.js');

const piece = fc.nat(3);
const offset = fc.nat(20);
const length = fc.integer({ min: 1, max: 2 });

/** What may happen, many requests at a time so that lists get long. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constant('ask'), piece, offset, length) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('askMany'), fc.integer({ min: 1, max: 300 })) },
  { weight: 6, arbitrary: fc.tuple(fc.constant('block'), piece, offset, length) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('cancel'), piece, offset, length) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('oldest'), fc.nat(60)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('youngest'), fc.nat(60)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('choke')) },
);

/** A list and nothing else: what the wire must do, however it finds its requests. */
class Model {
  /** @type {{ id: number, block: number[] }[]} */
  waiting = [];
  /** @type {string[]} */
  log = [];

  settle(block, outcome) {
    const at = this.waiting.findIndex((request) => request.block.join() === block.join());
    if (at === -1) return;
    this.log.push(`${this.waiting[at].id} ${outcome}`);
    this.waiting.splice(at, 1);
  }
}

test('the oldest of equal requests, whatever came and went before', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const wire = shaken();
      wire.write(bytes.unchoke);
      const model = new Model();
      /** @type {string[]} */
      const log = [];
      let id = 0;
      const ask = (...block) => {
        const own = id++;
        model.waiting.push({ id: own, block });
        wire.request(...block, (error, got) => {
          if (!error) assert.equal(got?.length, block[2]);
          log.push(`${own} ${error?.code ?? 'block'}`);
        });
      };
      const deliver = (block) => {
        model.settle(block, 'block');
        wire.write(bytes.piece(block[0], block[1], Buffer.alloc(block[2])));
      };
      for (const [name, ...args] of steps) {
        if (name === 'ask') ask(...args);
        if (name === 'askMany') {
          for (let i = 0; i < args[0]; i++) ask(i & 3, (i * 7) % 21, 1 + (i % 2));
        }
        if (name === 'block') deliver(args);
        if (name === 'cancel') {
          model.settle(args, 'ERR_PWP_REQUEST_CANCELLED');
          wire.cancel(...args);
        }
        for (let i = 0; i < args[0] && model.waiting.length > 0; i++) {
          if (name === 'oldest') deliver(model.waiting[0].block);
          if (name === 'youngest') deliver(model.waiting[model.waiting.length - 1].block);
        }
        if (name === 'choke') {
          for (const { id } of model.waiting.splice(0))
            model.log.push(`${id} ERR_PWP_PEER_CHOKING`);
          wire.write(Buffer.concat([bytes.choke, bytes.unchoke]));
        }
        const now = wire.requests.map((request) => [request.piece, request.offset, request.length]);
        assert.deepEqual(
          now,
          model.waiting.map(({ block }) => block),
        );
      }
      assert.deepEqual(log, model.log);
      wire.destroy();
    }),
    { numRuns: 150 },
  );
});

test('a callback may ask, cancel and look while hundreds wait', () => {
  const wire = shaken();
  wire.write(bytes.unchoke);
  const log = [];
  for (let i = 0; i < 400; i++) {
    wire.request(i, 0, 1, (error) => {
      log.push(`${i} ${error?.code ?? 'block'}`);
      if (i % 100 === 0) {
        assert.ok(!wire.requests.some((request) => request.piece === i));
        wire.cancel(i + 1, 0, 1);
        wire.request(1000 + i, 0, 1);
      }
    });
  }
  for (let i = 399; i >= 0; i--) wire.write(bytes.piece(i, 0, Buffer.alloc(1)));
  assert.equal(log.length, 400);
  assert.equal(new Set(log).size, 400);
  assert.deepEqual(
    wire.requests.map((request) => request.piece),
    [1300, 1200, 1100, 1000],
  );
  // Those cancelled had their blocks before: only the first of each hundred came last.
  assert.ok(log.every((line) => line.endsWith(' block')));
  wire.destroy();
});

test('the fields of a request are those of 0.7.1', () => {
  const wire = busy();
  const callback = () => {};
  wire.request(1, 2, 3, callback);
  const [, request] = wire.requests;
  assert.deepEqual([request.piece, request.offset, request.length], [1, 2, 3]);
  assert.equal(request.callback, callback);
  const [peerRequest] = wire.peerRequests;
  assert.deepEqual([peerRequest.piece, peerRequest.offset, peerRequest.length], [1, 2, 3]);
  assert.equal(typeof peerRequest.callback, 'function');
});

test('as in 0.7.1, of several equal requests of the peer the oldest is answered first', () => {
  const wire = busy();
  wire.write(bytes.request(1, 2, 3));
  const [first, second] = wire.peerRequests;
  output(wire);
  second.callback(null, Buffer.from('abc'));
  assert.deepEqual(output(wire), Buffer.alloc(0));
  assert.equal(wire.peerRequests.length, 1);
  assert.equal(wire.peerRequests[0], second);
  first.callback(null, Buffer.from('abc'));
  assert.deepEqual(wire.peerRequests, []);
});
