'use strict';

// Everything that 0.7.1 gets wrong and this package does not, fed from real sockets.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { after, before, describe, test } = require('node:test');
const bytes = require('./helpers/bytes.js');
const { KINDS, it, until } = require('./helpers/loopback.js');
const { allowed, rows } = require('./helpers/rows.js');
const { ask, watch } = require('./helpers/watch.js');

/** How the bytes leave: in one write, or cut in the middle and sent apart. */
const MANNERS = {
  whole: (/** @type {Buffer} */ data) => [data],
  cut: (/** @type {Buffer} */ data) => [
    data.subarray(0, data.length >> 1),
    data.subarray(data.length >> 1),
  ],
};

/**
 * Has our side speak what a row says, and the peer announce its part.
 * @param {import('../../index.js')} wire
 * @param {any} speaks
 * @returns {Buffer} the peer's handshake
 */
function agree(wire, { ours, theirs = 0, uses } = {}) {
  if (uses) /** @type {any} */ (wire).use(uses);
  const infoHash = ours?.v2 ? bytes.INFO_HASH_V2 : bytes.INFO_HASH;
  if (ours || uses) wire.handshake(infoHash, bytes.PEER_ID, ours);
  return bytes.handshake(theirs);
}

/**
 * @param {import('node:net').Socket} peer
 * @param {Buffer[]} parts
 */
async function send(peer, parts) {
  peer.setNoDelay();
  for (const part of parts) {
    await new Promise((resolve) => peer.write(part, resolve));
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/**
 * Every row, on wires of a kind.
 * @param {any} kind
 * @param {(data: Buffer) => Buffer[]} cut
 * @param {boolean} listens whether there is an error listener
 */
function closes({ connect, healthyPair }, cut, listens) {
  /** @type {any} */
  let healthy;
  before(async () => {
    healthy = await healthyPair();
  });
  after(() => healthy.close());

  for (const row of rows) {
    test(row.name, async (t) => {
      assert.ok(await healthy.transfer());
      const { peer, socket, wire } = await connect(t, row.options);
      const { messages, ends } = watch(wire);
      /** @type {Error[]} */
      const errors = [];
      if (listens) wire.on('error', (/** @type {Error} */ error) => errors.push(error));
      /** @type {any[][]} */
      let outcomes = [];
      const shake = agree(wire, row.speaks);
      const opening = row.first ? [] : [shake, bytes.unchoke, bytes.port(1)];
      peer.write(Buffer.concat(opening));
      if (!row.first) {
        await once(wire, 'port');
        wire.unchoke();
        outcomes = ask(wire, 3);
        assert.deepEqual(outcomes, []);
      }
      const before = messages.length;

      const gone = once(peer, 'end');
      // What comes after the broken message must not be looked at.
      const tail = row.first ? bytes.handshake() : bytes.have(1);
      await send(peer, cut(Buffer.concat([row.bytes, tail])));
      await until(() => ends.includes('end'), `the end of the wire: ${ends}`);
      await gone;
      socket?.destroy();
      await new Promise(setImmediate);

      assert.equal(wire.closeReason?.code, row.code);
      if (row.message) assert.equal(wire.closeReason?.message, row.message);
      assert.ok(wire.closeReason instanceof Error);
      assert.deepEqual(messages.slice(before), row.told ?? []);
      assert.deepEqual(ends, ['close', 'finish', 'end']);
      assert.deepEqual(errors, listens ? [wire.closeReason] : []);
      const closed = ['ERR_PWP_WIRE_CLOSED', 'wire is closed'];
      assert.deepEqual(outcomes, row.first ? [] : [0, 1, 2].map((i) => [i, ...closed, null]));
      assert.deepEqual([wire.requests, wire.peerRequests], [[], []]);
      assert.ok(wire.peerPieces.length <= 2 ** 21);

      // Nothing more happens, whatever its owner does.
      for (const late of ['choke', 'unchoke', 'interested', 'uninterested', 'destroy']) {
        wire[late]();
      }
      wire.have(1);
      assert.deepEqual(ask(wire, 1), [[0, ...closed, undefined]]);
      await new Promise(setImmediate);
      assert.deepEqual(ends, ['close', 'finish', 'end']);
      assert.ok(await healthy.transfer());
    });
  }
}

for (const [title, kind] of Object.entries(KINDS)) {
  for (const [manner, cut] of Object.entries(MANNERS)) {
    for (const listens of [false, true]) {
      const how = `${manner}, ${listens ? 'with' : 'without'} an error listener`;
      describe(`closes, ${how}: ${title}`, () => closes(kind, cut, listens));
    }
  }
}

describe('just within the bounds', () => {
  for (const { name, options, speaks, bytes: sent, events } of allowed) {
    it(name, async ({ t, connect }) => {
      const { peer, wire } = await connect(t, options);
      const { messages, ends } = watch(wire);
      peer.write(Buffer.concat([agree(wire, speaks), sent, bytes.keepAlive]));
      await once(wire, 'keep-alive');
      assert.deepEqual(messages.slice(1, -1), events);
      assert.deepEqual(ends, []);
      assert.equal(wire.closeReason, null);
    });
  }
});

it('messages before the broken one are delivered first', async ({ t, connect }) => {
  const { peer, wire } = await connect(t);
  const { messages, ends } = watch(wire);
  const broken = bytes.message(4, Buffer.alloc(3));
  peer.write(Buffer.concat([bytes.handshake(), bytes.have(1), bytes.have(2), broken]));
  await until(() => ends.includes('end'), 'the end of the wire');
  assert.deepEqual(messages.slice(1), [
    ['have', 1],
    ['have', 2],
  ]);
});

it('a wire that closes because of its peer still sends what was sent before', async ({
  t,
  connect,
}) => {
  const { peer, wire, received } = await connect(t);
  wire.once('have', () => wire.piece(1, 2, Buffer.alloc(100_000, 3)));
  const gone = once(peer, 'end');
  peer.write(Buffer.concat([bytes.handshake(), bytes.have(1), bytes.u32(0xffffffff)]));
  await gone;
  assert.ok(received().equals(bytes.piece(1, 2, Buffer.alloc(100_000, 3))));
});

it('a peer that goes on sending after its mistake is not kept', async ({ t, connect }) => {
  const { peer, socket, wire } = await connect(t);
  const { messages, ends } = watch(wire);
  peer.on('error', () => {});
  peer.write(Buffer.concat([bytes.handshake(), bytes.u32(0xffffffff)]));
  let sent = 0;
  const more = setInterval(() => {
    sent++;
    peer.write(Buffer.alloc(65536, 0));
  }, 1);
  t.after(() => clearInterval(more));
  await until(() => ends.includes('end') && sent > 20, 'the end of the wire');
  assert.deepEqual(ends, ['close', 'finish', 'end']);
  assert.deepEqual(messages.slice(1), []);
  assert.ok(wire.writableLength === 0, `${wire.writableLength} bytes kept`);
  assert.ok(socket === null || socket.isPaused() || socket.listenerCount('data') === 0);
});
