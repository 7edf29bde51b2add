'use strict';

// The Fast extension (BEP 6): its messages, and what it changes of the others'.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const agreed = require('./helpers/agreed.js');

const { allowedFast, bytes, fast, haveAll, haveNone, output, record, reject } = agreed;
const { message, u32 } = bytes;

test('every message out, byte by byte', () => {
  const wire = fast();
  wire.haveAll();
  wire.haveNone();
  wire.suggest(0x01020304);
  wire.reject(1, 2, 3);
  wire.allowedFast(9);
  const expected = [haveAll, haveNone, agreed.suggest(0x01020304), reject(1, 2, 3), allowedFast(9)];
  assert.deepEqual(output(wire), Buffer.concat(expected));
  assert.deepEqual([...haveAll, ...haveNone], [0, 0, 0, 1, 14, 0, 0, 0, 1, 15]);
});

test('every message in is an event', () => {
  const wire = fast();
  const events = record(wire);
  wire.write(
    Buffer.concat([haveNone, haveAll, agreed.suggest(5), reject(1, 2, 3), allowedFast(7)]),
  );
  assert.deepEqual(events, [
    ['have-none'],
    ['have-all'],
    ['suggest', 5],
    ['reject', 1, 2, 3],
    ['allowed-fast', 7],
  ]);
});

describe('what the peer has', () => {
  test('all: with the number of pieces known, the array is full', () => {
    const wire = fast({ pieceCount: 5 });
    const { peerPieces } = wire;
    wire.write(Buffer.concat([bytes.have(3), haveAll]));
    assert.equal(wire.peerPieces, peerPieces);
    assert.deepEqual(peerPieces, [true, true, true, true, true]);
    assert.equal(wire.peerHaveAll, true);
  });

  test('all: the number comes later', () => {
    const wire = fast();
    wire.write(haveAll);
    assert.deepEqual([wire.peerHaveAll, wire.peerPieces], [true, []]);
    wire.write(bytes.have(1));
    wire.pieceCount = 3;
    assert.deepEqual(wire.peerPieces, [true, true, true]);
  });

  test('a bitfield from before the number was known is cut to it', () => {
    const wire = fast();
    wire.write(bytes.bitfield(Buffer.from([0xff, 0xf0])));
    assert.equal(wire.peerPieces.length, 16);
    wire.pieceCount = 12;
    assert.deepEqual(wire.peerPieces, Array(12).fill(true));
  });

  test('of more pieces than any torrent has, the array says nothing', () => {
    const wire = fast({ pieceCount: 2 ** 31 });
    wire.write(haveAll);
    assert.deepEqual([wire.peerHaveAll, wire.peerPieces], [true, []]);
    wire.pieceCount = 2 ** 25 + 1;
    assert.deepEqual(wire.peerPieces, []);
  });

  test('none: the array says so, and nothing of before is left', () => {
    const wire = fast({ pieceCount: 3 });
    wire.write(Buffer.concat([haveAll, haveNone]));
    assert.deepEqual([wire.peerHaveAll, wire.peerPieces], [false, [false, false, false]]);
    const other = fast();
    other.write(Buffer.concat([bytes.have(7), haveNone]));
    assert.deepEqual([other.peerHaveAll, other.peerPieces], [false, []]);
  });

  test('a bitfield afterwards is what counts', () => {
    const wire = fast();
    wire.write(Buffer.concat([haveAll, bytes.bitfield(Buffer.from([0x80]))]));
    assert.equal(wire.peerHaveAll, false);
    wire.pieceCount = 4;
    assert.equal(wire.peerPieces[1], false);
  });

  test('the state is that of the message, in its handler', () => {
    const wire = fast({ pieceCount: 2 });
    /** @type {unknown[]} */
    const seen = [];
    for (const name of ['have-all', 'have-none']) {
      wire.on(name, () => seen.push([wire.peerHaveAll, [...wire.peerPieces]]));
    }
    wire.write(Buffer.concat([haveAll, haveNone]));
    assert.deepEqual(seen, [
      [true, [true, true]],
      [false, [false, false]],
    ]);
  });
});

