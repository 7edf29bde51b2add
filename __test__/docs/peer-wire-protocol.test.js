'use strict';

// What docs/migrating-from-peer-wire-protocol.md says one can see, a test a row, on both.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const util = require('node:util');
const { INFO_HASH, PEER_ID, logOf, native, original, pair, settle, thrown } = require('./wires.js');

const HANDSHAKE = Buffer.concat([
  Buffer.from('\x13BitTorrent protocol'),
  Buffer.alloc(8),
  INFO_HASH,
  PEER_ID,
]);

/**
 * @param {number} length of the block that is asked for
 * @returns {Buffer} a request
 */
function request(length) {
  const message = Buffer.from([0, 0, 0, 13, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  message.writeUInt32BE(length, 13);
  return message;
}

/**
 * @param {any} pwp
 * @param {Buffer} message of the peer, in as many chunks as it likes
 * @param {object} [options]
 * @returns {any} a wire that has got it
 */
function told(pwp, message, options) {
  const wire = pwp(options);
  wire.unchoke();
  wire.resume();
  wire.write(HANDSHAKE);
  wire.write(message);
  return wire;
}

/**
 * @param {string} name
 * @param {(pwp: any) => unknown} look
 * @param {[there: unknown, here: unknown]} expected
 */
function differs(name, look, [there, here]) {
  test(name, async () => {
    assert.deepEqual(await look(original), there, '0.7.1');
    assert.deepEqual(await look(native), here, 'here');
  });
}

describe('0.7.1 and this package', () => {
  for (const index of ['3', 1.5, undefined]) {
    differs(
      `have(${util.inspect(index)})`,
      (pwp) => thrown(() => pwp().have(index)) === undefined,
      [true, false],
    );
  }

  differs(
    'error of a peer that breaks the protocol',
    async (pwp) => {
      const wire = pwp();
      const log = logOf(wire, ['error']);
      wire.write('GET / HTTP/1.1\r\n\r\n');
      await settle();
      return log.length;
    },
    [0, 1],
  );

  differs(
    'how often close and end are emitted, with nobody reading',
    async (pwp) => {
      const wire = pwp();
      const log = logOf(wire, ['close', 'end']);
      wire.destroy();
      await settle();
      wire.read();
      return log.map(([name]) => name);
    },
    [['close'], ['close', 'end']],
  );

  differs(
    'how often close is emitted, with somebody reading',
    async (pwp) => {
      const wire = pwp();
      const log = logOf(wire, ['close']);
      wire.resume();
      wire.destroy();
      await settle();
      return log.length;
    },
    [2, 1],
  );

  differs(
    'destroyed, and what destroy() returns',
    (pwp) => {
      const wire = pwp();
      return [wire.destroy() === wire, wire.destroyed];
    },
    [
      [false, false],
      [true, true],
    ],
  );

  for (const name of ['_finished', '_push', '_message', '_parse', '_onpiece']) {
    differs(`the private ${name}`, (pwp) => name in pwp(), [true, false]);
  }

  differs(
    'pwp.call(this)',
    (pwp) => {
      /** @this {any} */
      function Mine() {
        pwp.call(this);
      }
      util.inherits(Mine, pwp);
      return thrown(() => Reflect.construct(Mine, [])) === undefined;
    },
    [true, false],
  );

  differs(
    'fields of a request',
    async (pwp) => {
      const [ours, theirs] = await pair(() => pwp());
      theirs.unchoke();
      await settle();
      ours.request(0, 0, 16384);
      const [{ piece, offset, length, callback }] = ours.requests;
      assert.deepEqual([piece, offset, length, typeof callback], [0, 0, 16384, 'function']);
      return 'timeout' in ours.requests[0];
    },
    [true, false],
  );

  differs('a fraction by extended()', (pwp) => thrown(() => pwp().extended(3, 1.5))?.code, [
    undefined,
    'ERR_OUT_OF_RANGE',
  ]);

  differs(
    'the order of keys by extended()',
    (pwp) => {
      const wire = pwp();
      wire.extended(3, { b: 1, a: 2 });
      return String(wire.read().subarray(6));
    },
    ['d1:bi1e1:ai2ee', 'd1:ai2e1:bi1ee'],
  );

  differs(
    'requests announced, of 40 that nobody answers',
    async (pwp) => {
      const wire = told(pwp, Buffer.alloc(0));
      const log = logOf(wire, ['request']);
      for (let i = 0; i < 40; i++) wire.write(request(16384));
      await settle();
      return log.length < 40;
    },
    [false, true],
  );

  for (const [options, here] of /** @type {const} */ ([
    [undefined, 0],
    [{ maxBlockSize: 2 ** 18 }, 1],
  ])) {
    differs(
      `a request for 128 KiB and a byte, ${util.inspect(options)}`,
      async (pwp) => {
        const wire = told(pwp, Buffer.alloc(0), options);
        const log = logOf(wire, ['request']);
        wire.write(request(2 ** 17 + 1));
        await settle();
        return log.length;
      },
      [1, here],
    );
  }

  for (const [name, message, code] of /** @type {[string, Buffer, string][]} */ ([
    ['a message of over 1 MiB', Buffer.from([0, 16, 0, 1, 20]), 'ERR_PWP_MESSAGE_TOO_LONG'],
    ['have of the piece 2²¹', Buffer.from([0, 0, 0, 5, 4, 0, 32, 0, 0]), 'ERR_PWP_PIECE_INDEX'],
  ])) {
    differs(name, (pwp) => told(pwp, message).closeReason?.code, [undefined, code]);
  }

  test('the same text of an error, and a code', async () => {
    for (const pwp of [original, native]) {
      /** @type {any} */
      let failure;
      pwp().request(0, 0, 16384, (/** @type {any} */ error) => {
        failure = error;
      });
      assert.equal(failure.message, 'peer is choking');
      assert.equal(failure.code, pwp === native ? 'ERR_PWP_PEER_CHOKING' : undefined);
    }
  });
});
