'use strict';

// The mended rows that our own side starts, seen by a peer on a real socket.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const bytes = require('./helpers/bytes.js');
const { it, until } = require('./helpers/loopback.js');

/**
 * @param {() => Buffer} received
 * @param {Buffer} expected
 */
async function sent(received, expected) {
  await until(() => received().length >= expected.length, `${expected.length} bytes`);
  assert.deepEqual(received(), expected);
}

it('`bitfield(Buffer)` sends a malformed message', async ({ t, connect }) => {
  const { wire, received } = await connect(t);
  const pool = Buffer.from('a part of the pool: its .buffer is all of it').subarray(2, 6);
  wire.bitfield(pool);
  wire.bitfield(new Uint8Array([1, 2, 3]));
  wire.bitfield({ buffer: Buffer.from([4, 5]) });
  wire.bitfield({ buffer: new Uint8Array([6]) });
  wire.bitfield(new Uint8Array(new ArrayBuffer(8), 4, 2).fill(9));
  const bitfields = [pool, [1, 2, 3], [4, 5], [6], [9, 9]];
  await sent(received, Buffer.concat(bitfields.map((bits) => bytes.bitfield(Buffer.from(bits)))));
});

it('`request(-1, …)` throws and leaves its entry in `requests`', async ({
  t,
  connect,
  healthyPair,
}) => {
  const healthy = await healthyPair();
  t.after(() => healthy.close());
  assert.ok(await healthy.transfer());
  const { peer, wire, received } = await connect(t);
  peer.write(Buffer.concat([bytes.handshake(), bytes.unchoke]));
  await once(wire, 'unchoke');
  let calls = 0;
  const callback = () => calls++;
  for (const block of [
    [-1, 0, 1],
    [0, -1, 1],
    [0, 0, -1],
    [2 ** 32, 0, 1],
    [0.5, 0, 1],
  ]) {
    assert.throws(
      () => wire.request(block[0], block[1], block[2], callback),
      (/** @type {any} */ error) =>
        error instanceof RangeError && error.code === 'ERR_OUT_OF_RANGE',
    );
    assert.deepEqual(wire.requests, []);
  }
  // The next request works as if nothing had been.
  wire.request(1, 2, 3, (_error, block) => {
    assert.deepEqual(block, Buffer.from('abc'));
    calls += 100;
  });
  await sent(received, bytes.request(1, 2, 3));
  peer.write(bytes.piece(1, 2, Buffer.from('abc')));
  await once(wire, 'piece');
  assert.equal(calls, 100);
  wire.destroy();
  await once(wire, 'end');
  assert.equal(calls, 100);
  assert.ok(await healthy.transfer());
});

it('`extended(id, Uint8Array)` sends its numbers as a dictionary', async ({ t, connect }) => {
  const { wire, received } = await connect(t);
  const memory = new Uint8Array([9, 1, 2, 3, 9]);
  wire.extended(1, memory.subarray(1, 4));
  wire.extended(2, { added: memory.subarray(1, 3) });
  const dictionary = Buffer.concat([Buffer.from('d5:added2:'), Buffer.of(1, 2), Buffer.from('e')]);
  const expected = [bytes.extended(1, Buffer.of(1, 2, 3)), bytes.extended(2, dictionary)];
  await sent(received, Buffer.concat(expected));
});

it("`extended()` sends a dictionary's keys in the order they were set", async ({ t, connect }) => {
  const { wire, received } = await connect(t);
  wire.extended(0, { v: 'x', metadata_size: 30, m: { ut_pex: 2, ut_metadata: 1 } });
  const dictionary = 'd1:md11:ut_metadatai1e6:ut_pexi2ee13:metadata_sizei30e1:v1:xe';
  await sent(received, bytes.extended(0, Buffer.from(dictionary)));
});
