'use strict';

// unread output grows without bound while the peer keeps asking

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { test } = require('node:test');
const bytes = require('./helpers/bytes.js');
const { it, connect, until } = require('./helpers/loopback.js');

const BLOCK = 16384;
const MARK = 500 * 1024;

/** @param {number} from @param {number} count */
function requests(from, count) {
  const all = Array.from({ length: count }, (_, i) => bytes.request(from + i, 0, BLOCK));
  return Buffer.concat(all);
}

/**
 * Answers every request at once, as fast as a peer can ask.
 * @param {import('../../index.js')} wire
 * @param {(wire: any) => number} unread
 */
function serve(wire, unread) {
  const served = { count: 0, most: 0 };
  wire.on('request', (piece, _offset, length, respond) => {
    served.count++;
    respond(null, Buffer.alloc(length, piece));
    served.most = Math.max(served.most, unread(wire));
  });
  wire.on('interested', () => wire.unchoke());
  return served;
}

it('a peer that asks and never reads is told no more than fits', async (kind) => {
  const { t, connect, unread } = kind;
  const healthy = await kind.healthyPair();
  t.after(() => healthy.close());
  assert.ok(await healthy.transfer());
  const { peer, socket, wire, received } = await connect(t);
  const served = serve(wire, unread);
  peer.pause();
  peer.write(Buffer.concat([bytes.handshake(), bytes.interested, requests(0, 2000)]));
  await until(() => wire.peerRequests.length > 0 && unread(wire) > MARK, 'the mark');
  // Whatever fits the sockets has left; wait until nothing moves any more.
  let before = -1;
  while (before !== served.count) {
    before = served.count;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }

  // The bound: what the kernel took, one mark, and the answer that went over it.
  const left = unread(wire);
  assert.ok(left > MARK && left <= MARK + BLOCK + 13, `${left} bytes unread`);
  assert.ok(served.most <= MARK + BLOCK + 13, `${served.most} bytes unread at some time`);
  assert.equal(served.count + wire.peerRequests.length, 2000);
  assert.ok(wire.peerRequests.length > 100, `only ${wire.peerRequests.length} requests held back`);
  assert.equal(wire.uploaded, served.count * BLOCK);
  if (socket !== null) assert.ok(wire.uploaded - socket.bytesWritten <= left);

  // Input is still read meanwhile, and others go on.
  peer.write(Buffer.concat([bytes.have(5), bytes.cancel(1999, 0, BLOCK)]));
  await once(wire, 'cancel');
  assert.equal(wire.peerPieces[5], true);
  assert.ok(await healthy.transfer());

  // Once it reads, it gets everything, in order.
  peer.resume();
  await until(() => served.count === 1999, `all requests: ${served.count}`);
  await until(() => received().length >= 5 + 1999 * (BLOCK + 13), 'all blocks');
  let at = bytes.unchoke.length;
  for (let piece = 0; piece < 1999; piece++) {
    const expected = bytes.piece(piece, 0, Buffer.alloc(BLOCK, piece));
    assert.ok(received().compare(expected, 0, expected.length, at, at + expected.length) === 0);
    at += expected.length;
    if (piece === 3) break;
  }
  assert.equal(received().length, 5 + 1999 * (BLOCK + 13));
  assert.equal(wire.peerRequests.length, 0);
});

// Of a wire that nobody reads for a while: one with a socket of its own is always read.
test('answers that come later are bounded by the requests announced', async (t) => {
  const { peer, wire } = await connect(t, { uploadHighWaterMark: 100_000 });
  /** @type {(() => void)[]} */
  const answers = [];
  wire.on('request', (piece, _offset, length, respond) => {
    answers.push(() => respond(null, Buffer.alloc(length, piece)));
  });
  wire.unchoke();
  wire.unpipe();
  peer.write(Buffer.concat([bytes.handshake(), requests(0, 20), bytes.keepAlive]));
  await once(wire, 'keep-alive');
  assert.equal(answers.length, Math.ceil(100_000 / BLOCK));
  for (const answer of answers.splice(0)) answer();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(answers.length, 0, 'what is answered lies unread now');
  wire.resume();
  let answered = Math.ceil(100_000 / BLOCK);
  while (answered < 20) {
    await until(() => answers.length > 0, 'the requests held back');
    answered += answers.length;
    for (const answer of answers.splice(0)) answer();
  }
  assert.equal(answered, 20);
});

