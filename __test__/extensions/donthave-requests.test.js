'use strict';

// What lt_donthave (BEP 54) does to the fields of a wire, in bittorrent-protocol's way: it takes
// requests out of `requests` by itself, and knows `peerPieces` for a set of bits.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const FakeTimers = require('@sinonjs/fake-timers');
const bencode = require('bencode');
const fc = require('fast-check');
const bytes = require('../hostile/helpers/bytes.js');
const { turn } = require('../wire/helpers/wires.js');
const { published, pwp } = require('./helpers/peers.js');

const CLOCK = ['setTimeout', 'clearTimeout', 'Date', 'performance'];

const donthave = (/** @type {number} */ index) => bytes.extended(1, bytes.u32(index));
const answer = (/** @type {number} */ piece, /** @type {number} */ offset) =>
  bytes.piece(piece, offset, Buffer.alloc(4));

/**
 * A wire with lt_donthave, unchoked by a peer with the first 40 pieces that has it too.
 * @param {object} [options]
 * @param {Record<string, unknown>} [introduction] more of the peer's extension handshake
 */
async function unchoked(options, introduction) {
  const { ltDontHave } = await published;
  const wire = pwp(options);
  wire.use(ltDontHave());
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.resume();
  wire.write(bytes.handshake());
  wire.write(bytes.extended(0, bencode.encode({ m: { lt_donthave: 5 }, ...introduction })));
  wire.write(bytes.unchoke);
  wire.write(bytes.bitfield(Buffer.alloc(5, 0xff)));
  await turn(); // what was sent so far is read
  return wire;
}

describe('requests', () => {
  /** Blocks of few pieces, each asked for once: what is asked, answered, and no longer there. */
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ ask: fc.nat(5), count: fc.integer({ min: 20, max: 90 }) }),
    },
    { weight: 4, arbitrary: fc.record({ answer: fc.nat(1000), count: fc.nat(40) }) },
    { weight: 3, arbitrary: fc.record({ gone: fc.nat(5) }) },
  );

  test('each comes to one end, the right one, however many there are', async () => {
    const script = fc.array(step, { minLength: 12, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(script, async (steps) => {
        const wire = await unchoked();
        /** Blocks that are waited for. @type {Map<string, true>} */
        const waiting = new Map();
        /** @type {string[]} */
        const ends = [];
        let next = 0;
        const ask = (/** @type {number} */ piece) => {
          const offset = 4 * next++;
          waiting.set(`${piece}/${offset}`, true);
          wire.request(piece, offset, 4, (error) => {
            assert.ok(waiting.delete(`${piece}/${offset}`), 'ends twice');
            ends.push(`${piece}/${offset} ${error?.message ?? 'block'}`);
          });
        };
        for (const { ask: asked, answer: at, gone, count } of /** @type {any[]} */ (steps)) {
          ends.length = 0;
          if (asked !== undefined) for (let i = 0; i < count; i++) ask(asked);
          if (at !== undefined) {
            const keys = [...waiting.keys()];
            const answered = keys.slice(at % (keys.length + 1)).slice(0, count);
            for (const key of answered) {
              const [piece, offset] = key.split('/').map(Number);
              wire.write(answer(piece, offset));
            }
            assert.deepEqual(
              ends,
              answered.map((key) => `${key} block`),
            );
          }
          if (gone !== undefined) {
            const failed = [...waiting.keys()].filter((key) => key.startsWith(`${gone}/`));
            wire.write(bytes.have(gone));
            wire.write(donthave(gone));
            assert.deepEqual(ends.sort(), failed.map((key) => `${key} peer sent donthave`).sort());
          }
          assert.equal(wire.requests.length, waiting.size);
        }
        ends.length = 0;
        const left = waiting.size;
        wire.write(bytes.choke);
        assert.deepEqual([ends.length, wire.requests.length], [left, 0]);
        wire.destroy();
      }),
      { numRuns: 60 },
    );
  });

  test('of two for the same block each gets one, when others are taken out', async () => {
    const wire = await unchoked();
    let ends = 0;
    const ask = (/** @type {number} */ piece, /** @type {number} */ offset) =>
      wire.request(piece, offset, 4, () => ends++);
    ask(1, 0);
    ask(0, 0);
    for (let i = 0; i < 2; i++) ask(1, 4);
    for (let i = 0; i < 200; i++) ask(1, 8 + 4 * i); // so many that there is an index
    wire.write(donthave(0)); // the extension puts the last in its place
    wire.write(answer(1, 8 + 4 * 199)); // which is found, but not by the index
    ask(1, 2000);
    ends = 0;
    for (let i = 0; i < 2; i++) wire.write(answer(1, 4));
    assert.equal(ends, 2);
  });

  test('one that fails may ask again, elsewhere or here', async () => {
    const wire = await unchoked();
    const ends = [];
    wire.request(1, 0, 4, (error) => {
      ends.push(error?.message);
      wire.request(2, 0, 4, (_error, block) => ends.push(block?.length));
    });
    wire.write(donthave(1));
    wire.write(answer(2, 0));
    assert.deepEqual(ends, ['peer sent donthave', 4]);
  });

  test('the next one is timed from when it became the head', async (t) => {
    const clock = FakeTimers.install({ toFake: CLOCK });
    t.after(() => clock.uninstall());
    const wire = await unchoked();
    const ends = [];
    wire.setTimeout(1000);
    for (const piece of [0, 1]) {
      wire.request(piece, 0, 4, (error) => ends.push(`${clock.now} ${error?.message}`));
    }
    clock.tick(900);
    wire.write(donthave(0));
    assert.deepEqual(ends, ['900 peer sent donthave']);
    clock.tick(999);
    assert.equal(ends.length, 1);
    clock.tick(1);
    assert.deepEqual(ends.slice(1), ['1900 request has timed out']);
    wire.destroy();
  });

  test('where none is left, nothing is timed', async (t) => {
    const clock = FakeTimers.install({ toFake: CLOCK });
    t.after(() => clock.uninstall());
    const wire = await unchoked();
    let timeouts = 0;
    wire.setTimeout(1000, () => timeouts++);
    wire.request(0, 0, 4);
    clock.tick(900);
    wire.write(donthave(0));
    clock.tick(5000);
    assert.equal(timeouts, 0);
    wire.destroy();
  });

  test('with reqq, others take their place', async () => {
    // Two at a time: one less than the peer says, see Pacing.
    const wire = await unchoked({ respectReqq: true }, { reqq: 3 });
    const sent = [];
    wire.on('data', (chunk) => sent.push(chunk));
    const ends = [];
    for (const piece of [0, 1, 2, 3, 4]) {
      wire.request(piece, 0, 4, (error) => ends.push(`${piece} ${error?.message ?? 'block'}`));
    }
    await turn();
    const requests = (/** @type {number[]} */ ...pieces) =>
      Buffer.concat(pieces.map((piece) => bytes.request(piece, 0, 4)));
    assert.deepEqual(Buffer.concat(sent.splice(0)), requests(0, 1));
    wire.write(Buffer.concat([donthave(0), donthave(4)]));
    await turn();
    assert.deepEqual(Buffer.concat(sent.splice(0)), requests(2), '4 waited as well');
    wire.write(answer(1, 0));
    await turn();
    assert.deepEqual(Buffer.concat(sent), requests(3));
    for (const piece of [2, 3]) wire.write(answer(piece, 0));
    const gone = 'peer sent donthave';
    assert.deepEqual(ends, [`0 ${gone}`, `4 ${gone}`, '1 block', '2 block', '3 block']);
  });
});

