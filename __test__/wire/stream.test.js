'use strict';

// A wire is a Duplex like others, for everything that Node does with one.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { Duplex, PassThrough, Readable, Writable, addAbortSignal, finished } =
  require('node:stream');
const promises = require('node:stream/promises');
const { test } = require('node:test');
const { bytes, pwp, shaken, turn } = require('./helpers/wires.js');

test('a wire is a Duplex', () => {
  const wire = pwp();
  assert.ok(wire instanceof Duplex);
  assert.deepEqual([wire.readable, wire.writable, wire.destroyed], [true, true, false]);
  wire.destroy();
  assert.deepEqual([wire.writable, wire.destroyed], [false, true]);
});

test('async iteration gives everything, then ends', async () => {
  const wire = pwp();
  const chunks = [];
  wire.have(0);
  for await (const chunk of wire) {
    chunks.push(chunk);
    if (chunks.length < 5) wire.have(chunks.length);
    else wire.end();
  }
  assert.deepEqual(Buffer.concat(chunks), Buffer.concat([0, 1, 2, 3, 4].map(bytes.have)));
  assert.equal(wire.destroyed, true);
});

test('leaving an async iteration closes the wire', async () => {
  const wire = pwp();
  const ends = [];
  for (const name of ['close', 'finish', 'end']) wire.on(name, () => ends.push(name));
  wire.have(0);
  for await (const chunk of wire) {
    assert.deepEqual(chunk, bytes.have(0));
    break;
  }
  await turn();
  await turn();
  assert.deepEqual(ends, ['close', 'finish', 'end']);
});

test('pipeline() through a wire', async () => {
  const wire = pwp();
  const sent = [];
  wire.on('handshake', (hash, id) => wire.handshake(id, hash));
  wire.on('have', (index) => wire.have(index + 1));
  const source = Readable.from([bytes.handshake(), bytes.have(1), bytes.have(2)]);
  const sink = new Writable({
    write(chunk, _encoding, callback) {
      sent.push(chunk);
      callback();
    },
  });
  await promises.pipeline(source, wire, sink);
  const reply = Buffer.concat([bytes.handshake().subarray(0, 28), bytes.PEER_ID, bytes.INFO_HASH]);
  assert.deepEqual(Buffer.concat(sent), Buffer.concat([reply, bytes.have(2), bytes.have(3)]));
});

test('pipeline() reports why a wire was closed', async () => {
  const wire = pwp();
  const source = Readable.from([bytes.handshake(), bytes.u32(0xffffffff)]);
  await assert.rejects(promises.pipeline(source, wire, new PassThrough().resume()), {
    code: 'ERR_PWP_MESSAGE_TOO_LONG',
  });
  assert.equal(wire.closeReason?.code, 'ERR_PWP_MESSAGE_TOO_LONG');
});

test('pipeline() closes a wire whose source failed', async () => {
  const wire = shaken();
  const source = new Readable({ read() {} });
  const done = promises.pipeline(source, wire, new PassThrough().resume());
  const error = new Error('the line is cut');
  source.destroy(error);
  await assert.rejects(done, error);
  assert.equal(wire.destroyed, true);
});

test('finished() before the end', async () => {
  const wire = shaken();
  const done = promises.finished(wire);
  wire.resume();
  wire.end();
  await done;
});

test('finished() after the end', { timeout: 2000 }, async () => {
  const wire = shaken();
  wire.resume();
  wire.end();
  await once(wire, 'close');
  await turn();
  await promises.finished(wire);
  await new Promise((resolve) => finished(wire, resolve));
});

test('finished() of a wire that was destroyed', { timeout: 2000 }, async () => {
  const wire = shaken();
  const done = new Promise((resolve) => finished(wire, resolve));
  wire.destroy();
  assert.equal((await done)?.code, 'ERR_STREAM_PREMATURE_CLOSE');
  await once(wire, 'end');
  await turn();
  await promises.finished(wire);
});

test('an AbortSignal closes a wire', async () => {
  const wire = shaken();
  const controller = new AbortController();
  addAbortSignal(controller.signal, wire);
  controller.abort();
  await once(wire, 'end');
  assert.equal(wire.closeReason?.name, 'AbortError');
});

