'use strict';

// Two wires of ours with every pair of options: what they settle on, in which order they say so, and
// why they close where they cannot.

const assert = require('node:assert/strict');
const { createHash } = require('node:crypto');
const { describe, test } = require('node:test');
const { sockets } = require('../hostile/helpers/loopback.js');
const { PEER_ID, logOf, pwp } = require('./helpers/wires.js');

const EVENTS = ['encryption', 'crypto-handshake', 'crypto-infohash', 'handshake', 'close'];
const REQUIRED = 'ERR_PWP_ENCRYPTION_REQUIRED';
const UNSUPPORTED = 'ERR_PWP_ENCRYPTION_UNSUPPORTED';
const TORRENT = 'ERR_PWP_ENCRYPTION_TORRENT';

let torrents = 0;
/** An info hash that no wire of this process knows yet. @param {string} algorithm */
const newHash = (algorithm = 'sha1') => createHash(algorithm).update(`${torrents++}`).digest();

/** @param {import('../../index.js')} a @param {import('../../index.js')} b */
const byPipes = (a, b) => a.pipe(b).pipe(a);

/** @param {any} t */
async function bySockets(t) {
  const { near, far } = await sockets(t);
  return (/** @type {any} */ a, /** @type {any} */ b) => {
    near.pipe(a).pipe(near);
    far.pipe(b).pipe(far);
  };
}

/** Either both have each other's handshakes, or both have ended. @param {any[]} wires */
function settled(wires) {
  const one = (/** @type {any} */ wire) =>
    new Promise((resolve) => {
      wire.once('have', resolve);
      wire.once('end', resolve);
    });
  return Promise.all(wires.map(one));
}

/**
 * @param {any} join
 * @param {object} first options of the side that begins
 * @param {object} second options of the other
 * @param {Buffer} hash
 */
async function meet(join, first, second, hash) {
  const [a, b] = [pwp(first), pwp(second)];
  const logs = [a, b].map((wire) => logOf(wire, EVENTS));
  b.once('handshake', (infoHash) => b.handshake(infoHash, PEER_ID));
  for (const wire of [a, b]) wire.once('handshake', () => wire.have(1));
  join(a, b);
  const over = settled([a, b]);
  a.handshake(hash, PEER_ID, { v2: true });
  await over;
  const result = [a, b].map(({ encrypted, closeReason }, i) => ({
    encrypted,
    reason: closeReason?.code ?? null,
    events: logs[i].map(([name, value]) => (name === 'encryption' ? `${name} ${value}` : name)),
  }));
  for (const wire of [a, b]) wire.destroy();
  return result;
}

const SILENT = { encrypted: false, reason: null, events: ['handshake'] };
const IN_CLEAR = { ...SILENT, events: ['encryption false', 'handshake'] };
const RC4 = {
  encrypted: 'rc4',
  reason: null,
  events: ['encryption rc4', 'crypto-handshake', 'handshake'],
};
const closed = (/** @type {string | null} */ reason, /** @type {string[]} */ ...events) => ({
  encrypted: false,
  reason,
  events: [...events, 'close'],
});

/** What becomes of who begins, and of the other. @type {[string, string, any[]][]} */
const OUTCOMES = [
  ['off', 'off', [SILENT, SILENT]],
  ['off', 'prefer', [SILENT, IN_CLEAR]],
  ['off', 'require', [closed(null), closed(REQUIRED)]],
  ['prefer', 'off', [closed(UNSUPPORTED), closed('ERR_PWP_NOT_BITTORRENT')]],
  ['prefer', 'prefer', [RC4, RC4]],
  ['prefer', 'require', [RC4, RC4]],
  ['require', 'off', [closed(UNSUPPORTED), closed('ERR_PWP_NOT_BITTORRENT')]],
  ['require', 'prefer', [RC4, RC4]],
  ['require', 'require', [RC4, RC4]],
];

/** A wire that only its stream ends says nothing of a `close`. @param {any[]} results */
const withoutClose = (results) =>
  results.map(({ events, ...rest }) => ({
    ...rest,
    events: events.filter((/** @type {string} */ name) => name !== 'close'),
  }));

describe('what two wires settle on', () => {
  for (const [first, second, expected] of OUTCOMES) {
    for (const how of ['pipes', 'sockets']) {
      test(`${first} calls ${second}, over ${how}`, async (t) => {
        const hash = newHash();
        const join = how === 'pipes' ? byPipes : await bySockets(t);
        const options = { encryption: second, infoHashes: [hash] };
        const results = await meet(join, { encryption: first }, options, hash);
        assert.deepEqual(withoutClose(results), withoutClose(expected));
      });
    }
  }
});

/** What the other side may know a torrent by. @type {[string, (hash: Buffer) => any][]} */
const KNOWN = [
  ['a list of a Buffer', (hash) => [hash]],
  ['a list of hex', (hash) => [hash.toString('hex')]],
  ['a list of hex in capitals', (hash) => [hash.toString('hex').toUpperCase()]],
  ['a list of others too', (hash) => [newHash(), hash, newHash()]],
  ['a Set', (hash) => new Set([new Uint8Array(hash)])],
  ['a generator', (hash) => [hash].values()],
  ['a function that gives a Buffer', (hash) => () => hash],
  ['a function that gives hex', (hash) => () => hash.toString('hex')],
  [
    'a function that looks it up',
    (hash) => (/** @type {Buffer} */ request) =>
      pwp.requestHash(hash).equals(request) ? hash : null,
  ],
  ['nothing: a wire of this process has it', () => undefined],
  ['null, which is the same', () => null],
];

describe('which torrents are known', () => {
  for (const [name, of] of KNOWN) {
    for (const length of [20, 32]) {
      test(`by ${name}, ${length} bytes`, async () => {
        const hash = newHash(length === 20 ? 'sha1' : 'sha256');
        const options = { encryption: 'require', infoHashes: of(hash) };
        const results = await meet(byPipes, { encryption: 'require' }, options, hash);
        assert.deepEqual(results, [RC4, RC4]);
      });
    }
  }

  for (const [name, infoHashes] of /** @type {[string, any][]} */ ([
    ['an empty list', []],
    ['a list of another', [newHash()]],
    ['a function that gives null', () => null],
    ['a function that gives undefined', () => {}],
  ])) {
    test(`not by ${name}, though a wire of this process has it`, async () => {
      const options = { encryption: 'prefer', infoHashes };
      const results = await meet(byPipes, { encryption: 'prefer' }, options, newHash());
      const expected = [closed(null), closed(TORRENT, 'crypto-infohash')];
      assert.deepEqual(withoutClose(results), withoutClose(expected));
    });
  }

  test('not by another info hash than was asked for', async () => {
    const options = { encryption: 'prefer', infoHashes: () => newHash() };
    const results = await meet(byPipes, { encryption: 'prefer' }, options, newHash());
    assert.equal(results[1].reason, 'ERR_PWP_ENCRYPTION_GARBLED');
    assert.equal(results[0].reason, null);
  });

  test('a list is read once, when the wire is made', async () => {
    const hash = newHash();
    const infoHashes = [hash];
    const wire = pwp({ encryption: 'prefer', infoHashes });
    infoHashes.length = 0;
    const other = pwp({ encryption: 'prefer' });
    byPipes(other, wire);
    other.handshake(hash, PEER_ID);
    await new Promise((resolve) => wire.once('encryption', resolve));
    assert.equal(wire.encrypted, 'rc4');
    wire.destroy();
  });
});
