'use strict';

// bittorrent-protocol, with its own encryption, on the other side.

const assert = require('node:assert/strict');
const { before, describe, test } = require('node:test');
const { loadWire } = require('../../benchmark/implementations.js');
const { INFO_HASH, PEER_ID, bytes, filled, logOf, pwp, turn } = require('./helpers/wires.js');

/** @type {any} */
let Wire;
before(async () => {
  Wire = await loadWire('bittorrent-protocol');
});

/** Turns of the event loop in which something must come. */
const TURNS = 2000;

/** @param {() => unknown} condition @param {string} what */
async function until(condition, what) {
  for (let i = 0; !condition(); i++) {
    assert.ok(i < TURNS, `waited in vain for ${what}`);
    await turn();
  }
}

/** Joins them by hand: one is a stream of streamx. @param {any} a @param {any} b */
function join(a, b) {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ]) {
    from.on('data', (/** @type {Uint8Array} */ chunk) => to.write(Buffer.from(chunk)));
    from.on('end', () => to.end());
  }
}

/** Blocks both ways. @param {any} ours @param {any} theirs */
async function exchangeBlocks(ours, theirs) {
  const lengths = [1, 100, 16384, 16384, 40_000, 100_000];
  /** @type {any[]} */
  const got = [];
  for (const [wire, other] of [
    [ours, theirs],
    [theirs, ours],
  ]) {
    other.on(
      'request',
      (
        /** @type {number} */ piece,
        /** @type {any} */ _offset,
        /** @type {number} */ length,
        /** @type {any} */ respond,
      ) => respond(null, filled(length, piece)),
    );
    other.on('interested', () => other.unchoke());
    wire.on('unchoke', () => {
      for (const [piece, length] of lengths.entries()) {
        wire.request(piece, 0, length, (/** @type {any} */ error, /** @type {any} */ block) =>
          got.push([error, Buffer.from(block).equals(filled(length, piece))]),
        );
      }
    });
    wire.interested();
  }
  await until(() => got.length === 2 * lengths.length, 'the blocks');
  assert.deepEqual(got, Array(2 * lengths.length).fill([null, true]));
}

// 1: it prefers the clear where it is spoken to, and offers both; 2: RC4 only.
/** @type {[mode: number, encryption: 'prefer' | 'require', expected: any, expectedOfUs: any][]} */
const CASES = [
  [1, 'prefer', 'rc4', 'plain'],
  [2, 'prefer', 'rc4', 'rc4'],
  [1, 'require', 'rc4', 'rc4'],
  [2, 'require', 'rc4', 'rc4'],
];
const METHODS = { plain: 1, rc4: 2 };

for (const [mode, encryption, whenItBegins, whenWeBegin] of CASES) {
  describe(`it has peEnabled ${mode}, we ${encryption}`, () => {
    test('it begins', async () => {
      const theirs = new Wire('tcpOutgoing', mode);
      const ours = pwp({ encryption, infoHashes: [INFO_HASH] });
      const log = logOf(ours, ['encryption', 'handshake']);
      join(ours, theirs);
      ours.on('handshake', () => ours.handshake(INFO_HASH, PEER_ID));
      let shaken = false;
      theirs.on('crypto-handshake', () => theirs.handshake(INFO_HASH, PEER_ID));
      theirs.on('handshake', () => {
        shaken = true;
      });
      theirs.startEncryption(INFO_HASH.toString('hex'));
      await until(() => shaken && log.length === 2, 'the handshakes');
      assert.deepEqual(
        log.map(([name]) => name),
        ['encryption', 'handshake'],
      );
      assert.equal(ours.encrypted, whenItBegins);
      assert.equal(theirs._encryptionMethod, METHODS[whenItBegins]);
      await exchangeBlocks(ours, theirs);
      for (const wire of [ours, theirs]) wire.destroy();
    });

    test('we begin', async () => {
      const theirs = new Wire('tcpIncoming', mode);
      const ours = pwp({ encryption });
      const log = logOf(ours, ['encryption', 'handshake']);
      join(ours, theirs);
      theirs.on('crypto-infohash', (/** @type {string} */ request) => {
        assert.equal(request, pwp.requestHash(INFO_HASH).toString('hex'));
        theirs.setInfoHash(INFO_HASH.toString('hex'));
      });
      let shaken = 0;
      theirs.on('handshake', () => {
        shaken++;
        theirs.handshake(INFO_HASH, PEER_ID);
      });
      ours.handshake(INFO_HASH, PEER_ID);
      await until(() => shaken > 0 && log.length === 2, 'the handshakes');
      assert.equal(shaken, 1);
      assert.deepEqual(
        log.map(([name]) => name),
        ['encryption', 'handshake'],
      );
      assert.equal(ours.encrypted, whenWeBegin);
      assert.equal(theirs._encryptionMethod, METHODS[whenWeBegin]);
      await exchangeBlocks(ours, theirs);
      for (const wire of [ours, theirs]) wire.destroy();
    });
  });
}

