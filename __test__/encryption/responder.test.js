'use strict';

// The reference begins, a wire of ours answers.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const reference = require('./reference.js');
const { Initiator } = require('./helpers/peers.js');
const {
  INFO_HASH,
  PEER_ID,
  asked,
  bytes,
  filled,
  logOf,
  output,
  pwp,
} = require('./helpers/wires.js');

const EVENTS = [
  'encryption',
  'crypto-handshake',
  'handshake',
  'have',
  'piece',
  'extended',
  'close',
];
const NAMES = { [reference.RC4]: 'rc4', [reference.PLAIN]: 'plain' };

/** A wire that counts what is said, from the peer's first byte on. @param {any} choices @param {any} [options] */
function met(choices, options) {
  const wire = pwp({ encryption: 'prefer', infoHashes: [INFO_HASH], ...options });
  const log = logOf(wire, EVENTS);
  const peer = new Initiator({ infoHash: INFO_HASH, ...choices });
  wire.write(peer.opening);
  wire.write(peer.read(output(wire)));
  return { wire, peer, log };
}

const names = (/** @type {any[][]} */ log) => log.map(([name]) => name);
const more = Buffer.concat([bytes.have(4), bytes.piece(1, 2, filled(16384, 1)), bytes.have(5)]);
const long = Buffer.concat([
  bytes.handshake(),
  bytes.piece(1, 2, filled(65535 - 68 - 13 - 9, 2)),
  bytes.have(9),
]);

/** Initial payloads: 65,535 bytes are the most there can be. @type {[string, Buffer][]} */
const INITIAL = [
  ['nothing', Buffer.alloc(0)],
  ['a part of the handshake', bytes.handshake().subarray(0, 30)],
  ['the handshake', bytes.handshake()],
  ['the handshake and more', Buffer.concat([bytes.handshake(), more])],
  [
    'the handshake and a part of a block',
    Buffer.concat([bytes.handshake(), more]).subarray(0, 9000),
  ],
  ['65,535 bytes', long],
];

describe('the peer begins', () => {
  for (const methods of [reference.RC4, reference.PLAIN, reference.RC4 | reference.PLAIN]) {
    const chosen = methods & reference.RC4 ? reference.RC4 : reference.PLAIN;
    for (const padding of [0, 1, 512]) {
      for (const [what, initial] of INITIAL) {
        test(`offers ${methods}, pads ${padding}, initial payload: ${what}`, () => {
          const { wire, peer, log } = met({
            methods,
            padding: filled(padding, 5),
            second: padding,
            initial,
          });
          peer.read(output(wire));
          assert.equal(peer.method, chosen);
          assert.equal(wire.encrypted, NAMES[chosen]);
          assert.ok(peer.skipped <= 512);
          assert.ok(peer.theirPadding.every((/** @type {number} */ byte) => byte === 0));
          const all = Buffer.concat([bytes.handshake(), more]);
          const rest = initial.length > all.length ? bytes.have(7) : all.subarray(initial.length);
          // What comes behind the initial payload is in the clear where that is the method.
          wire.write(peer.seal(rest));
          assert.deepEqual(names(log).slice(0, 3), ['encryption', 'crypto-handshake', 'handshake']);
          assert.equal(log[0][1], NAMES[chosen]);
          const heard = log.slice(3).map(([name, value]) => [name, value]);
          const expected =
            initial === long
              ? [
                  ['piece', 1],
                  ['have', 9],
                  ['have', 7],
                ]
              : [
                  ['have', 4],
                  ['piece', 1],
                  ['have', 5],
                ];
          assert.deepEqual(heard, expected);
          const block = log.find(([name]) => name === 'piece')?.[3];
          assert.ok(block.equals(initial === long ? filled(65535 - 90, 2) : filled(16384, 1)));
          // And our side of it.
          wire.handshake(INFO_HASH, PEER_ID);
          wire.have(3);
          const sent = output(wire);
          assert.equal(sent.includes(bytes.PROTOCOL), chosen === reference.PLAIN);
          peer.read(sent);
          const [shake, have] = [peer.received.subarray(0, 68), peer.received.subarray(68)];
          assert.deepEqual(shake, bytes.handshake());
          assert.deepEqual(have, bytes.have(3));
        });
      }
    }
  }

  test('RC4 is chosen even where the clear would do, and the clear never where RC4 is required', () => {
    assert.equal(asked({ encryption: 'prefer' }).wire.encrypted, 'rc4');
    assert.equal(asked({ encryption: 'require' }).wire.encrypted, 'rc4');
    const { wire } = met({ methods: reference.PLAIN }, { encryption: 'require' });
    assert.equal(wire.closeReason?.code, 'ERR_PWP_ENCRYPTION_METHOD');
    assert.equal(wire.encrypted, false);
  });

  test('unknown methods beside known ones are passed over', () => {
    const { wire } = met({ methods: 0xfffffffe });
    assert.equal(wire.encrypted, 'rc4');
  });

  test('the answer waits for the whole of the offer, and not for the initial payload', () => {
    const wire = pwp({ encryption: 'prefer', infoHashes: [INFO_HASH] });
    const log = logOf(wire, EVENTS);
    const peer = new Initiator({ infoHash: INFO_HASH, second: 20, initial: bytes.handshake() });
    wire.write(peer.opening);
    const third = peer.read(output(wire));
    const end = third.length - 68;
    wire.write(third.subarray(0, end - 1));
    assert.equal(output(wire).length, 0);
    assert.deepEqual(log, []);
    wire.write(third.subarray(end - 1, end));
    assert.notEqual(output(wire).length, 0);
    assert.deepEqual(names(log), ['encryption', 'crypto-handshake']);
    wire.write(third.subarray(end));
    assert.deepEqual(names(log), ['encryption', 'crypto-handshake', 'handshake']);
  });

  test('the two public keys and paddings are others each time', () => {
    const seen = new Set();
    for (let i = 0; i < 8; i++) {
      const wire = pwp({ encryption: 'prefer', infoHashes: [INFO_HASH] });
      wire.write(new Initiator({ infoHash: INFO_HASH }).opening);
      seen.add(output(wire).subarray(0, 96).toString('hex'));
      wire.destroy();
    }
    assert.equal(seen.size, 8);
  });
});

describe('what was sent before the peer began', () => {
  test('waits until it is settled, and then comes encrypted', () => {
    const wire = pwp({ encryption: 'prefer', infoHashes: [INFO_HASH] });
    const peer = new Initiator({ infoHash: INFO_HASH, initial: bytes.handshake() });
    wire.write(peer.opening);
    // Too late to begin: the peer has.
    wire.handshake(INFO_HASH, PEER_ID);
    wire.have(1);
    const third = peer.read(output(wire));
    assert.equal(output(wire).length, 0);
    wire.write(third);
    peer.read(output(wire));
    assert.deepEqual(peer.received, Buffer.concat([bytes.handshake(), bytes.have(1)]));
  });
});