describe('our requests', () => {
  /** A wire that has asked for three blocks. */
  function asking(/** @type {object | undefined} */ options) {
    const wire = fast(options);
    wire.write(bytes.unchoke);
    /** @type {string[]} */
    const log = [];
    for (const index of [1, 2, 3]) {
      wire.request(index, 0, 4, (error, block) =>
        log.push(`${index} ${error?.code ?? block?.length}`),
      );
    }
    output(wire);
    return { wire, log };
  }

  test('a choke leaves them be, a reject fails the one', async () => {
    const { wire, log } = asking();
    wire.write(bytes.choke);
    assert.deepEqual([log, wire.requests.length], [[], 3]);
    wire.write(Buffer.concat([reject(2, 0, 4), bytes.piece(1, 0, Buffer.alloc(4))]));
    assert.deepEqual(log, ['2 ERR_PWP_REQUEST_REJECTED', '1 4']);
    wire.write(reject(3, 0, 5));
    assert.equal(wire.requests.length, 1, 'a reject of another length is not for it');
    wire.destroy();
    await new Promise((resolve) => wire.once('finish', () => setImmediate(resolve)));
    assert.deepEqual(log.at(-1), '3 ERR_PWP_WIRE_CLOSED');
  });

  test('the callback comes before the event, with the original message of others', () => {
    const { wire } = asking();
    /** @type {string[]} */
    const order = [];
    wire.request(9, 0, 4, (error) => order.push(error?.message ?? ''));
    wire.on('reject', () => order.push('event'));
    wire.write(reject(9, 0, 4));
    assert.deepEqual(order, ['request was rejected', 'event']);
  });

  test('while choked, pieces that are allowed may be asked for', () => {
    const wire = fast();
    wire.write(allowedFast(4));
    assert.deepEqual(wire.peerAllowedFastSet, [4]);
    /** @type {unknown[]} */
    const log = [];
    wire.request(4, 0, 16, (error) => log.push(error));
    wire.request(5, 0, 16, (error) => log.push(error?.code));
    assert.deepEqual(log, ['ERR_PWP_PEER_CHOKING']);
    assert.deepEqual(output(wire), message(6, u32(4), u32(0), u32(16)));
  });

  test('they are timed while the peer chokes', async () => {
    const { wire, log } = asking();
    wire.setTimeout(20);
    wire.write(bytes.choke);
    wire.write(reject(1, 0, 4));
    await new Promise((resolve) => wire.once('timeout', () => setImmediate(resolve)));
    assert.deepEqual(log, ['1 ERR_PWP_REQUEST_REJECTED', '2 ERR_PWP_REQUEST_TIMEOUT']);
    wire.destroy();
  });

  /** What becomes of a block that is asked for, taken back and asked for again. */
  function askedAgain(/** @type {Buffer[]} */ ...answers) {
    const wire = fast();
    wire.write(bytes.unchoke);
    /** @type {unknown[]} */
    const log = [];
    const ask = (/** @type {number} */ id) =>
      wire.request(1, 0, 4, (error) => log.push(`${id} ${error?.code ?? 'block'}`));
    ask(1);
    wire.cancel(1, 0, 4);
    ask(2);
    wire.write(Buffer.concat(answers));
    return log.slice(1);
  }

  test('a reject is for the one that was taken back, not for one made since', () => {
    const block = bytes.piece(1, 0, Buffer.alloc(4));
    const no = reject(1, 0, 4);
    assert.deepEqual(askedAgain(no), []);
    assert.deepEqual(askedAgain(no, block), ['2 block']);
    assert.deepEqual(askedAgain(no, no), ['2 ERR_PWP_REQUEST_REJECTED']);
    // Of a peer that has sent the block before it heard of the cancel.
    assert.deepEqual(askedAgain(block, block), ['2 block']);
    // Of one that says nothing of what is taken back, as bittorrent-protocol does: it chokes.
    assert.deepEqual(askedAgain(bytes.choke, no), ['2 ERR_PWP_REQUEST_REJECTED']);
  });

  test('a block that comes for one that was taken back is its answer', () => {
    const wire = fast();
    wire.write(bytes.unchoke);
    wire.request(1, 0, 4, () => {});
    wire.cancel(1, 0, 4);
    wire.write(bytes.piece(1, 0, Buffer.alloc(4)));
    /** @type {unknown[]} */
    const log = [];
    wire.request(1, 0, 4, (error) => log.push(error?.code));
    wire.write(reject(1, 0, 4));
    assert.deepEqual(log, ['ERR_PWP_REQUEST_REJECTED']);
  });

  test('of equal requests a reject fails the oldest', () => {
    const wire = fast();
    wire.write(bytes.unchoke);
    /** @type {number[]} */
    const log = [];
    for (const id of [0, 1]) wire.request(1, 0, 4, () => log.push(id));
    wire.write(reject(1, 0, 4));
    assert.deepEqual([log, wire.requests.length], [[0], 1]);
  });
});

