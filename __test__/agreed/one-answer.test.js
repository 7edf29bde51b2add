'use strict';

// With Fast every request has exactly one answer, a block or a reject (BEP 6), whatever else happens.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const { bytes, fast, output, pwp } = require('./helpers/agreed.js');

const index = fc.nat(2);
const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('request'), index) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('cancel'), index) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('answer'), fc.nat(5), fc.boolean()) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('choke')) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('unchoke')) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('allow'), index) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('read')) },
);

/** @param {Uint8Array} sent what of it is an answer, by piece */
function answersIn(sent) {
  const counts = [0, 0, 0];
  const reader = pwp();
  const other = fast();
  other.on('piece', (piece) => counts[piece]++);
  other.on('reject', (piece) => counts[piece]++);
  other.write(sent);
  reader.destroy();
  return counts;
}

test('as many answers as requests', () => {
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 60 }),
      fc.record({
        maxPeerRequests: fc.integer({ min: 1, max: 5 }),
        uploadHighWaterMark: fc.nat(64),
      }),
      (steps, options) => {
        const wire = fast(options);
        const asked = [0, 0, 0];
        /** @type {any[]} */
        let responders = [];
        wire.on('request', (_piece, _offset, _length, respond) => responders.push(respond));
        /** @type {Buffer[]} */
        const sent = [];
        for (const [name, a, b] of /** @type {any[]} */ (steps)) {
          if (name === 'request') {
            asked[a]++;
            wire.write(bytes.request(a, 0, 16));
          }
          if (name === 'cancel') wire.write(bytes.cancel(a, 0, 16));
          if (name === 'answer') {
            const [respond] = responders.splice(a % (responders.length || 1), 1);
            respond?.(b ? new Error('disk') : null, Buffer.alloc(16));
          }
          if (name === 'choke') wire.choke();
          if (name === 'unchoke') wire.unchoke();
          if (name === 'allow') wire.allowedFast(a);
          if (name === 'read') sent.push(output(wire));
        }
        // What is left is refused by a choke, but for allowed pieces, which are still to be answered.
        wire.unchoke();
        wire.choke();
        const left = [0, 0, 0];
        for (const { piece } of wire.peerRequests) left[piece]++;
        assert.ok(left.every((count, piece) => count === 0 || wire.allowedFastSet.includes(piece)));
        responders = [];
        sent.push(output(wire));
        const answered = answersIn(Buffer.concat(sent));
        assert.deepEqual(
          answered.map((count, piece) => count + left[piece]),
          asked,
        );
      },
    ),
    { numRuns: 500 },
  );
});
