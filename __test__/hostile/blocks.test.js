'use strict';

// a request for no bytes, or for 4 GiB, is passed on
// what a peer that never reads provokes besides blocks grows without bound
// a flood of messages on one wire holds up all others

const assert = require('node:assert/strict');
const { once } = require('node:events');
const bytes = require('./helpers/bytes.js');
const { it, until } = require('./helpers/loopback.js');

it('requests beyond maxBlockSize are passed over, those within it are not', async ({
  t,
  connect,
}) => {
  for (const [options, most] of /** @type {const} */ ([
    [{}, 2 ** 17],
    [{ maxBlockSize: 16384 }, 16384],
  ])) {
    const { peer, wire } = await connect(t, options);
    /** @type {number[]} */
    const asked = [];
    wire.on('request', (_piece, _offset, length, respond) => {
      asked.push(length);
      respond(null, Buffer.alloc(1));
    });
    wire.unchoke();
    const lengths = [0, 1, most, most + 1, 0xffffffff, most - 1];
    peer.write(
      Buffer.concat([
        bytes.handshake(),
        ...lengths.map((length) => bytes.request(0, 0, length)),
        bytes.keepAlive,
      ]),
    );
    await once(wire, 'keep-alive');
    assert.deepEqual(asked, [1, most, most - 1]);
    assert.equal(wire.closeReason, null);
  }
});

it('a peer that does not read what it provokes is given up', async ({ t, connect, unread }) => {
  const { peer, wire, socket } = await connect(t, {
    maxBacklog: 10_000,
    uploadHighWaterMark: 5_000,
  });
  peer.pause();
  wire.on('interested', () => wire.unchoke());
  wire.on('uninterested', () => wire.choke());
  let most = 0;
  const flood = Buffer.concat(
    Array.from({ length: 4000 }, () => [bytes.interested, bytes.message(3)]).flat(),
  );
  peer.write(bytes.handshake());
  const watching = setInterval(() => {
    most = Math.max(most, unread(wire));
  }, 1);
  t.after(() => clearInterval(watching));
  while (!wire.destroyed) {
    peer.write(flood);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.equal(wire.closeReason?.code, 'ERR_PWP_BACKLOG');
  assert.match(String(wire.closeReason?.message), /10000 bytes/);
  assert.ok(most < 100_000, `${most} bytes unread`);
  socket?.destroy();
});

it('a peer that reads, however much it provokes, is not', async ({ t, connect }) => {
  const { peer, wire, received } = await connect(t, {
    maxBacklog: 10_000,
    uploadHighWaterMark: 5_000,
  });
  wire.on('interested', () => wire.unchoke());
  wire.on('uninterested', () => wire.choke());
  const pair = Buffer.concat([bytes.interested, bytes.message(3)]);
  peer.write(bytes.handshake());
  for (let i = 0; i < 20; i++) {
    peer.write(Buffer.alloc(1000 * pair.length, pair));
    await until(() => received().length === (i + 1) * 10_000, 'its answers');
  }
  assert.equal(wire.closeReason, null);
});

it('a wire that serves beside a flooded one is heard in time', async ({ t, connect }) => {
  const flooded = await connect(t);
  const served = await connect(t);
  let flood = 0;
  flooded.wire.on('have', () => flood++);
  const haves = Buffer.alloc(9 * 200_000, bytes.have(5));
  flooded.peer.write(Buffer.concat([bytes.handshake(), haves, haves, haves]));
  served.peer.write(bytes.handshake());
  await once(served.wire, 'handshake');
  const before = flood;
  for (let i = 0; i < 5; i++) {
    served.peer.write(bytes.have(i));
    await once(served.wire, 'have');
  }
  assert.ok(before < 600_000);
  await until(() => flood === 600_000, 'the whole flood');
});
