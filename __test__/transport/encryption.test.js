'use strict';

// Wires with sockets of their own and piped wires, with every pair of options for the encryption: they
// settle on the same, whichever of them is which.

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { describe, test } = require('node:test');
const { CALLERS, KINDS, SERVERS } = require('./helpers/meeting.js');
const { bytes, ended, listen, pwp, when } = require('./helpers/sockets.js');

const { PEER_ID } = bytes;
const EVENTS = ['encryption', 'crypto-handshake', 'crypto-infohash', 'handshake', 'have'];
const REQUIRED = 'ERR_PWP_ENCRYPTION_REQUIRED';
const UNSUPPORTED = 'ERR_PWP_ENCRYPTION_UNSUPPORTED';

let torrents = 0;
/** An info hash that no wire of this process knows yet. */
const newHash = () => createHash('sha1').update(`transport ${torrents++}`).digest();

/** @param {any} wire @returns {any[]} everything that happens on it */
function logOf(wire) {
  /** @type {any[]} */
  const log = [];
  for (const name of EVENTS) {
    wire.on(name, (/** @type {any} */ value) => {
      log.push(name === 'encryption' || name === 'have' ? `${name} ${value}` : name);
    });
  }
  return log;
}

/**
 * @param {import('node:test').TestContext} t
 * @param {[keyof typeof CALLERS, keyof typeof SERVERS]} kinds
 * @param {[object, object]} options
 * @param {(caller: any, called: any) => void} begin
 */
async function meet(t, kinds, options, begin) {
  /** @type {any} */
  let called = null;
  /** @type {any[]} */
  const logs = [];
  const server = SERVERS[kinds[1]](options[1], (/** @type {any} */ wire) => {
    called = wire;
    logs[1] = logOf(wire);
    wire.once('handshake', (/** @type {any} */ infoHash) => {
      wire.handshake(infoHash, PEER_ID);
      wire.have(1);
    });
  });
  const port = await listen(t, server);
  const given = when(server, 'connection');
  const caller = CALLERS[kinds[0]](options[0], port);
  logs[0] = logOf(caller);
  begin(caller, called);
  await given;
  const wires = [caller, called];
  t.after(() => wires.map((wire) => wire.destroy()));
  await Promise.race([when(caller, 'have'), Promise.all(wires.map(ended))]);
  return wires.map((wire, i) => ({
    encrypted: wire.encrypted,
    reason: wire.closeReason?.code ?? null,
    log: logs[i],
  }));
}

const SHAKEN = {
  caller: ['handshake', 'have 1'],
  called: ['handshake'],
};
const open = (/** @type {any} */ encrypted, /** @type {any} */ logs = SHAKEN) =>
  [logs.caller, logs.called].map((log) => ({ encrypted, reason: null, log }));
const RC4 = open('rc4', {
  caller: ['encryption rc4', 'crypto-handshake', ...SHAKEN.caller],
  called: ['encryption rc4', 'crypto-handshake', ...SHAKEN.called],
});
const closed = (/** @type {(string | null)[]} */ ...reasons) =>
  reasons.map((reason) => ({ encrypted: false, reason, log: [] }));

/** What becomes of who begins, and of the other. @type {[string, string, any][]} */
const OUTCOMES = [
  ['off', 'off', open(false)],
  ['off', 'prefer', open(false, { ...SHAKEN, called: ['encryption false', ...SHAKEN.called] })],
  ['off', 'require', closed(null, REQUIRED)],
  ['prefer', 'off', closed(UNSUPPORTED, 'ERR_PWP_NOT_BITTORRENT')],
  ['prefer', 'prefer', RC4],
  ['prefer', 'require', RC4],
  ['require', 'off', closed(UNSUPPORTED, 'ERR_PWP_NOT_BITTORRENT')],
  ['require', 'prefer', RC4],
  ['require', 'require', RC4],
];

/**
 * A peer that is refused while it speaks is cut off, on any socket: whether it hears that as an end or
 * as a reset is up to the system.
 * @param {any[]} results
 */
const heard = (results) =>
  results.map(({ reason, ...rest }) => {
    const isCut = [null, UNSUPPORTED, 'ERR_PWP_CONNECTION_RESET'].includes(reason);
    return { ...rest, reason: isCut ? 'cut off' : reason };
  });

