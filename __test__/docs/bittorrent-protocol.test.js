'use strict';

// What docs/migrating-from-bittorrent-protocol.md says, a test a row, on both.

const assert = require('node:assert/strict');
const { before, describe, test } = require('node:test');
const { INFO_HASH, PEER_ID, logOf, native, pair, settle, thrown } = require('./wires.js');

const SHARED_METHODS =
  'choke unchoke interested uninterested have bitfield request cancel port suggest haveAll haveNone reject ' +
  'allowedFast use uploadSpeed downloadSpeed handshake piece extended setTimeout setKeepAlive ' +
  'startEncryption setInfoHash destroy';
const SHARED_FIELDS =
  'peerExtensions requests peerRequests hasFast allowedFastSet peerAllowedFastSet extendedMapping ' +
  'peerExtendedMapping extendedHandshake peerExtendedHandshake amChoking amInterested peerChoking ' +
  'peerInterested uploaded downloaded destroyed peerPieces';
const ONLY_THERE = 'peerId peerIdBuffer extensions type keepAlive';
const ONLY_HERE = 'requestBlock closeReason encrypted peerHaveAll pieceCount';

/** @type {any} */
let Protocol;
before(async () => {
  Protocol = (await import('bittorrent-protocol')).default;
});

const there = () => new Protocol('tcpOutgoing');
const here = () => native();

/** @param {string} list */
const words = (list) => list.split(' ');

/** @param {unknown} value @returns {string} */
const kindOf = (value) => /** @type {any} */ (value)?.constructor?.name ?? String(value);

/**
 * @param {string} name
 * @param {(make: () => any) => unknown} look
 * @param {[there: unknown, here: unknown]} expected
 */
function differs(name, look, expected) {
  test(name, async () => {
    assert.deepEqual(await look(there), expected[0], 'bittorrent-protocol');
    assert.deepEqual(await look(here), expected[1], 'here');
  });
}

describe('names', () => {
  for (const name of words(SHARED_METHODS)) {
    test(`${name}() is on both`, () => {
      for (const make of [there, here]) assert.equal(typeof make()[name], 'function');
    });
  }
  for (const name of words(SHARED_FIELDS)) {
    test(`${name} is on both`, () => {
      for (const make of [there, here]) assert.ok(name in make());
    });
  }
  for (const name of words(ONLY_THERE)) {
    differs(name, (make) => name in make(), [true, false]);
  }
  for (const name of words(ONLY_HERE)) {
    differs(name, (make) => name in make(), [false, true]);
  }
});

describe('methods', () => {
  const hex = PEER_ID.toString('hex');
  for (const [name, id, expected] of /** @type {[string, string, [boolean, boolean]][]} */ ([
    ['text', PEER_ID.toString(), [false, true]],
    ['hexadecimal', hex, [true, false]],
  ])) {
    differs(
      `a peer id in ${name}`,
      (make) => thrown(() => make().handshake(INFO_HASH, id)) === undefined,
      expected,
    );
  }

  differs(
    'a name that the peer has not announced',
    async (make) => {
      const [wire] = await pair(() => {
        const made = make();
        made.use(named('x_mine'));
        return made;
      });
      return thrown(() => wire.extended('x_other', {}))?.code;
    },
    [undefined, 'ERR_PWP_UNKNOWN_EXTENSION'],
  );

  differs('setTimeout(50, true)', (make) => thrown(() => make().setTimeout(50, true))?.code, [
    undefined,
    'ERR_INVALID_ARG_TYPE',
  ]);

  differs('what piece() returns', (make) => make().piece(0, 0, new Uint8Array(1)), [
    undefined,
    true,
  ]);

  differs('haveAll() without Fast', (make) => thrown(() => make().haveAll()).code, [
    undefined,
    'ERR_PWP_FAST_DISABLED',
  ]);
});

/** @param {string} name */
function named(name) {
  class Extension {}
  Object.assign(Extension.prototype, { name });
  return Extension;
}

describe('events', () => {
  differs(
    'handshake',
    async (make) => {
      /** @type {any[]} */
      const got = [];
      await pair(() => {
        const wire = make();
        wire.on('handshake', (/** @type {any[]} */ ...args) => got.push(args));
        return wire;
      });
      const [infoHash, , extensions] = got[0];
      return [kindOf(infoHash), extensions];
    },
    [
      ['String', { dht: false, extended: true, fast: false }],
      ['Buffer', { dht: false, extended: true }],
    ],
  );

  differs(
    'bitfield, and have of what is known',
    async (make) => {
      const [ours, theirs] = await pair(make);
      const log = logOf(ours, ['bitfield', 'have']);
      theirs.bitfield(new Uint8Array([0b11000000]));
      theirs.have(1);
      theirs.have(5);
      await settle();
      const has = ours.peerPieces.get?.(5) ?? ours.peerPieces[5];
      assert.equal(has, true);
      return log.map(([name, arg]) => [name, kindOf(arg)]);
    },
    [
      [
        ['bitfield', 'BitField'],
        ['have', 'Number'],
      ],
      [
        ['bitfield', 'Buffer'],
        ['have', 'Number'],
        ['have', 'Number'],
      ],
    ],
  );

  differs(
    'peerPieces after have-all',
    async (make) => {
      const [ours, theirs] = await pair(make, { fast: true });
      const before = ours.peerPieces;
      theirs.haveAll();
      await settle();
      return [ours.peerPieces === before, ours.peerPieces.get?.(99), ours.peerHaveAll];
    },
    [
      [false, true, undefined],
      [true, undefined, true],
    ],
  );

  differs(
    'extended, with no extension in use',
    async (make) => {
      /** @type {any[]} */
      const got = [];
      await pair(() => {
        const wire = make();
        wire.on('extended', (/** @type {unknown} */ id) => got.push(id));
        return wire;
      });
      return got;
    },
    [['handshake', 'handshake'], []],
  );
});

describe('the end', () => {
  differs(
    'events of destroy()',
    async (make) => {
      const [ours] = await pair(make);
      const log = logOf(ours, ['choke', 'uninterested', 'close', 'finish', 'end']);
      ours.resume();
      ours.destroy();
      await settle();
      return log.map(([name]) => name);
    },
    [
      ['uninterested', 'choke', 'finish', 'end', 'close'],
      ['close', 'finish', 'end'],
    ],
  );

  for (const [name, extensions, text] of /** @type {[string, object, string][]} */ ([
    ['without Fast', {}, 'peer is choking'],
    ['with Fast', { fast: true }, 'wire was closed'],
  ])) {
    differs(
      `requests that wait, ${name}`,
      async (make) => {
        const [ours, theirs] = await pair(make, extensions);
        theirs.unchoke();
        await settle();
        /** @type {any[]} */
        const failed = [];
        for (const piece of [1, 2]) {
          ours.request(piece, 0, 16384, (/** @type {any} */ error) => {
            failed.push(piece, error.message);
          });
        }
        ours.destroy();
        await settle();
        return failed;
      },
      [
        [2, text, 1, text],
        [1, 'wire is closed', 2, 'wire is closed'],
      ],
    );
  }

  differs(
    'a peer that is none',
    async (make) => {
      const wire = make();
      wire.resume();
      wire.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
      await settle();
      return [wire.destroyed, wire.closeReason?.code];
    },
    [
      [true, undefined],
      [true, 'ERR_PWP_NOT_BITTORRENT'],
    ],
  );
});