describe('peerPieces', () => {
  /** A wire with Fast on both sides, and lt_donthave. */
  async function fast() {
    const { ltDontHave } = await published;
    const wire = pwp();
    wire.use(ltDontHave());
    wire.handshake(bytes.INFO_HASH, bytes.PEER_ID, { fast: true });
    wire.write(bytes.handshake(4)); // the bit of Fast
    wire.write(bytes.extended(0, bencode.encode({ m: { lt_donthave: 5 } })));
    return wire;
  }

  test('after have-all of an unknown number of pieces, all but one', async () => {
    const wire = await fast();
    wire.write(bytes.message(14));
    const { peerPieces } = wire;
    assert.equal(peerPieces.get(2_000_000), true);
    wire.write(donthave(2));
    assert.deepEqual([1, 2, 3].map(peerPieces.get), [true, false, true]);
    wire.pieceCount = 5;
    assert.deepEqual([...peerPieces], [true, true, false, true, true]);
    assert.equal(peerPieces.get(5), false, 'there is none');
    assert.equal(wire.peerPieces, peerPieces);
  });

  test('after have-none none', async () => {
    const wire = await fast();
    wire.write(bytes.message(15));
    let events = 0;
    wire.lt_donthave.on('donthave', () => events++);
    wire.write(donthave(2));
    assert.deepEqual([events, wire.peerPieces.get(2), wire.peerPieces.length], [0, false, 0]);
  });

  test('of an index that no piece has, whatever it is', async () => {
    const wire = await unchoked({ pieceCount: 40 });
    const { peerPieces } = wire;
    for (const index of [40, 41, -1, 1.5, Number.NaN, '1', undefined, 2 ** 32]) {
      assert.equal(peerPieces.get(index), false, String(index));
      peerPieces.set(index, true);
    }
    assert.deepEqual([...peerPieces], Array(40).fill(true));
    assert.deepEqual(Object.keys(peerPieces).length, 40);
  });

  test('remains an array to those who go through it', async () => {
    const { peerPieces } = await unchoked();
    peerPieces.set(3, false);
    peerPieces.set(5, 0);
    peerPieces.set(6);
    const expected = Array(40).fill(true);
    expected[3] = false;
    expected[5] = false;
    assert.deepEqual(peerPieces, expected);
    assert.ok(Array.isArray(peerPieces));
    const names = [];
    for (const name in peerPieces) names.push(name);
    assert.deepEqual(
      names,
      expected.map((_, i) => String(i)),
    );
    assert.equal(JSON.stringify(peerPieces), JSON.stringify(expected));
  });
});
