'use strict';

// What a conversation is made of. The alphabets are small, so that requests,
// blocks, cancels and duplicates meet each other.

const fc = require('fast-check');
const { misuses } = require('./misuse');
const { EVENTS } = require('./names');

const weighted = (...pairs) =>
  fc.oneof(...pairs.map(([weight, arbitrary]) => ({ weight, arbitrary })));
const just = fc.constant;

const piece = weighted([30, fc.integer({ min: 0, max: 2 })], [1, fc.constantFrom(9, 40, 700)]);
const anyPiece = weighted([30, piece], [1, fc.constantFrom(0x7fffffff, 0x80000000, 0xffffffff)]);
const offset = weighted(
  [30, fc.constantFrom(0, 16384)],
  [1, fc.constantFrom(1, 0x80000000, 0xffffffff)],
);
const blockLength = weighted(
  [12, fc.constantFrom(5, 1)],
  [2, just(0)],
  [1, fc.constantFrom(300, 16384)],
);
const length = weighted([30, blockLength], [1, fc.constantFrom(0x80000000, 0xffffffff)]);
const which = fc.nat(3);
const salt = fc.nat(7);

// ---- the peer's messages

const plain = (...types) => fc.constantFrom(...types).map((type) => ({ type }));
const peerMessage = weighted(
  [3, plain('unchoke')],
  [2, plain('choke', 'interested', 'uninterested', 'keepAlive')],
  [2, fc.record({ type: just('have'), piece })],
  [
    2,
    fc.record({ type: just('bitfield'), length: weighted([9, fc.nat(4)], [1, fc.nat(300)]), salt }),
  ],
  [5, fc.record({ type: just('request'), piece: anyPiece, offset, length })],
  [2, fc.record({ type: just('piece'), piece: anyPiece, offset, length: blockLength })],
  [5, fc.record({ type: just('answer'), which })],
  [2, fc.record({ type: just('withdraw'), which })],
  [1, fc.record({ type: just('cancel'), piece, offset, length })],
  [1, fc.record({ type: just('port'), port: fc.constantFrom(0, 1, 6881, 65535) })],
  [
    1,
    fc.record({
      type: just('extended'),
      ext: fc.constantFrom(0, 1, 3, 255),
      length: weighted([6, fc.nat(9)], [1, just(500)]),
    }),
  ],
  [
    1,
    fc.record({
      type: just('unknown'),
      id: fc.constantFrom(10, 12, 13, 14, 15, 16, 17, 19, 21, 84, 255),
      length: fc.nat(6),
    }),
  ],
);

/** More messages than a decoder may want to hand over at once. */
const flood = fc.record({ type: just('flood'), times: fc.integer({ min: 1500, max: 2600 }) });

/** How the bytes of a feed are cut: one write, byte by byte, or at these places. */
const cuts = weighted(
  [4, just([])],
  [1, just('bytes')],
  [4, fc.array(fc.nat(4000), { minLength: 1, maxLength: 5 })],
);

const feed = (messages) =>
  fc.record({
    do: just('feed'),
    messages,
    cuts,
    // Bytes of the end kept back for the next feed.
    hold: weighted([8, just(0)], [1, fc.nat(20)]),
    as: weighted([8, just('buffer')], [1, just('uint8array')], [1, just('latin1')]),
    corked: weighted([6, just(false)], [1, just(true)]),
    turns: weighted([5, just(false)], [1, just(true)]),
  });

const nestedFeed = fc.record({
  do: just('feed'),
  messages: fc.array(peerMessage, { minLength: 1, maxLength: 2 }),
  cuts: just([]),
  hold: just(0),
  as: just('buffer'),
  corked: just(false),
  turns: just(false),
});

// ---- calls on our side

const call = (method, ...args) =>
  fc.record({ do: just('call'), method: just(method), args: fc.tuple(...args) });

const block = (lengths) =>
  fc.record({ block: lengths, salt, as: weighted([5, just('buffer')], [1, just('uint8array')]) });
