'use strict';

// What a peer can do with the Fast extension, with extensions in use and with `reqq`, and what it
// comes to: bounded in every case, and each request answered once.

const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { describe, test } = require('node:test');
const { inspect } = require('node:util');
const pwp = require('../../index.js');
const { mapping, text } = require('./attacks/dictionaries.js');
const bytes = require('./helpers/bytes.js');
const { it, until } = require('./helpers/loopback.js');

const SHAKE = bytes.handshake(bytes.BITS.fast);

/** @param {string} name of an extension that does nothing */
function silent(name) {
  const Extension = class {};
  Object.assign(Extension.prototype, { name });
  return Extension;
}

/**
 * A wire whose peer speaks Fast, and the peer.
 * @param {import('./helpers/loopback.js').Given} given
 * @param {object} [options]
 * @returns {Promise<any>}
 */
async function fast({ t, connect }, options) {
  const connection = await connect(t, options);
  const { peer } = connection;
  const wire = /** @type {any} */ (connection.wire);
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID, { fast: true });
  peer.write(SHAKE);
  await once(wire, 'handshake');
  /** @param {...Uint8Array} parts */
  const send = async (...parts) => {
    peer.write(Buffer.concat([...parts, bytes.keepAlive]));
    await once(wire, 'keep-alive');
  };
  return { ...connection, wire, send };
}

