'use strict';

// A wire of ours begins, the reference answers.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const reference = require('./reference.js');
const { Initiator, Responder } = require('./helpers/peers.js');
const {
  INFO_HASH,
  PEER_ID,
  bytes,
  filled,
  logOf,
  output,
  pwp,
  turn,
} = require('./helpers/wires.js');

const EVENTS = ['encryption', 'crypto-handshake', 'handshake', 'have', 'piece', 'close'];
const NAMES = { [reference.RC4]: 'rc4', [reference.PLAIN]: 'plain' };
const names = (/** @type {any[][]} */ log) => log.map(([name]) => name);
const block = filled(16384, 1);

/** A wire that has begun. @param {any} [options] */
function begins(options) {
  const wire = pwp({ encryption: 'prefer', ...options });
  return { wire, log: logOf(wire, EVENTS) };
}

describe('we begin', () => {
  for (const choose of [reference.RC4, reference.PLAIN]) {
    for (const padding of [0, 1, 512]) {
      test(`the peer chooses ${choose} and pads ${padding}`, () => {
        const { wire, log } = begins();
        const peer = new Responder({
          infoHash: INFO_HASH,
          padding: filled(padding, 9),
          second: padding,
          choose,
        });
        wire.handshake(INFO_HASH, PEER_ID);
        wire.bitfield(Buffer.from([7]));
        wire.piece(1, 2, block);
        const first = output(wire);
        assert.ok(first.length >= 96 && first.length <= 96 + 512, `${first.length} bytes`);
        wire.write(peer.read(first));
        const third = output(wire);
        const fourth = peer.read(third);
        assert.ok(peer.isOurs);
        assert.deepEqual(peer.vc, reference.VC);
        assert.equal(peer.offered, reference.RC4 | reference.PLAIN);
        assert.ok(peer.skipped <= 512);
        assert.ok(peer.theirPadding.every((/** @type {number} */ byte) => byte === 0));
        // The handshake goes along, whole and alone.
        assert.deepEqual(peer.initial, bytes.handshake());
        assert.equal(peer.received.length, 0);
        assert.deepEqual(log, []);
        assert.equal(wire.encrypted, false);
        wire.write(
          Buffer.concat([fourth, peer.seal(Buffer.concat([bytes.handshake(), bytes.have(2)]))]),
        );
        assert.deepEqual(names(log), ['encryption', 'crypto-handshake', 'handshake', 'have']);
        assert.equal(log[0][1], NAMES[choose]);
        assert.equal(wire.encrypted, NAMES[choose]);
        wire.have(3);
        const sent = output(wire);
        assert.equal(sent.includes(block), choose === reference.PLAIN);
        peer.read(sent);
        const expected = [
          bytes.bitfield(Buffer.from([7])),
          bytes.piece(1, 2, block),
          bytes.have(3),
        ];
        assert.ok(peer.received.equals(Buffer.concat(expected)));
      });
    }
  }

  test('with RC4 required nothing else is offered', () => {
    const { wire } = begins({ encryption: 'require' });
    const peer = new Responder({ infoHash: INFO_HASH });
    wire.handshake(INFO_HASH, PEER_ID);
    wire.write(peer.read(output(wire)));
    peer.read(output(wire));
    assert.equal(peer.offered, reference.RC4);
  });

  for (const [what, given] of /** @type {[string, any][]} */ ([
    ['hex', INFO_HASH.toString('hex')],
    ['a Uint8Array', new Uint8Array(INFO_HASH)],
    ['32 bytes', Buffer.concat([INFO_HASH, Buffer.alloc(12, 1)])],
  ])) {
    test(`an info hash given as ${what}`, () => {
      const { wire } = begins();
      wire.handshake(given, PEER_ID, { v2: true });
      const peer = new Responder({ infoHash: INFO_HASH });
      wire.write(peer.read(output(wire)));
      peer.read(output(wire));
      assert.ok(peer.isOurs);
    });
  }

  test('startEncryption begins without a handshake, which comes after it, encrypted', async () => {
    const { wire, log } = begins();
    const peer = new Responder({ infoHash: INFO_HASH });
    wire.startEncryption(INFO_HASH.toString('hex'));
    wire.write(peer.read(output(wire)));
    wire.write(peer.read(output(wire)));
    assert.deepEqual(peer.initial, Buffer.alloc(0));
    assert.deepEqual(names(log), ['encryption', 'crypto-handshake']);
    wire.handshake(INFO_HASH, PEER_ID);
    await turn();
    peer.read(output(wire));
    assert.deepEqual(peer.received, bytes.handshake());
  });

  test('startEncryption, then a handshake before the peer has answered: it goes along', () => {
    const { wire } = begins();
    const peer = new Responder({ infoHash: INFO_HASH });
    wire.startEncryption(INFO_HASH);
    const first = output(wire);
    wire.handshake(INFO_HASH, PEER_ID);
    wire.have(1);
    assert.equal(output(wire).length, 0);
    wire.write(peer.read(first));
    peer.read(output(wire));
    assert.deepEqual(peer.initial, bytes.handshake());
  });

  test('twice begun is begun once', () => {
    const { wire } = begins();
    const peer = new Responder({ infoHash: INFO_HASH });
    wire.startEncryption(INFO_HASH);
    wire.startEncryption(Buffer.alloc(20, 1));
    wire.write(peer.read(output(wire)));
    peer.read(output(wire));
    assert.ok(peer.isOurs);
    assert.ok(peer.skipped <= 512);
  });

  test('with encryption off startEncryption and setInfoHash do nothing but check', () => {
    const wire = pwp({ encryption: 'off' });
    wire.startEncryption(INFO_HASH);
    wire.setInfoHash(INFO_HASH);
    assert.equal(output(wire).length, 0);
    assert.equal(wire.encrypted, false);
    for (const method of /** @type {const} */ (['startEncryption', 'setInfoHash'])) {
      const call = (/** @type {any} */ value) => () => wire[method](value);
      assert.throws(call(7), { code: 'ERR_INVALID_ARG_TYPE' });
      assert.throws(call('abc'), { code: 'ERR_OUT_OF_RANGE' });
    }
  });

  // The other's mark ends the search for our answer, or the search ends before it comes.
  for (const padding of [0, 1, 499, 500, 501, 512]) {
    test(`both sides begin, and the other pads ${padding}`, () => {
      const { wire } = begins();
      wire.handshake(INFO_HASH, PEER_ID);
      const peer = new Initiator({ infoHash: INFO_HASH, padding: filled(padding, 3) });
      const first = output(wire);
      wire.write(peer.opening);
      output(wire);
      wire.write(peer.read(first));
      const code = padding > 500 ? 'ERR_PWP_ENCRYPTION_PADDING' : 'ERR_PWP_ENCRYPTION_BOTH_BEGAN';
      assert.equal(wire.closeReason?.code, code);
    });
  }

  test('a handshake after the peer has begun in the clear goes in the clear', () => {
    const { wire, log } = begins();
    wire.write(bytes.handshake());
    assert.deepEqual(names(log), ['encryption', 'handshake']);
    assert.equal(log[0][1], false);
    wire.handshake(INFO_HASH, PEER_ID);
    assert.deepEqual(output(wire), bytes.handshake());
  });
});
