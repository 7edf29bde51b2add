'use strict';

// Requests beyond what the peer queues wait here (BEP 10, `reqq`), if the caller wishes.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const fc = require('fast-check');
const agreed = require('./helpers/agreed.js');

const { bytes, output } = agreed;
const say = (/** @type {number} */ reqq) =>
  bytes.extended(0, Buffer.from(`d4:reqqi${reqq}ee`, 'latin1'));

/**
 * A wire that has asked for `count` blocks, and the pieces asked for so far.
 * @param {number} count
 * @param {Buffer} [said] by the peer before
 */
function asking(count, said = Buffer.alloc(0), options = { respectReqq: true }) {
  const wire = agreed.announced({}, 0, options);
  wire.write(Buffer.concat([said, bytes.unchoke]));
  /** @type {(string | number)[]} */
  const log = [];
  for (let index = 0; index < count; index++) {
    wire.request(index, 0, 16, (error) => log.push(error ? `${index} ${error.code}` : index));
  }
  return { wire, log };
}

/** @param {any} wire @returns {string[]} what it asks for and takes back */
function sent(wire) {
  const out = output(wire);
  const said = [];
  for (let at = 0; at < out.length; at += 17) {
    said.push(`${out[at + 4] === 6 ? '' : 'cancel '}${out.readUInt32BE(at + 5)}`);
  }
  return said;
}

const upTo = (/** @type {number} */ from, /** @type {number} */ to) =>
  Array.from({ length: to - from }, (_, i) => String(from + i));
const block = (/** @type {number} */ index) => bytes.piece(index, 0, Buffer.alloc(16));

test('without the option all go out at once', () => {
  assert.equal(sent(asking(600, say(100), {}).wire).length, 600);
});

test('a peer that does not say is taken for one that queues 250', () => {
  const { wire } = asking(600);
  assert.deepEqual(sent(wire), upTo(0, 250));
  assert.equal(wire.requests.length, 600);
});

test('one less than the peer says, and one more for each that is answered', () => {
  const { wire, log } = asking(20, say(11));
  assert.deepEqual(sent(wire), upTo(0, 10));
  wire.write(block(3));
  assert.deepEqual([sent(wire), log], [['10'], [3]]);
  wire.write(Buffer.concat([block(0), block(1)]));
  assert.deepEqual(sent(wire), ['11', '12']);
});

test('the raw event is as it was, and nothing is sent for it', () => {
  const wire = agreed.announced({}, 0, { respectReqq: true });
  const events = agreed.record(wire);
  wire.write(say(5));
  assert.deepEqual(events, [['extended', 0, say(5).subarray(6)]]);
  assert.equal(wire.read(), null);
});

test('more are sent when the peer says more, and none are taken back when it says less', () => {
  const { wire } = asking(20, say(6));
  assert.deepEqual(sent(wire), upTo(0, 5));
  wire.write(say(9));
  assert.deepEqual(sent(wire), upTo(5, 8));
  wire.write(say(3));
  wire.write(Buffer.concat([block(0), block(1), block(2), block(3), block(4), block(5)]));
  assert.deepEqual(sent(wire), []);
  wire.write(block(6));
  assert.deepEqual(sent(wire), ['8']);
});

test('at least one is asked for, whatever the peer says', () => {
  for (const value of [0, 1]) assert.deepEqual(sent(asking(3, say(value)).wire), ['0'], `${value}`);
  for (const bad of ['i-5e', '1:9', 'i1e1:xi2e', 'li9ee']) {
    const said = bytes.extended(0, Buffer.from(`d4:reqq${bad}e`, 'latin1'));
    const expected = bad.startsWith('i1e') ? 1 : 250;
    assert.equal(sent(asking(600, said).wire).length, expected, bad);
  }
});

test('one that waits is not taken back from the peer, which never heard of it', () => {
  const { wire, log } = asking(4, say(3));
  sent(wire);
  wire.cancel(3, 0, 16);
  wire.cancel(0, 0, 16);
  assert.deepEqual(sent(wire), ['cancel 0', '2']);
  assert.deepEqual(log, ['3 ERR_PWP_REQUEST_CANCELLED', '0 ERR_PWP_REQUEST_CANCELLED']);
});