/** @param {Buffer} stream with a handshake in front @returns {Buffer[]} the bodies of its messages */
function bodies(stream) {
  const all = [];
  for (let at = 68; at + 4 <= stream.length; ) {
    const length = stream.readUInt32BE(at);
    all.push(stream.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return all;
}

describe('Fast', () => {
  it('of what the peer allows, the newest hundred pieces are kept', async (kind) => {
    const { wire, send } = await fast(kind);
    await send(...Array.from({ length: 5000 }, (_, i) => bytes.allowedFast(i)));
    assert.deepEqual(
      wire.peerAllowedFastSet,
      Array.from({ length: 100 }, (_, i) => 4900 + i),
    );
    wire.request(4899, 0, 1, (/** @type {any} */ error) => {
      assert.equal(error.code, 'ERR_PWP_PEER_CHOKING');
    });
    wire.request(4900, 0, 1, () => {});
    assert.equal(wire.requests.length, 1);
  });

  for (const [seed, uploadHighWaterMark] of [
    [1, 512_000],
    [2, 512_000],
    [3, 512_000],
    [4, 0],
    [5, 0],
    [6, 10],
  ]) {
    it(`every request has one answer, with a mark of ${uploadHighWaterMark}: seed ${seed}`, async (kind) => {
      const options = { maxPeerRequests: 40, maxBlockSize: 100, uploadHighWaterMark };
      const { peer, wire, received } = await fast(kind, options);
      let state = seed;
      const below = (/** @type {number} */ count) => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        return Math.floor((state / 2 ** 32) * count);
      };
      wire.allowedFast(3);
      wire.on('interested', () => wire.unchoke());
      wire.on('uninterested', () => wire.choke());
      wire.on(
        'request',
        (
          /** @type {number} */ piece,
          /** @type {number} */ _offset,
          /** @type {number} */ length,
          /** @type {import('../../index.js').Respond} */ respond,
        ) => {
          const answer = () =>
            below(5) === 0 ? respond(new Error('no')) : respond(null, Buffer.alloc(length, piece));
          [answer, () => setImmediate(answer), () => setTimeout(answer, below(5)), () => {}][
            below(4)
          ]();
          // Answered again: that must not be the answer of another.
          if (below(20) === 0) setImmediate(answer);
        },
      );
      /** @type {Record<string, number>} requests less answers, by block */
      const open = {};
      const count = (/** @type {number[]} */ block, /** @type {number} */ by) => {
        open[String(block)] = (open[String(block)] ?? 0) + by;
      };
      for (let round = 0; round < 100; round++) {
        const parts = [];
        for (let i = below(60); i > 0; i--) {
          const block = [below(5), below(2), [1, 2, 0, 101][below(4)]];
          const what = below(10);
          if (what < 6) {
            parts.push(bytes.request(...block));
            count(block, 1);
          } else if (what < 8) {
            parts.push(bytes.cancel(...block));
          } else {
            parts.push(below(2) === 0 ? bytes.interested : bytes.uninterested);
          }
        }
        peer.write(Buffer.concat([bytes.keepAlive, ...parts]));
        if (below(3) === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      peer.write(bytes.port(7));
      await once(wire, 'port');
      await new Promise((resolve) => setTimeout(resolve, 30));
      // What was never answered is so now.
      wire.unchoke();
      wire.choke();
      for (const { callback } of [...wire.peerRequests]) callback(new Error('no'));
      wire.have(0);
      await until(() => bodies(received()).at(-1)?.[0] === 4, 'all that was sent');
      for (const body of bodies(received())) {
        if (body[0] === 7) count([body.readUInt32BE(1), body.readUInt32BE(5), body.length - 9], -1);
        if (body[0] === 16)
          count(
            [1, 5, 9].map((at) => body.readUInt32BE(at)),
            -1,
          );
      }
      assert.deepEqual(
        Object.entries(open).filter(([, left]) => left !== 0),
        [],
      );
      assert.equal(wire.closeReason, null);
    });
  }

  it('a block asked for, taken back and asked for again is not refused for the first', async (kind) => {
    const { peer, wire, send } = await fast(kind);
    await send(bytes.unchoke);
    /** @type {any[]} */
    const outcomes = [];
    const ask = () =>
      wire.request(1, 0, 1, (/** @type {any} */ error, /** @type {any} */ block) => {
        outcomes.push(error?.code ?? block);
      });
    ask();
    wire.cancel(1, 0, 1);
    ask();
    // An honest peer: the first was cancelled before it was answered, the second is served.
    peer.write(Buffer.concat([bytes.reject(1, 0, 1), bytes.piece(1, 0, Buffer.from('x'))]));
    await until(() => outcomes.length === 2, 'both outcomes');
    assert.deepEqual(outcomes, ['ERR_PWP_REQUEST_CANCELLED', Buffer.from('x')]);
  });

  it('requests pending outlive choke and unchoke, and time runs for them', async (kind) => {
    const { wire, send } = await fast(kind);
    await send(bytes.unchoke);
    /** @type {any[]} */
    const outcomes = [];
    for (let i = 0; i < 3; i++) {
      wire.request(i, 0, 1, (/** @type {any} */ error) => outcomes.push(error?.code));
    }
    await send(bytes.choke, bytes.unchoke, bytes.choke);
    assert.deepEqual([outcomes, wire.requests.length], [[], 3]);
    wire.setTimeout(10);
    await until(() => outcomes.length === 3, 'three outcomes');
    assert.deepEqual(outcomes, Array(3).fill('ERR_PWP_REQUEST_TIMEOUT'));
  });
});

describe('extension handshakes', () => {
  it('of the names of a peer, 256 are kept, none longer than 255', async ({ t, connect }) => {
    const { peer, wire } = /** @type {any} */ (await connect(t));
    wire.use(silent('echo'));
    const dictionaries = Array.from({ length: 1000 }, (_, i) =>
      text(
        `d${mapping(
          5,
          (j) => `x${5 * i + j}`.padEnd(250 + j + 2, '_'),
          () => 1,
        )}e`,
      ),
    );
    peer.write(bytes.handshake());
    peer.write(Buffer.concat(dictionaries.map((one) => bytes.extended(0, one))));
    peer.write(bytes.keepAlive);
    await once(wire, 'keep-alive');
    const names = Object.keys(wire.peerExtendedMapping);
    assert.equal(names.length, 256);
    assert.ok(names.every((name) => name.length <= 255));
    assert.equal(wire.closeReason, null);
  });

  it('a peer that has taken names away may add others', async ({ t, connect }) => {
    const { peer, wire } = /** @type {any} */ (await connect(t));
    wire.use(silent('echo'));
    const say = (/** @type {(i: number) => string} */ name, /** @type {number} */ id) =>
      bytes.extended(0, text(`d${mapping(256, name, () => id)}e`));
    const old = (/** @type {number} */ i) => `old${String(i).padStart(3, '0')}`;
    const parts = [];
    for (let round = 0; round < 20; round++) parts.push(say(old, 1), say(old, 0));
    parts.push(bytes.extended(0, text('d1:md4:echoi9eee')));
    peer.write(Buffer.concat([bytes.handshake(), ...parts, bytes.keepAlive]));
    await once(wire, 'keep-alive');
    assert.deepEqual(wire.peerExtendedMapping, { echo: 9 });
  });

  it('names that every object has are names like others', async ({ t, connect }) => {
    const { peer, wire, received } = /** @type {any} */ (await connect(t));
    wire.use(silent('echo'));
    wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
    const said =
      'd9:__proto__d8:pollutedi1ee1:md9:__proto__i7e11:constructori2e8:toStringi3e7:valueOfi0eee';
    peer.write(Buffer.concat([bytes.handshake(), bytes.extended(0, text(said)), bytes.keepAlive]));
    await once(wire, 'keep-alive');
    assert.equal(/** @type {any} */ ({}).polluted, undefined);
    assert.equal(Object.getPrototypeOf(wire.peerExtendedHandshake), Object.prototype);
    assert.equal(wire.peerExtendedHandshake.polluted, undefined);
    for (const name of ['valueOf', 'hasOwnProperty', 'isPrototypeOf', 'echo']) {
      assert.throws(() => wire.extended(name, {}), { code: 'ERR_PWP_UNKNOWN_EXTENSION' }, name);
    }
    wire.extended('constructor', text('x'));
    wire.extended('toString', text('y'));
    await until(() => bodies(received()).length === 3, 'three messages');
    assert.deepEqual(bodies(received()).slice(1), [
      Buffer.from([20, 2, 0x78]),
      Buffer.from([20, 3, 0x79]),
    ]);
  });

  it('a dictionary that inherits from bytes is a dictionary', async ({ t, connect }) => {
    const { peer, wire } = /** @type {any} */ (await connect(t));
    wire.use(silent('echo'));
    const said = 'd1:md9:__proto__0:4:echoi3ee1:xd9:__proto__4:spam6:lengthi5eee';
    peer.write(Buffer.concat([bytes.handshake(), bytes.extended(0, text(said))]));
    await once(wire, 'extended');
    assert.deepEqual(wire.peerExtendedHandshake, { m: { echo: 3 }, x: { length: 5 } });
  });

  it('ids that are none are not kept, and a known entry of another type is left out', async ({
    t,
    connect,
  }) => {
    const { peer, wire } = /** @type {any} */ (await connect(t));
    wire.use(silent('echo'));
    const ids = '1:ai-1e1:bi256e1:ci9007199254740993e1:d4:spam1:ele1:fde1:gi255e';
    const rest = '13:metadata_sizei-1e1:pi65536e4:reqq4:spam1:vi1e6:yourip5:abcde1:zi-5e';
    peer.write(Buffer.concat([bytes.handshake(), bytes.extended(0, text(`d1:md${ids}e${rest}e`))]));
    const [, said] = await once(wire, 'extended');
    assert.deepEqual(wire.peerExtendedMapping, { g: 255 });
    assert.deepEqual(Object.keys(said).sort(), ['m', 'z']);
    assert.equal(said, wire.peerExtendedHandshake);
  });

  test('in a chunk whose memory another thread may change, too', () => {
    const wire = /** @type {any} */ (pwp());
    wire.use(silent('echo'));
    const stream = Buffer.concat([bytes.handshake(), bytes.extended(0, text('d1:md4:echoi9eee'))]);
    const chunk = new Uint8Array(new SharedArrayBuffer(stream.length));
    chunk.set(stream);
    wire.write(chunk);
    assert.deepEqual(wire.peerExtendedMapping, { echo: 9 });
    chunk.fill(0);
    assert.deepEqual(wire.peerExtendedHandshake, { m: { echo: 9 } });
  });

  test('a handler of the handshake that throws keeps no extension from being told', async () => {
    const wire = /** @type {any} */ (pwp());
    let told = 0;
    const Extension = silent('echo');
    Object.assign(Extension.prototype, { onHandshake: () => told++ });
    wire.use(Extension);
    wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
    wire.once('handshake', () => {
      throw new Error('on purpose');
    });
    assert.throws(() => wire.write(bytes.handshake()), /on purpose/);
    await new Promise(setImmediate);
    assert.equal(told, 1);
    assert.equal(bodies(wire.read())[0]?.[0], 20, 'our extension handshake');
  });

  for (const thrown of [undefined, null, Symbol('no'), Object.create(null), { message: 3 }]) {
    it(`an extension that throws ${inspect(thrown)} closes its wire`, async ({ t, connect }) => {
      const { peer, wire } = await connect(t);
      const Extension = silent('throws');
      Object.assign(Extension.prototype, {
        onMessage() {
          throw thrown;
        },
      });
      wire.use(Extension);
      peer.write(Buffer.concat([bytes.handshake(), bytes.extended(1, text('x'))]));
      // Not by once(), which rejects with the error.
      await new Promise((resolve) => wire.once('close', resolve));
      assert.equal(wire.closeReason?.code, 'ERR_PWP_EXTENSION');
      assert.equal(wire.closeReason.cause, thrown);
    });
  }
});

describe('reqq', () => {
  it('no more is outstanding than the peer queues, however it changes its mind', async ({
    t,
    connect,
  }) => {
    const { peer, wire, received } = /** @type {any} */ (await connect(t, { respectReqq: true }));
    const queues = (/** @type {number | string} */ reqq) =>
      bytes.extended(0, text(`d4:reqqi${reqq}ee`));
    wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
    const send = async (/** @type {Uint8Array[]} */ ...parts) => {
      peer.write(Buffer.concat([...parts, bytes.keepAlive]));
      await once(wire, 'keep-alive');
      const before = received().length;
      wire.have(0);
      await until(() => received().length > before && bodies(received()).at(-1)?.[0] === 4, 'have');
      return bodies(received()).filter((body) => body[0] === 6).length;
    };
    await send(bytes.handshake(), bytes.unchoke);
    let blocks = 0;
    for (let i = 0; i < 3000; i++) {
      wire.request(i, 0, 1, (/** @type {any} */ error) => {
        if (!error) blocks++;
      });
    }
    assert.equal(await send(), 250);
    for (const [reqq, sent] of /** @type {const} */ ([
      [1, 250],
      // One less than it says: Transmission takes no more.
      [300, 299],
      [0, 299],
      [-1, 299],
      [2000, 1999],
      [5, 1999],
      [9007199254740992n, 1999],
      [2010, 2009],
    ])) {
      assert.equal(await send(queues(String(reqq))), sent, `reqq ${reqq}`);
    }
    const answers = Array.from({ length: 1000 }, (_, i) => bytes.piece(i, 0, Buffer.from('x')));
    assert.equal(await send(...answers), 3000);
    assert.deepEqual([blocks, wire.requests.length], [1000, 2000]);
  });
});

describe('requests that an extension has taken out of the list', () => {
  /** As lt_donthave does. @param {any} wire @param {number} piece */
  function dontHave(wire, piece) {
    const { requests } = wire;
    for (let i = 0; i < requests.length; i++) {
      if (requests[i].piece !== piece) continue;
      const [request, last] = [requests[i], requests.pop()];
      if (i < requests.length) requests[i--] = last;
      wire._callback(request, new Error('peer sent donthave'), null);
    }
  }

  /** @param {[piece: number, length: number][]} asked @returns {any} a wire that has asked for more */
  function asking(asked) {
    const wire = /** @type {any} */ (pwp());
    wire.write(Buffer.concat([bytes.handshake(), bytes.unchoke]));
    for (let i = 0; i < 130; i++) wire.request(1000 + i, 0, 1, () => {});
    for (const [piece, length] of asked) wire.request(piece, 0, length, () => {});
    return wire;
  }

  test('leave every other to be found', () => {
    const wire = asking([
      [0, 2],
      [1, 1],
      [1, 2],
    ]);
    dontHave(wire, 0);
    wire.write(bytes.piece(0, 0, Buffer.alloc(2)));
    wire.request(0, 0, 2, () => {});
    let told = 0;
    wire.requests.find((/** @type {any} */ one) => one.piece === 1 && one.length === 2).callback =
      () => told++;
    wire.write(bytes.piece(1, 0, Buffer.alloc(2)));
    assert.equal(told, 1);
  });

  test('do not have it look for ever', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [path.join(__dirname, 'helpers/list.js')],
      { timeout: 20_000, encoding: 'utf8' },
    );
    assert.equal(status, 0, stderr || 'it looked for ever');
  });
});
