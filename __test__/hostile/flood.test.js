'use strict';

// a peer's requests queue without end

const assert = require('node:assert/strict');
const { once } = require('node:events');
const bytes = require('./helpers/bytes.js');
const { it, until } = require('./helpers/loopback.js');
const { watch } = require('./helpers/watch.js');

/**
 * @param {number} count
 * @param {(i: number) => number[]} block
 */
function requests(count, block) {
  return Buffer.concat(Array.from({ length: count }, (_, i) => bytes.request(...block(i))));
}

/**
 * A wire that serves, and every request it was told of.
 * @param {import('./helpers/loopback.js').Given} given
 * @param {object} [options]
 */
async function serving({ t, connect }, options) {
  const connection = await connect(t, options);
  const { peer, wire } = connection;
  /** @type {{ block: number[], respond: import('../../index.js').Respond }[]} */
  const asked = [];
  wire.on('request', (piece, offset, length, respond) => {
    asked.push({ block: [piece, offset, length], respond });
  });
  wire.on('interested', () => wire.unchoke());
  peer.write(Buffer.concat([bytes.handshake(), bytes.interested]));
  return { ...connection, asked };
}

for (const [manner, block] of /** @type {const} */ ([
  ['different', (/** @type {number} */ i) => [i, 0, 100]],
  ['equal', () => [1, 0, 100]],
])) {
  it(`5000 ${manner} requests come to 2000, and the others go on`, async (kind) => {
    const healthy = await kind.healthyPair();
    kind.t.after(() => healthy.close());
    assert.ok(await healthy.transfer());
    const { peer, wire, asked } = await serving(kind);
    peer.write(Buffer.concat([requests(5000, block), bytes.keepAlive]));
    await once(wire, 'keep-alive');
    assert.equal(asked.length, 2000);
    assert.equal(wire.peerRequests.length, 2000);
    assert.deepEqual(asked[1999].block, block(1999));
    assert.ok(await healthy.transfer());
    assert.equal(wire.closeReason, null);
  });
}

it('an answer, a cancel and a choke make room again', async (kind) => {
  const { peer, wire, asked, received } = await serving(kind, { maxPeerRequests: 3 });
  const send = async (/** @type {Buffer} */ data) => {
    peer.write(Buffer.concat([data, bytes.keepAlive]));
    await once(wire, 'keep-alive');
    return asked.map(({ block }) => block[0]);
  };
  assert.deepEqual(await send(requests(5, (i) => [i, 0, 1])), [0, 1, 2]);
  asked[1].respond(null, Buffer.from('b'));
  assert.deepEqual(await send(requests(2, (i) => [10 + i, 0, 1])), [0, 1, 2, 10]);
  await send(bytes.cancel(0, 0, 1));
  assert.deepEqual(await send(requests(2, (i) => [20 + i, 0, 1])), [0, 1, 2, 10, 20]);
  // One that was refused by its owner has been answered too.
  asked[2].respond(new Error('no such piece'));
  assert.deepEqual(await send(requests(2, (i) => [30 + i, 0, 1])), [0, 1, 2, 10, 20, 30]);
  wire.choke();
  wire.unchoke();
  assert.equal(wire.peerRequests.length, 0);
  assert.equal((await send(requests(5, (i) => [40 + i, 0, 1]))).length, 9);
  // Nothing came of what was dropped, cancelled, refused or choked.
  for (const { respond } of asked.slice(0, 6)) respond(null, Buffer.from('x'));
  wire.have(9);
  const expected = Buffer.concat([
    bytes.unchoke,
    bytes.piece(1, 0, Buffer.from('b')),
    bytes.choke,
    bytes.unchoke,
    bytes.have(9),
  ]);
  await until(() => received().length >= expected.length, 'the block');
  assert.deepEqual(received(), expected);
});

it('requests while we choke are not kept at all', async ({ t, connect }) => {
  const { peer, wire } = await connect(t);
  const { messages } = watch(wire);
  peer.write(Buffer.concat([bytes.handshake(), requests(3000, () => [1, 0, 1]), bytes.keepAlive]));
  await once(wire, 'keep-alive');
  assert.equal(wire.peerRequests.length, 0);
  assert.deepEqual(
    messages.map(([name]) => name),
    ['handshake', 'keep-alive'],
  );
});

it('held requests count as well, and cannot be had past the bound', async (kind) => {
  const options = { maxPeerRequests: 10, uploadHighWaterMark: 0 };
  const connection = await serving(kind, options);
  const { peer, wire, asked } = connection;
  // Nobody takes what is sent from here on, so nothing is announced.
  await once(wire, 'interested');
  const unclog = kind.clog(connection);
  peer.write(Buffer.concat([requests(50, (i) => [i, 0, 1]), bytes.keepAlive]));
  await once(wire, 'keep-alive');
  assert.deepEqual([asked.length, wire.peerRequests.length], [0, 10]);
  peer.write(Buffer.concat([bytes.cancel(0, 0, 1), bytes.cancel(1, 0, 1), bytes.keepAlive]));
  await once(wire, 'keep-alive');
  assert.equal(wire.peerRequests.length, 8);
  unclog();
  // One at a time: with a mark of 0 the next waits until this one is answered.
  for (let n = 1; n <= 8; n++) {
    await until(() => asked.length === n, 'the requests held');
    asked[n - 1].respond(new Error('no such piece'));
  }
  assert.deepEqual(
    asked.map(({ block }) => block[0]),
    [2, 3, 4, 5, 6, 7, 8, 9],
  );
});
