'use strict';

// Who announced what, and what the messages then are (BEP 6, 52).

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const agreed = require('./helpers/agreed.js');

const { FAST, V1_HASH, V2, V2_HASH, announced, bytes, handshake, output, pwp, record } = agreed;

const root = Buffer.alloc(32, 7);
const FAST_MESSAGES = [
  ['suggest', agreed.suggest(1)],
  ['have-all', agreed.haveAll],
  ['have-none', agreed.haveNone],
  ['reject', agreed.reject(1, 2, 3)],
  ['allowed-fast', agreed.allowedFast(1)],
];
const HASH_MESSAGES = [
  ['hash-request', agreed.about(21, root, [1, 2, 2, 0])],
  ['hashes', agreed.about(22, root, [1, 2, 2, 0], Buffer.alloc(64))],
  ['hash-reject', agreed.about(23, root, [1, 2, 2, 0])],
];

describe('where nobody asks for it', () => {
  for (const [name, message] of [...FAST_MESSAGES, ...HASH_MESSAGES]) {
    test(`${name} is an unknown message, as in 0.7.1`, () => {
      const wire = announced({}, FAST | V2);
      const events = record(wire);
      wire.write(Buffer.concat([message, bytes.choke]));
      assert.deepEqual(events, [['unknownmessage', message.subarray(4)], ['choke']]);
      assert.equal(wire.closeReason, null);
    });
  }

  test('nor is it announced, and nothing is on', () => {
    const wire = pwp();
    wire.handshake(Buffer.alloc(20), Buffer.alloc(20));
    assert.deepEqual([...output(wire).subarray(20, 28)], [0, 0, 0, 0, 0, 0x10, 0, 0]);
    wire.write(handshake(FAST | V2));
    assert.deepEqual(wire.peerExtensions, { dht: false, extended: true, fast: true, v2: true });
    assert.deepEqual([wire.hasFast, wire.hasV2], [false, false]);
  });
});

describe('where only we announce it', () => {
  for (const [name, message] of FAST_MESSAGES) {
    test(`${name} closes the wire`, () => {
      const wire = announced({ fast: true }, V2);
      const events = record(wire);
      wire.write(Buffer.concat([bytes.choke, message, bytes.unchoke]));
      assert.deepEqual(events, [['choke'], ['close']]);
      assert.equal(wire.closeReason.code, 'ERR_PWP_FAST_NOT_NEGOTIATED');
    });
  }

  for (const [name, message] of HASH_MESSAGES) {
    test(`${name} is an unknown message`, () => {
      const wire = announced({ v2: true }, FAST);
      const events = record(wire);
      wire.write(message);
      assert.deepEqual(events, [['unknownmessage', message.subarray(4)]]);
    });
  }
});

describe('where both announce it', () => {
  test('the reserved bits are those of the BEPs', () => {
    const wire = pwp();
    wire.handshake(Buffer.alloc(20), Buffer.alloc(20), { dht: true, fast: true, v2: true });
    assert.deepEqual([...output(wire).subarray(20, 28)], [0, 0, 0, 0, 0, 0x10, 0, 0x15]);
  });

  for (const order of ['ours first', 'theirs first', 'ours in the handler of theirs']) {
    test(`it is on, ${order}, for the very next message`, () => {
      const wire = pwp();
      const events = record(wire);
      const ours = () => wire.handshake(V2_HASH, Buffer.alloc(20), { fast: true, v2: true });
      const theirs = handshake(FAST, V2_HASH);
      const behind = Buffer.concat([agreed.haveAll, HASH_MESSAGES[0][1]]);
      if (order === 'ours first') ours();
      if (order === 'ours in the handler of theirs') wire.once('handshake', ours);
      assert.deepEqual([wire.hasFast, wire.hasV2], [false, false]);
      if (order === 'theirs first') {
        wire.write(theirs);
        assert.deepEqual([wire.hasFast, wire.hasV2], [false, false]);
        ours();
        wire.write(behind);
      } else {
        wire.write(Buffer.concat([theirs, behind]));
      }
      assert.deepEqual([wire.hasFast, wire.hasV2], [true, true]);
      const names = events.map(([name]) => name);
      assert.deepEqual(names, ['handshake', 'have-all', 'hash-request']);
    });
  }

  test('one of the two alone is that one alone', () => {
    assert.deepEqual([agreed.fast().hasFast, agreed.fast().hasV2], [true, false]);
    assert.deepEqual([agreed.v2().hasFast, agreed.v2().hasV2], [false, true]);
  });
});