const twentyBytes = block(just(20));
const infoHash = weighted(
  [3, twentyBytes],
  [1, fc.constantFrom('0123456789abcdef0123456789ABCDEF01234567', 'ff'.repeat(20))],
);
const peerId = weighted(
  [3, twentyBytes],
  [1, fc.constantFrom('-TX0001-abcdefghijkl', '-ÜÜ01-abcdefghijkl')],
);
const extensions = fc.constantFrom(
  undefined,
  null,
  {},
  { dht: true },
  { dht: false },
  { extended: false },
);

const key = fc.constantFrom('m', 'v', 'p', 'ut_metadata', 'ut_pex', 'reqq', 'Z', 'a b');
const leaf = weighted(
  [3, fc.constantFrom(0, 1, -3, 6881, 2 ** 31, 2 ** 40)],
  [2, fc.constantFrom('', 'abc', 'µTorrent 3.5')],
  [1, fc.record({ block: fc.nat(9), salt, as: just('buffer') })],
);
const list = fc.record({ list: fc.array(leaf, { maxLength: 3 }) });
const dictionary = (values) =>
  fc.record({
    dictionary: fc.uniqueArray(fc.tuple(key, values), { selector: ([k]) => k, maxLength: 4 }),
  });
const extendedMessage = weighted(
  [4, dictionary(weighted([4, leaf], [1, list], [1, dictionary(leaf)]))],
  [2, block(fc.nat(20))],
  [1, leaf],
  [1, list],
);

const callback = (then) =>
  weighted([1, just({ callback: null })], [5, fc.record({ callback: then })]);

// setTimeout's milliseconds never add up to the keep-alive's 60 s with the sleeps
// below: which of two timers of the same instant is first is nobody's contract.
const milliseconds = fc.constantFrom(0, 703, 3109, 5003);

/** @param {fc.Arbitrary<any[]>} then what a request's callback does */
const calls = (then) =>
  weighted(
    [12, call('request', anyPiece, offset, length, callback(then))],
    [3, call('unchoke')],
    [2, call('choke')],
    [1, call('interested')],
    [1, call('uninterested')],
    [1, call('have', anyPiece)],
    [
      1,
      call(
        'bitfield',
        weighted([1, block(fc.nat(40))], [1, fc.record({ field: fc.nat(40), salt })]),
      ),
    ],
    [2, call('piece', anyPiece, offset, block(blockLength))],
    [2, call('cancel', anyPiece, offset, length)],
    [2, call('extended', fc.constantFrom(0, 1, 3, 255), extendedMessage)],
    [1, call('port', fc.constantFrom(0, 1, 6881, 65535))],
    [1, call('handshake', infoHash, peerId, extensions)],
    [1, call('setKeepAlive', fc.constantFrom(true, true, false, undefined))],
    [2, call('setTimeout', milliseconds, fc.constantFrom(undefined, undefined, { listener: 1 }))],
    [2, call('request', fc.constantFrom(-1, 2 ** 32), offset, length, callback(just([])))],
  );

const endings = weighted([2, call('destroy')], [1, call('end')]);

const answer = fc.record({
  do: just('answer'),
  which,
  error: weighted([6, just(false)], [1, just(true)]),
  // The block's length, if not what was asked for.
  length: weighted([8, just(null)], [1, blockLength]),
  // Through the entry of peerRequests rather than the handler's argument.
  entry: weighted([5, just(false)], [1, just(true)]),
});
const cancelPending = fc.record({ do: just('cancelPending'), which });
const misuse = fc.record({ do: just('misuse'), which: fc.nat(misuses.length - 1) });
const lateWrite = just({ do: 'lateWrite' });
const reading = fc.record({ do: fc.constantFrom('resume', 'pause') });

/** A second wire of the same package, used while the first is busy. */
const other = weighted(
  [2, fc.record({ do: just('other'), method: just('have'), args: fc.tuple(piece) })],
  [
    1,
    fc.record({
      do: just('other'),
      method: just('piece'),
      args: fc.tuple(piece, offset, block(blockLength)),
    }),
  ],
  [
    2,
    fc.record({ do: just('other'), feed: fc.array(peerMessage, { minLength: 1, maxLength: 3 }) }),
  ],
);

