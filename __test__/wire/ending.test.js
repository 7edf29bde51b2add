'use strict';

// How a wire ends, and that it does.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const { Writable } = require('node:stream');
const { test } = require('node:test');
const { busy, bytes, pwp, shaken, turn } = require('./helpers/wires.js');

const ends = (wire) => {
  const seen = [];
  for (const name of ['close', 'finish', 'end', 'error']) {
    if (name !== 'error') wire.on(name, () => seen.push(name));
  }
  return seen;
};

test('destroy() is close at once, then finish, then end', async () => {
  const wire = shaken();
  const seen = ends(wire);
  assert.equal(wire.destroy(), wire);
  assert.deepEqual(seen, ['close']);
  await turn();
  assert.deepEqual(seen, ['close', 'finish', 'end']);
  assert.equal(wire.closeReason, null);
});

test('destroy() lets go out what was sent before, and nothing after', async () => {
  const wire = shaken();
  const chunks = [];
  wire.on('data', (chunk) => chunks.push(chunk));
  wire.piece(1, 2, Buffer.alloc(100_000, 3));
  wire.have(1);
  wire.destroy();
  await once(wire, 'end');
  wire.have(2);
  await turn();
  const expected = [bytes.piece(1, 2, Buffer.alloc(100_000, 3)), bytes.have(1)];
  assert.ok(Buffer.concat(chunks).equals(Buffer.concat(expected)));
});

test('destroy(error) keeps it, and tells those who listen', async () => {
  const error = new Error('enough');
  const silent = shaken();
  assert.equal(silent.destroy(error).closeReason, error);
  await once(silent, 'end');
  const heard = shaken();
  const errors = [];
  heard.on('error', (reason) => errors.push(reason));
  heard.destroy(error);
  heard.destroy(new Error('later'));
  assert.deepEqual(errors, [error]);
  assert.equal(heard.closeReason, error);
  await once(heard, 'end');
  assert.deepEqual(errors, [error]);
});

test('end() without a reader still ends', async () => {
  const wire = shaken();
  const seen = ends(wire);
  wire.have(1);
  wire.end();
  await turn();
  await turn();
  assert.deepEqual([...seen].sort(), ['close', 'end', 'finish']);
});

test('a reader that goes after finish does not keep end from coming', async () => {
  const wire = shaken();
  const seen = ends(wire);
  const stuck = new Writable({ highWaterMark: 1, write() {} });
  wire.pipe(stuck);
  wire.have(1);
  await turn();
  wire.have(2);
  wire.end();
  await turn();
  assert.deepEqual(seen, ['finish']);
  wire.unpipe(stuck);
  await turn();
  await turn();
  assert.deepEqual([...seen].sort(), ['close', 'end', 'finish']);
});

test('a reader that dies after finish does not either', async () => {
  const wire = shaken();
  const seen = ends(wire);
  const stuck = new Writable({ highWaterMark: 1, write() {} });
  wire.pipe(stuck);
  wire.have(1);
  await turn();
  wire.have(2);
  wire.end();
  await turn();
  stuck.destroy();
  await turn();
  await turn();
  assert.deepEqual([...seen].sort(), ['close', 'end', 'finish']);
});

test('a slow reader gets everything before the end', async () => {
  const wire = shaken();
  const got = [];
  const slow = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, callback) {
      got.push(chunk);
      setImmediate(callback);
    },
  });
  wire.pipe(slow);
  for (let i = 0; i < 10; i++) wire.piece(i, 0, Buffer.alloc(5000, i));
  wire.end();
  await once(slow, 'finish');
  const expected = Array.from({ length: 10 }, (_, i) => bytes.piece(i, 0, Buffer.alloc(5000, i)));
  assert.ok(Buffer.concat(got).equals(Buffer.concat(expected)));
});

test('a write after the end does not crash', async () => {
  for (const end of ['end', 'destroy']) {
    const wire = shaken();
    const seen = ends(wire);
    const indexes = [];
    wire.on('have', (index) => indexes.push(index));
    wire[end]();
    wire.write(bytes.have(1));
    await turn();
    wire.write(bytes.have(2), () => {});
    wire.write('text');
    await turn();
    await turn();
    assert.deepEqual(indexes, []);
    assert.deepEqual([...seen].sort(), ['close', 'end', 'finish']);
  }
});

test('after the end every method is silent, and requests fail at once', async () => {
  const wire = busy();
  wire.destroy();
  await once(wire, 'end');
  const before = wire.uploaded;
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.choke();
  wire.unchoke();
  wire.interested();
  wire.uninterested();
  wire.have(1);
  wire.bitfield(Buffer.alloc(1));
  wire.piece(1, 2, Buffer.alloc(3));
  wire.cancel(1, 2, 3);
  wire.extended(1, {});
  wire.port(1);
  wire.setKeepAlive(true);
  wire.setTimeout(10);
  wire.pieceCount = 5;
  const outcomes = [];
  wire.request(1, 2, 3, (error, block) => outcomes.push([error?.code, error?.message, block]));
  assert.deepEqual(outcomes, [['ERR_PWP_WIRE_CLOSED', 'wire is closed', undefined]]);
  assert.equal(wire.read(), null);
  assert.equal(wire.uploaded, before + 3);
  await turn();
});

/** Everything a peer can make a wire emit. */
const EVENTS = {
  handshake: bytes.handshake(),
  choke: bytes.choke,
  unchoke: bytes.unchoke,
  interested: bytes.interested,
  uninterested: bytes.uninterested,
  have: bytes.have(1),
  bitfield: bytes.bitfield(Buffer.from([0x80])),
  request: bytes.request(4, 5, 6),
  piece: bytes.piece(7, 8, Buffer.alloc(9)),
  download: bytes.piece(7, 8, Buffer.alloc(9)),
  cancel: bytes.cancel(1, 2, 3),
  port: bytes.port(1),
  extended: bytes.extended(0, Buffer.from('de')),
  'keep-alive': bytes.keepAlive,
  unknownmessage: bytes.message(99),
  upload: bytes.request(4, 5, 6),
  close: bytes.u32(0xffffffff),
  error: bytes.u32(0xffffffff),
  finish: bytes.u32(0xffffffff),
  end: bytes.u32(0xffffffff),
  data: bytes.request(4, 5, 6),
  timeout: bytes.keepAlive,
};

for (const [name, message] of Object.entries(EVENTS)) {
  test(`destroy() inside ${name}`, async () => {
    const wire = name === 'handshake' ? pwp() : busy();
    wire.resume();
    let failures = 0;
    if (name !== 'handshake') {
      wire.request(5, 5, 5, (error) => {
        assert.ok(error?.code);
        failures++;
      });
    }
    const seen = ends(wire);
    let times = 0;
    wire.on(name, () => {
      times++;
      wire.destroy();
    });
    wire.on('request', (_piece, _offset, length, respond) => respond(null, Buffer.alloc(length)));
    if (name === 'timeout') wire.setTimeout(1);
    wire.write(message);
    if (!wire.writableEnded) wire.write(bytes.have(2));
    if (!seen.includes('end')) await once(wire, 'end');
    await turn();
    assert.ok(times > 0, `no ${name}`);
    assert.deepEqual([...seen].sort(), ['close', 'end', 'finish']);
    assert.equal(failures, name === 'handshake' ? 0 : 1);
    assert.equal(wire.requests.length, 0);
  });
}