describe('methods of what is not on', () => {
  for (const [method, ...args] of /** @type {any[][]} */ ([
    ['haveAll'],
    ['haveNone'],
    ['suggest', 1],
    ['reject', 1, 2, 3],
    ['allowedFast', 1],
    ['hashRequest', root, 0, 0, 2, 0],
    ['hashReject', root, 0, 0, 2, 0],
    ['hashes', root, 0, 0, 2, 0, Buffer.alloc(64)],
  ])) {
    test(`${method}() throws and sends nothing`, () => {
      const isFast = !method.startsWith('hash');
      const code = isFast ? 'ERR_PWP_FAST_DISABLED' : 'ERR_PWP_V2_DISABLED';
      for (const wire of [
        pwp(),
        announced({ fast: true, v2: true }, 0),
        isFast ? agreed.v2() : agreed.fast(),
      ]) {
        output(wire);
        assert.throws(() => wire[method](...args), { code });
        assert.equal(wire.read(), null);
        assert.deepEqual(wire.allowedFastSet, []);
      }
    });
  }
});

describe('version 2 is what the info hash says (BEP 52, as libtorrent has it)', () => {
  const peerId = Buffer.alloc(20, 3);
  const cut = V2_HASH.subarray(0, 20);
  for (const [
    what,
    first,
    bit,
    answer,
    isV2,
  ] of /** @type {[string, Buffer, number, Buffer, boolean][]} */ ([
    ['the hash of version 1, answered with it', V1_HASH, V2, V1_HASH, false],
    ['the hash of version 1, answered with that of version 2', V1_HASH, 0, cut, true],
    ['the hash of version 2', V2_HASH, 0, cut, true],
  ])) {
    test(`we ask with ${what}`, () => {
      const wire = pwp();
      wire.handshake(first, peerId, { v2: true });
      wire.write(handshake(bit, answer));
      assert.equal(wire.hasV2, isV2);
    });
  }

  for (const [
    what,
    first,
    bit,
    answer,
    isV2,
  ] of /** @type {[string, Buffer, number, Buffer, boolean][]} */ ([
    ['the hash of version 1, and we answer with it', V1_HASH, V2, V1_HASH, false],
    ['the hash of version 1, and we answer with that of version 2', V1_HASH, V2, V2_HASH, true],
    ['the same, cut by us', V1_HASH, V2, cut, true],
    ['the hash of version 2', cut, 0, V2_HASH, true],
  ])) {
    test(`we are asked with ${what}`, () => {
      const wire = pwp();
      wire.write(handshake(bit, first));
      wire.handshake(answer, peerId, { v2: true });
      assert.equal(wire.hasV2, isV2);
    });
  }

  test('nobody goes over to it who did not announce it', () => {
    const wire = announced({ fast: true }, V2);
    assert.equal(wire.hasV2, false);
    const other = pwp();
    other.handshake(V1_HASH, peerId);
    other.write(handshake(V2, cut));
    assert.equal(other.hasV2, false);
  });

  test('an extension is told the hash we gave, which is what it knows the torrent by', () => {
    /** @type {string[]} */
    const told = [];
    class Listening {
      onHandshake(/** @type {string} */ infoHash) {
        told.push(infoHash);
      }
    }
    Object.assign(Listening.prototype, { name: 'x_listening' });
    const wire = pwp();
    wire.use(Listening);
    wire.handshake(V1_HASH, peerId, { v2: true });
    wire.write(handshake(0, cut));
    assert.deepEqual(told, [V1_HASH.toString('hex')]);
  });
});

test('a program may hang fields of these names on a wire', () => {
  for (const name of [
    'hasFast',
    'peerHaveAll',
    'allowedFastSet',
    'extendedMapping',
    'peerExtendedHandshake',
  ]) {
    const wire = /** @type {any} */ (pwp());
    wire[name] = 'mine';
    assert.equal(wire[name], 'mine');
    assert.ok(Object.hasOwn(wire, name));
    assert.notEqual(/** @type {any} */ (pwp())[name], 'mine');
  }
});

test('an info hash of version 2 is cut to what the handshake has room for', () => {
  const hash = Buffer.from(Array.from({ length: 32 }, (_, at) => at));
  for (const given of [hash, hash.toString('hex')]) {
    const wire = pwp();
    wire.handshake(given, Buffer.alloc(20), { v2: true });
    assert.deepEqual(output(wire).subarray(28, 48), hash.subarray(0, 20));
    assert.throws(() => pwp().handshake(given, Buffer.alloc(20)), { code: 'ERR_OUT_OF_RANGE' });
    assert.throws(() => pwp().handshake(given, Buffer.alloc(32), { v2: true }), {
      code: 'ERR_OUT_OF_RANGE',
    });
  }
});