describe('one of us does not encrypt', () => {
  test('it begins in the clear: prefer takes it', async () => {
    const theirs = new Wire('tcpOutgoing', 0);
    const ours = pwp({ encryption: 'prefer' });
    join(ours, theirs);
    const log = logOf(ours, ['encryption', 'handshake']);
    theirs.handshake(INFO_HASH, PEER_ID);
    await until(() => log.length === 2, 'the handshake');
    assert.equal(log[0][1], false);
    ours.handshake(INFO_HASH, PEER_ID);
    await exchangeBlocks(ours, theirs);
    for (const wire of [ours, theirs]) wire.destroy();
  });

  test('we begin in the clear at one that would encrypt', async () => {
    const theirs = new Wire('tcpIncoming', 1);
    const ours = pwp({ encryption: 'off' });
    join(ours, theirs);
    theirs.on('handshake', () => theirs.handshake(INFO_HASH, PEER_ID));
    const log = logOf(ours, ['encryption', 'handshake']);
    ours.handshake(INFO_HASH, PEER_ID);
    await until(() => log.length === 1, 'the handshake');
    assert.equal(log[0][0], 'handshake');
    for (const wire of [ours, theirs]) wire.destroy();
  });

  test('it does not speak it: our beginning is not understood', async () => {
    const theirs = new Wire('tcpIncoming', 0);
    const ours = pwp({ encryption: 'prefer' });
    join(ours, theirs);
    ours.handshake(INFO_HASH, PEER_ID);
    await until(() => ours.closeReason !== null, 'the end');
    assert.equal(ours.closeReason?.code, 'ERR_PWP_ENCRYPTION_UNSUPPORTED');
    // As the documentation says: dial again.
    const again = new Wire('tcpIncoming', 0);
    const second = pwp({ encryption: 'off' });
    join(second, again);
    again.on('handshake', () => again.handshake(INFO_HASH, PEER_ID));
    second.handshake(INFO_HASH, PEER_ID);
    await new Promise((resolve) => second.once('handshake', resolve));
    for (const wire of [second, again]) wire.destroy();
  });
});

test('its way of naming the torrent works on ours: crypto-infohash and setInfoHash', async () => {
  const theirs = new Wire('tcpOutgoing', 2);
  const ours = /** @type {any} */ (pwp({ encryption: 'require', infoHashes: [] }));
  join(ours, theirs);
  ours.on('crypto-infohash', (/** @type {string} */ request) => {
    if (request === pwp.requestHash(INFO_HASH).toString('hex')) {
      ours.setInfoHash(INFO_HASH.toString('hex'));
    }
  });
  theirs.on('crypto-handshake', () => theirs.handshake(INFO_HASH, PEER_ID));
  theirs.startEncryption(INFO_HASH.toString('hex'));
  const [infoHash] = await new Promise((resolve) => {
    ours.once('handshake', (/** @type {any[]} */ ...args) => resolve(args));
  });
  assert.deepEqual(infoHash, bytes.INFO_HASH);
  for (const wire of [ours, theirs]) wire.destroy();
});
