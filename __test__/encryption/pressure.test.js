'use strict';

// A peer that does not read, before and after it is settled whether the connection is encrypted.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { PLAIN, RC4 } = require('./reference.js');
const { Initiator, Responder } = require('./helpers/peers.js');
const H = require('./helpers/wires.js');

const { INFO_HASH, PEER_ID, ROLES, bytes, logOf, output, pwp, turn } = H;
const block = H.filled(16384, 5);

test('while it is not settled, what is sent counts as unread', async () => {
  const wire = pwp({ encryption: 'prefer', uploadHighWaterMark: 40_000 });
  const peer = new Responder({ infoHash: INFO_HASH });
  wire.handshake(INFO_HASH, PEER_ID);
  const answers = [];
  for (let i = 0; i < 4; i++) {
    answers.push(wire.piece(i, 0, block));
    // Also once it was handed over.
    await turn();
  }
  assert.deepEqual(answers, [true, true, false, false]);
  wire.write(peer.read(output(wire)));
  assert.equal(wire.piece(4, 0, block), false);
  wire.write(peer.read(output(wire)));
  peer.read(output(wire));
  assert.equal(wire.piece(5, 0, block), true);
  peer.read(output(wire));
  const sent = [0, 1, 2, 3, 4, 5].map((i) => bytes.piece(i, 0, block));
  assert.ok(peer.received.equals(Buffer.concat(sent)));
});

for (const [role, make] of ROLES) {
  for (const [name, method] of Object.entries({ rc4: RC4, plain: PLAIN })) {
    const settled = (/** @type {object} */ options) =>
      make(options, { methods: method, choose: method });

    describe(`we are the ${role}, ${name}`, () => {
      test('piece() says when the peer does not read', async () => {
        const { wire } = settled({ uploadHighWaterMark: 40_000 });
        const answers = [];
        for (let i = 0; i < 4; i++) {
          answers.push(wire.piece(i, 0, block));
          await turn();
        }
        assert.deepEqual(answers, [true, true, false, false]);
        output(wire);
        assert.equal(wire.piece(4, 0, block), true);
      });

      test('requests are held back until the peer reads', async () => {
        const { wire, peer } = settled({ uploadHighWaterMark: 40_000 });
        wire.unchoke();
        const requests = Array.from({ length: 10 }, (_, i) => bytes.request(i, 0, 16384));
        const log = logOf(wire, ['request']);
        wire.on('request', (_piece, _offset, _length, respond) => respond(null, block));
        wire.write(peer.seal(Buffer.concat([bytes.handshake(), ...requests])));
        await turn();
        assert.ok(log.length >= 2 && log.length <= 4, `${log.length} requests`);
        for (let i = 0; i < 10 && log.length < 10; i++) {
          peer.read(output(wire));
          await turn();
        }
        peer.read(output(wire));
        const sent = Array.from({ length: 10 }, (_, i) => bytes.piece(i, 0, block));
        assert.ok(peer.received.equals(Buffer.concat([bytes.unchoke, ...sent])));
      });

      test('one that floods and does not read is given up', async () => {
        const { wire, peer } = settled({ uploadHighWaterMark: 10_000, maxBacklog: 50_000 });
        wire.write(peer.seal(bytes.handshake()));
        wire.piece(0, 0, block);
        await turn();
        for (let i = 0; i < 10_000 && wire.closeReason === null; i++) {
          wire.have(i);
          wire.extended(1, Buffer.alloc(100));
          await turn();
        }
        assert.equal(wire.closeReason?.code, 'ERR_PWP_BACKLOG');
      });

      test('one that reads is not, however much it gets', async () => {
        const { wire, peer } = settled({ uploadHighWaterMark: 10_000, maxBacklog: 50_000 });
        wire.write(peer.seal(bytes.handshake()));
        for (let i = 0; i < 100; i++) {
          wire.extended(1, Buffer.alloc(5_000));
          await turn();
          output(wire);
        }
        assert.equal(wire.closeReason, null);
      });
    });
  }
}

test('a peer that begins in the clear in two parts gets what was sent between them', async () => {
  const wire = pwp({ encryption: 'prefer' });
  const log = logOf(wire, ['encryption', 'handshake']);
  wire.write(bytes.handshake().subarray(0, 10));
  wire.handshake(INFO_HASH, PEER_ID);
  wire.have(1);
  await turn();
  // It may be a key that begins like a handshake.
  assert.equal(output(wire).length, 0);
  wire.write(bytes.handshake().subarray(10));
  assert.deepEqual(
    log.map(([name]) => name),
    ['encryption', 'handshake'],
  );
  wire.have(2);
  const expected = [bytes.handshake(), bytes.have(1), bytes.have(2)];
  assert.deepEqual(output(wire), Buffer.concat(expected));
});

test('a key that begins like a handshake is a key all the same', () => {
  for (const length of [1, 19]) {
    const wire = pwp({ encryption: 'prefer', infoHashes: [INFO_HASH] });
    const key = Buffer.alloc(96, 0x55);
    bytes.handshake().copy(key, 0, 0, length);
    for (const byte of key) wire.write(Buffer.from([byte]));
    assert.ok(output(wire).length >= 96);
    assert.equal(wire.closeReason, null);
    assert.equal(wire.encrypted, false);
  }
});

test('what a data listener gets in one turn comes in the order it was sent', async () => {
  const wire = pwp({ encryption: 'prefer', infoHashes: [INFO_HASH] });
  const peer = new Initiator({ infoHash: INFO_HASH, initial: bytes.handshake() });
  wire.on('handshake', () => wire.handshake(INFO_HASH, PEER_ID));
  wire.on('encryption', () => wire.have(1));
  let count = 0;
  wire.on('data', (chunk) => {
    // What is sent in here goes behind what is under way.
    if (count++ < 20) wire.have(100 + count);
    const answer = peer.read(chunk);
    if (answer.length > 0) wire.write(answer);
  });
  wire.write(peer.opening);
  for (let i = 0; i < 50; i++) await turn();
  const indexes = [];
  let handshakes = 0;
  for (let at = 0; at < peer.received.length; ) {
    if (peer.received[at] === 19) {
      handshakes++;
      at += 68;
    } else {
      indexes.push(peer.received.readUInt32BE(at + 5));
      at += 9;
    }
  }
  assert.equal(handshakes, 1);
  const ours = indexes.filter((index) => index > 100);
  assert.deepEqual(
    ours,
    [...ours].sort((a, b) => a - b),
  );
  assert.equal(ours.length, 20);
  assert.ok(indexes.includes(1));
});