test('closed and errored say what they say of any stream', async () => {
  const wire = shaken();
  assert.deepEqual([wire.destroyed, wire.closed, wire.errored], [false, false, null]);
  const error = new Error('enough');
  wire.destroy(error);
  assert.deepEqual([wire.destroyed, wire.closed, wire.errored], [true, true, error]);
  const other = shaken();
  other.resume().end();
  await once(other, 'close');
  assert.deepEqual([other.destroyed, other.closed, other.errored], [true, true, null]);
});

test('strings and cork are understood on the way in', () => {
  const wire = pwp();
  const indexes = [];
  wire.on('have', (index) => indexes.push(index));
  const text = (data) => data.toString('hex');
  wire.write(text(bytes.handshake()), 'hex');
  wire.write(bytes.have(1).toString('latin1'), 'latin1');
  wire.cork();
  wire.write(bytes.have(2));
  wire.write(new Uint8Array(bytes.have(3)));
  assert.deepEqual(indexes, [1]);
  wire.uncork();
  assert.deepEqual(indexes, [1, 2, 3]);
  for (const wrong of [5, {}, [1], true, new ArrayBuffer(3)]) {
    assert.throws(() => wire.write(wrong), { code: 'ERR_INVALID_ARG_TYPE' });
  }
  assert.throws(() => wire.write(null), { code: 'ERR_STREAM_NULL_VALUES' });
  wire.write(bytes.have(4));
  assert.deepEqual(indexes, [1, 2, 3, 4]);
});

test("write's callback comes, once and later, and end(chunk) is read", async () => {
  const wire = pwp();
  const calls = [];
  wire.write(bytes.handshake(), () => calls.push('a'));
  wire.write(bytes.have(1), 'buffer', () => calls.push('b'));
  assert.deepEqual(calls, []);
  const indexes = [];
  wire.on('have', (index) => indexes.push(index));
  wire.end(bytes.have(2), () => calls.push('end'));
  await turn();
  assert.deepEqual(calls, ['a', 'b', 'end']);
  assert.deepEqual(indexes, [2]);
});

test('two wires piped into each other, both of which send in the same tick', async () => {
  const [a, b] = [pwp(), pwp()];
  a.pipe(b).pipe(a);
  const counts = new Map([a, b].map((wire) => [wire, { blocks: 0, haves: 0 }]));
  for (const [wire, count] of counts) {
    wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
    wire.unchoke();
    wire.on('have', () => count.haves++);
    wire.on('request', (piece, _offset, length, respond) => {
      wire.have(piece);
      respond(null, Buffer.alloc(length, piece));
    });
    const ask = () => {
      const length = [1, 5000, 16384, 40_000][count.blocks % 4];
      wire.request(count.blocks, 0, length, (error, block) => {
        assert.equal(error, null);
        assert.ok(block.equals(Buffer.alloc(length, count.blocks)));
        if (++count.blocks < 400) ask();
      });
    };
    wire.once('unchoke', ask);
  }
  const done = () => [...counts.values()].every(({ blocks }) => blocks === 400);
  for (let turns = 0; !done(); turns++) {
    assert.ok(turns < 20_000, `stuck at ${JSON.stringify([...counts.values()])}`);
    await turn();
  }
  for (const { haves } of counts.values()) assert.equal(haves, 400);
});

test('a wire piped through other streams', async () => {
  const [a, b] = [pwp(), pwp()];
  a.pipe(new PassThrough())
    .pipe(b)
    .pipe(new PassThrough({ highWaterMark: 1 }))
    .pipe(a);
  a.on('request', (piece, _offset, length, respond) => respond(null, Buffer.alloc(length, piece)));
  a.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  a.unchoke();
  b.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  await once(b, 'unchoke');
  for (let piece = 0; piece < 20; piece++) {
    const block = await new Promise((resolve) =>
      b.request(piece, 0, 20_000, (_error, block) => resolve(block)),
    );
    assert.ok(block.equals(Buffer.alloc(20_000, piece)));
  }
  a.destroy();
  await once(b, 'end');
});