describe("the peer's requests", () => {
  const request = bytes.request(1, 0, 16);

  test('while we choke are rejected, but for pieces we allow', () => {
    const wire = fast();
    wire.allowedFast(1);
    wire.allowedFast(1);
    assert.deepEqual(wire.allowedFastSet, [1]);
    output(wire);
    /** @type {any[]} */
    const asked = [];
    wire.on('request', (index) => asked.push(index));
    wire.write(Buffer.concat([request, bytes.request(2, 0, 16)]));
    assert.deepEqual(asked, [1]);
    assert.deepEqual(output(wire), reject(2, 0, 16));
  });

  test('choke() comes first, then a reject for each, but for allowed pieces', () => {
    const wire = fast();
    wire.unchoke();
    wire.allowedFast(2);
    /** @type {any[]} */
    const responders = [];
    wire.on('request', (index, _offset, _length, respond) => responders.push([index, respond]));
    wire.write(Buffer.concat([1, 2, 3].map((index) => bytes.request(index, 0, 16))));
    output(wire);
    const { peerRequests } = wire;
    wire.choke();
    assert.deepEqual(
      output(wire),
      Buffer.concat([bytes.choke, reject(1, 0, 16), reject(3, 0, 16)]),
    );
    assert.equal(wire.peerRequests, peerRequests);
    assert.deepEqual(
      peerRequests.map(({ piece }) => piece),
      [2],
    );
    for (const [, respond] of responders) respond(null, Buffer.alloc(16));
    assert.deepEqual(output(wire), bytes.piece(2, 0, Buffer.alloc(16)));
  });

  test('answered with an error are rejected', () => {
    const wire = fast();
    wire.unchoke();
    wire.on('request', (_index, _offset, _length, respond) => respond(new Error('disk')));
    wire.write(request);
    assert.deepEqual(output(wire), Buffer.concat([bytes.unchoke, reject(1, 0, 16)]));
  });

  test('that are cancelled are rejected, and not answered again', () => {
    const wire = fast();
    wire.unchoke();
    /** @type {any} */
    let respond;
    wire.on('request', (_index, _offset, _length, answer) => {
      respond = answer;
    });
    wire.write(Buffer.concat([request, bytes.cancel(1, 0, 16), bytes.cancel(1, 0, 16)]));
    output(wire);
    respond(null, Buffer.alloc(16));
    respond(new Error('late'));
    assert.equal(wire.read(), null);
  });

  test('beyond the bounds are rejected', () => {
    const wire = fast({ maxPeerRequests: 1, maxBlockSize: 16 });
    wire.unchoke();
    output(wire);
    const odd = [bytes.request(1, 0, 0), bytes.request(1, 0, 17), bytes.request(2, 0, 16)];
    wire.write(Buffer.concat([request, ...odd]));
    assert.deepEqual(
      output(wire),
      Buffer.concat([reject(1, 0, 0), reject(1, 0, 17), reject(2, 0, 16)]),
    );
    assert.equal(wire.peerRequests.length, 1);
  });

  test('reject() answers one', () => {
    const wire = fast();
    wire.unchoke();
    wire.write(request);
    output(wire);
    wire.reject(1, 0, 16);
    assert.deepEqual([output(wire), wire.peerRequests.length], [reject(1, 0, 16), 0]);
  });

  test('without Fast nothing of this is said', () => {
    const wire = agreed.announced({}, agreed.FAST, { maxPeerRequests: 1 });
    wire.unchoke();
    output(wire);
    wire.on('request', (_index, _offset, _length, respond) => respond(new Error('disk')));
    wire.write(Buffer.concat([request, bytes.request(1, 0, 0), bytes.cancel(1, 0, 16)]));
    wire.choke();
    wire.write(request);
    assert.deepEqual(output(wire), bytes.choke);
  });
});

describe('bounds', () => {
  test('the newest hundred of the pieces the peer allows are kept', () => {
    const wire = fast();
    wire.write(Buffer.concat(Array.from({ length: 300 }, (_, index) => allowedFast(index))));
    assert.deepEqual(
      wire.peerAllowedFastSet,
      Array.from({ length: 100 }, (_, at) => 200 + at),
    );
  });

  test('have all and have none in turns end', () => {
    const wire = fast({ pieceCount: 2 ** 21 });
    const events = record(wire);
    wire.write(Buffer.concat(Array.from({ length: 20 }, (_, at) => (at % 2 ? haveAll : haveNone))));
    assert.equal(wire.closeReason.code, 'ERR_PWP_HAVE_REPEATED');
    assert.equal(events.filter(([name]) => name.startsWith('have-')).length, 8);
  });

  test('pieces that do not exist close the wire', () => {
    for (const bad of [agreed.suggest(5), allowedFast(5), reject(5, 0, 1)]) {
      const wire = fast({ pieceCount: 5 });
      wire.write(bad);
      assert.equal(wire.closeReason?.code, 'ERR_PWP_PIECE_INDEX');
    }
  });
});