test('a choke fails all, sent or not, in order', () => {
  const { wire, log } = asking(5, say(3));
  sent(wire);
  wire.write(bytes.choke);
  assert.deepEqual(
    log,
    upTo(0, 5).map((index) => `${index} ERR_PWP_PEER_CHOKING`),
  );
  assert.deepEqual([sent(wire), wire.requests], [[], []]);
});

test('with Fast a choke fails those that wait, but for allowed pieces', () => {
  const wire = agreed.fast({ respectReqq: true });
  wire.write(Buffer.concat([say(3), bytes.unchoke, agreed.allowedFast(4)]));
  /** @type {string[]} */
  const log = [];
  for (let index = 0; index < 6; index++) {
    wire.request(index, 0, 16, (error) => log.push(`${index} ${error?.code ?? 'block'}`));
  }
  sent(wire);
  wire.write(bytes.choke);
  assert.deepEqual(
    log,
    ['2', '3', '5'].map((index) => `${index} ERR_PWP_PEER_CHOKING`),
  );
  wire.write(agreed.reject(0, 0, 16));
  assert.deepEqual(sent(wire), ['4']);
});

test('a callback that throws keeps none of the others from knowing', async () => {
  const wire = agreed.fast({ respectReqq: true });
  wire.write(Buffer.concat([say(2), bytes.unchoke]));
  /** @type {number[]} */
  const log = [];
  for (let index = 0; index < 4; index++) {
    wire.request(index, 0, 16, () => {
      log.push(index);
      if (index === 1) throw new Error('of a callback');
    });
  }
  assert.throws(() => wire.write(bytes.choke), /of a callback/);
  await new Promise(setImmediate);
  assert.deepEqual([log, wire.requests.map(({ piece }) => piece)], [[1, 2, 3], [0]]);
});

test('a request made in a callback waits behind those that do', () => {
  const { wire } = asking(1, say(2));
  wire.requests[0].callback = () => wire.request(9, 0, 16, () => {});
  wire.request(5, 0, 16, () => {});
  sent(wire);
  wire.write(block(0));
  assert.deepEqual(sent(wire), ['5']);
  wire.write(block(5));
  assert.deepEqual(sent(wire), ['9']);
});

test('one that a caller has taken out of the list is not asked for', () => {
  const { wire } = asking(4, say(2));
  sent(wire);
  wire.requests.splice(1, 1);
  wire.write(block(0));
  assert.deepEqual(sent(wire), ['2']);
});

test('never more than the peer queues, and all are answered in the end', () => {
  const step = fc.oneof(
    fc.tuple(fc.constant('ask'), fc.integer({ min: 1, max: 9 })),
    fc.tuple(fc.constant('answer'), fc.nat(20)),
    fc.tuple(fc.constant('cancel'), fc.nat(20)),
    fc.tuple(fc.constant('say'), fc.integer({ min: 2, max: 12 })),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { wire, log } = asking(0, say(5));
      /** @type {Set<string>} */
      const atPeer = new Set();
      let limit = 4;
      let made = 0;
      const settle = () => {
        for (const said of sent(wire)) {
          if (said.startsWith('cancel ')) atPeer.delete(said.slice(7));
          else {
            atPeer.add(said);
            assert.ok(atPeer.size <= limit, `${atPeer.size} of ${limit}`);
          }
        }
      };
      const answer = (/** @type {string | undefined} */ index) => {
        if (index === undefined) return;
        atPeer.delete(index);
        wire.write(block(Number(index)));
        settle();
      };
      for (const [name, value] of steps) {
        if (name === 'ask') {
          for (let i = 0; i < value; i++) wire.request(made++, 0, 16, () => log.push(made));
        }
        if (name === 'answer') answer([...atPeer][value % (atPeer.size || 1)]);
        if (name === 'cancel') {
          const request = wire.requests[value % (wire.requests.length || 1)];
          if (request) wire.cancel(request.piece, 0, 16);
        }
        if (name === 'say') {
          wire.write(say(value));
          limit = Math.max(limit, value - 1);
        }
        settle();
        if (atPeer.size < 2) limit = 12;
      }
      while (atPeer.size > 0) answer([...atPeer][0]);
      assert.deepEqual([wire.requests.length, log.length], [0, made]);
    }),
    { numRuns: 300 },
  );
});