/** Many calls in one tick. */
const burst = weighted(
  [
    1,
    fc.record({
      do: just('burst'),
      method: just('have'),
      times: fc.integer({ min: 1800, max: 4500 }),
    }),
  ],
  [
    1,
    fc.record({ do: just('burst'), method: just('piece'), times: fc.integer({ min: 5, max: 12 }) }),
  ],
);

const hostile = (...types) =>
  fc.record({
    do: just('hostile'),
    type: fc.constantFrom(...types),
    pick: fc.nat(7),
    size: fc.integer({ min: 1, max: 9 }),
    salt,
    // Whether it shares a chunk with what came before it.
    joined: fc.boolean(),
    messages: fc.array(peerMessage, { maxLength: 2 }),
    cuts,
  });
const anyHostile = hostile('short', 'long', 'prefix', 'haveBeyond', 'bitfieldBeyond', 'overflow');

const sleep = fc.record({
  do: just('sleep'),
  ms: fc.constantFrom(1, 100, 703, 703, 1009, 3109, 5003, 57000, 60000),
});

/**
 * @param {object} [what]
 * @param {boolean} [what.hostile] bytes that only the mended rows allow
 * @param {boolean} [what.endings] calls of end() and destroy() on the way
 * @param {boolean} [what.nested] handlers that write bytes of the peer
 */
function conversations({
  hostile: withHostile = true,
  endings: withEndings = true,
  nested = true,
} = {}) {
  /** @param {fc.Arbitrary<any[]>} then what callbacks of requests do */
  const act = (then) =>
    weighted(
      [26, calls(then)],
      [9, answer],
      [3, cancelPending],
      [1, misuse],
      [1, other],
      [1, reading],
      ...(nested ? [[2, nestedFeed]] : []),
      ...(withEndings
        ? [
            [1, endings],
            [1, lateWrite],
          ]
        : []),
    );
  const script = (then, most) => fc.array(act(then), { maxLength: most });
  const anyAct = act(script(script(just([]), 1), 2));
  const answerAtOnce = fc.array(weighted([2, answer], [1, anyAct]), { minLength: 1, maxLength: 2 });
  const handler = weighted(
    [3, fc.tuple(just('request'), fc.array(answerAtOnce, { minLength: 1, maxLength: 4 }))],
    [
      7,
      fc.tuple(
        fc.constantFrom(...EVENTS),
        fc.array(fc.array(anyAct, { maxLength: 3 }), { minLength: 1, maxLength: 3 }),
      ),
    ],
  );
  const step = weighted(
    [200, feed(fc.array(peerMessage, { minLength: 1, maxLength: 6 }))],
    [1, feed(fc.tuple(flood))],
    [280, anyAct],
    [2, burst],
    [60, just({ do: 'turn' })],
    [80, sleep],
    ...(withHostile ? [[20, anyHostile]] : []),
  );
  return fc.record({
    options: fc.record(
      {
        speed: fc.constantFrom(1, 10),
        maxPeerRequests: fc.constantFrom(2, 4),
        maxPieces: just(4096),
      },
      { requiredKeys: [] },
    ),
    made: fc.constantFrom('call', 'new'),
    // Who reads what the wire sends.
    reader: weighted([9, just('data')], [3, just('pipe')], [1, just('nobody')]),
    listensForError: fc.boolean(),
    handshake: fc.record({
      reserved: weighted(
        [2, just([0, 0, 0, 0, 0, 0x10, 0, 0])],
        [1, fc.array(fc.constantFrom(0, 1, 4, 5, 0x10, 0xff), { minLength: 8, maxLength: 8 })],
      ),
      salt,
    }),
    opening: fc.oneof(
      { weight: 2, arbitrary: just([]) },
      { weight: 2, arbitrary: just(['handshake']) },
      { weight: 10, arbitrary: just(['handshake and unchoke', 'unchoke']) },
      { weight: 4, arbitrary: just(['handshake and unchoke', 'unchoke', 'timeout']) },
      ...(withHostile ? [{ weight: 1, arbitrary: fc.tuple(hostile('handshake')) }] : []),
    ),
    handlers: fc.uniqueArray(handler, { selector: ([name]) => name, maxLength: 6, size: 'medium' }),
    steps: fc.array(step, { minLength: 1, maxLength: 24, size: 'medium' }),
  });
}

module.exports = { conversations };