for (const kinds of KINDS) {
  describe(`${kinds[0]} calls ${kinds[1]}`, () => {
    for (const [first, second, expected] of OUTCOMES) {
      test(`${first} calls ${second}`, async (t) => {
        const hash = newHash();
        const options = { encryption: second, infoHashes: [hash] };
        const results = await meet(t, kinds, [{ encryption: first }, options], (caller) =>
          caller.handshake(hash, PEER_ID),
        );
        assert.deepEqual(heard(results), heard(expected));
        if (expected[0].reason === UNSUPPORTED) assert.notEqual(results[0].reason, null);
      });
    }

    test('the torrent is found by a handler of crypto-infohash', async (t) => {
      const hash = newHash();
      const options = { encryption: 'require', infoHashes: () => null };
      const asked = [];
      const results = await meet(t, kinds, [{ encryption: 'require' }, options], (caller) => {
        caller.handshake(hash, PEER_ID);
      });
      assert.equal(results[1].reason, 'ERR_PWP_ENCRYPTION_TORRENT');
      assert.deepEqual(results[1].log, ['crypto-infohash']);
      const server = SERVERS[kinds[1]](options, (/** @type {any} */ wire) => {
        wire.on('crypto-infohash', (/** @type {string} */ request) => {
          asked.push(request);
          wire.setInfoHash(hash);
        });
        wire.on('handshake', () => wire.handshake(hash, PEER_ID));
      });
      const caller = CALLERS[kinds[0]]({ encryption: 'require' }, await listen(t, server));
      t.after(() => caller.destroy());
      caller.handshake(hash, PEER_ID);
      await when(caller, 'handshake');
      assert.equal(caller.encrypted, 'rc4');
      assert.deepEqual(asked, [pwp.requestHash(hash).toString('hex')]);
    });

    test('a torrent that wires of this process know is found without a list', async (t) => {
      const hash = newHash();
      const results = await meet(
        t,
        kinds,
        [{ encryption: 'require' }, { encryption: 'require' }],
        (c) => c.handshake(hash, PEER_ID),
      );
      assert.deepEqual(results, RC4);
    });

    test('nor does one that is not ours get in', async (t) => {
      const options = { encryption: 'prefer', infoHashes: [newHash()] };
      const results = await meet(t, kinds, [{ encryption: 'prefer' }, options], (caller) =>
        caller.handshake(newHash(), PEER_ID),
      );
      assert.equal(results[1].reason, 'ERR_PWP_ENCRYPTION_TORRENT');
      assert.equal(results[0].log.length, 0);
    });

    test('blocks of every length are intact, both ways at once', async (t) => {
      const hash = newHash();
      /** @type {any} */
      let called = null;
      const options = { encryption: 'require', infoHashes: [hash] };
      const server = SERVERS[kinds[1]](options, (/** @type {any} */ wire) => {
        called = wire;
        serve(wire);
        wire.on('handshake', () => {
          wire.handshake(hash, PEER_ID);
          wire.unchoke();
        });
      });
      const caller = CALLERS[kinds[0]]({ encryption: 'require' }, await listen(t, server));
      t.after(() => [caller, called].map((wire) => wire.destroy()));
      serve(caller);
      caller.handshake(hash, PEER_ID);
      caller.unchoke();
      await when(caller, 'unchoke');
      await Promise.all([caller, called].map(fetchAll));
    });
  });
}

const LENGTHS = [1, 100, 4095, 4096, 16_384, 20_480, 65_535, 131_072];

/** Bytes that tell where they belong. @param {number} piece @param {number} length */
function blockOf(piece, length) {
  const block = Buffer.alloc(length);
  for (let i = 0; i < length; i++) block[i] = (i * 31 + (i >> 8) * 7 + piece) & 255;
  return block;
}

/** @param {any} wire */
function serve(wire) {
  wire.on(
    'request',
    (
      /** @type {number} */ piece,
      /** @type {number} */ _,
      /** @type {number} */ length,
      /** @type {any} */ respond,
    ) => {
      respond(null, blockOf(piece, length));
    },
  );
}

/** @param {any} wire */
async function fetchAll(wire) {
  if (wire.peerChoking) await when(wire, 'unchoke');
  const wanted = Array.from({ length: 48 }, (_, piece) => [piece, LENGTHS[piece % LENGTHS.length]]);
  const blocks = await Promise.all(
    wanted.map(([piece, length]) => wire.requestBlock(piece, 0, length)),
  );
  for (const [i, [piece, length]] of wanted.entries()) {
    assert.ok(blocks[i].equals(blockOf(piece, length)), `block ${piece} of ${length}`);
  }
}