it('a request that is failed, cancelled or choked away makes room for the next', async ({
  t,
  connect,
}) => {
  const { peer, wire } = await connect(t, { uploadHighWaterMark: BLOCK - 1 });
  /** @type {((error: Error) => void)[]} */
  const responds = [];
  /** @type {number[]} */
  const asked = [];
  wire.on('request', (piece, _offset, _length, respond) => {
    asked.push(piece);
    responds.push(respond);
  });
  wire.unchoke();
  peer.write(Buffer.concat([bytes.handshake(), requests(0, 4), bytes.keepAlive]));
  await once(wire, 'keep-alive');
  assert.deepEqual(asked, [0]);
  responds[0](new Error('no such block'));
  await until(() => asked.length === 2, 'the request behind a failed one');
  peer.write(bytes.cancel(1, 0, BLOCK));
  await until(() => asked.length === 3, 'the request behind a cancelled one');
  wire.peerRequests.shift(); // as a caller may
  peer.write(requests(9, 1));
  await until(() => asked.length === 4, 'the request behind one taken away');
  wire.choke();
  wire.unchoke();
  peer.write(requests(7, 1));
  await until(() => asked.length === 5, 'a request after a choke');
  assert.deepEqual(asked, [0, 1, 2, 3, 7]);
});

for (const uploadHighWaterMark of [0, 1, MARK]) {
  it(`two wires that ask for much before they read: mark ${uploadHighWaterMark}`, async (kind) => {
    const pair = await kind.pair(kind.t, { uploadHighWaterMark });
    const wires = [pair.leecher, pair.seeder].map((wire) => {
      return { wire, served: serve(wire, kind.unread), blocks: 0, bytes: 0 };
    });
    for (const side of wires) {
      const { wire } = side;
      wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
      wire.interested();
      wire.on('unchoke', () => {
        for (let i = 0; i < 1000; i++) {
          wire.request(i, 0, BLOCK, (/** @type {any} */ error, /** @type {any} */ block) => {
            assert.equal(error, null);
            side.blocks++;
            side.bytes += block?.[100] === (i & 255) ? BLOCK : 0;
          });
        }
      });
    }
    await until(() => wires.every(({ blocks }) => blocks === 1000), 'every block on both sides');
    for (const { served, bytes, wire } of wires) {
      assert.equal(bytes, 1000 * BLOCK);
      assert.equal(served.count, 1000);
      assert.ok(served.most <= uploadHighWaterMark + BLOCK + 13 + 100);
      wire.destroy();
    }
  });
}

it('two peers that both write everything before they read anything', async ({
  t,
  connect,
  unread,
}) => {
  const sides = await Promise.all(
    [0, 1].map(async () => {
      const connection = await connect(t);
      const served = serve(connection.wire, unread);
      connection.peer.pause();
      return { ...connection, served };
    }),
  );
  // Each of them asks for more than the sockets hold, and takes nothing until all of it is out.
  await Promise.all(
    sides.map(({ peer }) => {
      const asked = [bytes.handshake(), bytes.interested, requests(0, 1000)];
      return new Promise((resolve) => peer.write(Buffer.concat(asked), resolve));
    }),
  );
  for (const { peer } of sides) peer.resume();
  await until(() => sides.every(({ served }) => served.count === 1000), 'every request');
});

it('an end while requests are held back forgets them', async ({ t, connect, unread }) => {
  const { peer, wire } = await connect(t);
  const served = serve(wire, unread);
  peer.pause();
  peer.write(Buffer.concat([bytes.handshake(), bytes.interested, requests(0, 2000)]));
  await until(() => unread(wire) > MARK, 'the mark');
  wire.destroy();
  const { count } = served;
  peer.resume();
  await once(wire, 'end');
  await new Promise(setImmediate);
  assert.equal(served.count, count);
  assert.equal(wire.peerRequests.length, 0);
});

it('a choke forgets requests held back, even those taken out of the list', async ({
  t,
  connect,
}) => {
  const { peer, wire } = await connect(t, { uploadHighWaterMark: 0 });
  /** @type {number[]} */
  const asked = [];
  wire.on('request', (piece) => asked.push(piece));
  wire.unchoke();
  peer.write(Buffer.concat([bytes.handshake(), requests(0, 3), bytes.keepAlive]));
  await once(wire, 'keep-alive');
  assert.deepEqual(asked, [0]);
  wire.peerRequests.length = 0;
  wire.choke();
  wire.unchoke();
  peer.write(Buffer.concat([requests(7, 1), bytes.keepAlive]));
  await once(wire, 'keep-alive');
  await until(() => asked.length === 2, 'the request after the choke');
  assert.deepEqual(asked, [0, 7]);
});
