'use strict';

// Every difference from 0.7.1 that the comparison permits. Each row mends the
// original where it plays, as narrowly as it can, and everything else has to be
// equal. A row's hooks, all optional:
//
//   setUp(wire, conversation, hit)    when the original's wire is made
//   call(method, args, wire, hit)     returns what to do instead of the call, or nothing
//   event(name, seen, hit)            true if the original's event is one too many
//   hostile                           kinds of hostile bytes: the original gets destroy()
//                                     in their place, as the contract says
//   extra(name, wire, args, hit)      true if the subject's event is one that 0.7.1 never had
//   evidence(Original)                shows on the original, as run, that the row is true

const assert = require('node:assert/strict');
const { encodeHostile, handshake } = require('./messages');

const OPENING = handshake({ reserved: [0, 0, 0, 0, 0, 16, 0, 0], salt: 1 });

/** All that a wire has to say: from Node 26 on, `read()` gives what was pushed piece by piece. */
function said(wire) {
  const pieces = [];
  for (let piece = wire.read(); piece !== null; piece = wire.read()) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** An original that has had its handshake, with what it emitted since. */
function opened(Original) {
  const wire = new Original();
  const seen = [];
  for (const name of [
    'have',
    'request',
    'bitfield',
    'choke',
    'keep-alive',
    'close',
    'error',
    'end',
  ]) {
    wire.on(name, (...args) => seen.push([name, ...args]));
  }
  wire.write(OPENING);
  return { wire, seen };
}

/** Tells whether the event has been. */
function once(wire, name) {
  let been = false;
  wire.once(name, () => {
    been = true;
  });
  return () => been;
}

const isIndex = (value) => Number.isInteger(value) && value >= 0 && value <= 0xffffffff;

/** @param {any} value */
function sortedKeys(value) {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (value === null || typeof value !== 'object' || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys(value[key])]),
  );
}

const rows = [
  {
    name: 'bitfield(Buffer) malformed',
    contract: '`bitfield(Buffer)` sends a malformed message, because every Buffer has `.buffer`',
    call(method, args, wire, hit) {
      if (method !== 'bitfield' || !ArrayBuffer.isView(args[0])) return undefined;
      hit();
      return () => wire.bitfield({ buffer: args[0] });
    },
    evidence(Original) {
      const { wire } = opened(Original);
      try {
        wire.bitfield(Buffer.from([1, 2, 3]));
      } catch {
        return; // some Node versions refuse to push an ArrayBuffer
      }
      assert.notDeepEqual(wire.read(), Buffer.from([0, 0, 0, 4, 5, 1, 2, 3]));
    },
  },
  {
    name: 'short message throws out of write()',
    contract:
      'a short `have`, `request`, `cancel`, `piece`, `port` or `extended` throws out of `write()`',
    hostile: ['short'],
    evidence(Original) {
      for (let pick = 0; pick < 6; pick++) {
        const { wire } = opened(Original);
        assert.throws(() =>
          wire.write(encodeHostile({ type: 'short', pick, size: 0, salt: 1, maxPieces: 8 })),
        );
      }
    },
  },
  {
    name: 'any first byte starts a handshake',
    contract: 'any first byte starts a handshake, even `GET / HTTP/1.1`',
    hostile: ['handshake'],
    evidence(Original) {
      const wire = new Original();
      let shaken = 0;
      wire.on('handshake', () => shaken++);
      wire.write(Buffer.concat([Buffer.from('GET / HTTP/1.1\r\n'), Buffer.alloc(200)]));
      assert.equal(shaken, 1);
    },
  },
  {
    name: 'length prefix without bound',
    contract: 'a length prefix of 0xffffffff is buffered without end',
    hostile: ['prefix'],
    evidence(Original) {
      const { wire, seen } = opened(Original);
      wire.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
      wire.write(Buffer.alloc(1 << 20));
      assert.deepEqual(seen, []);
    },
  },
  {
    name: 'piece index without bound',
    contract:
      '`have` 0xfffffffe makes an array of that length; a bitfield is as long as its sender likes',
    hostile: ['haveBeyond', 'bitfieldBeyond'],
    evidence(Original) {
      const { wire } = opened(Original);
      wire.write(encodeHostile({ type: 'haveBeyond', pick: 0, size: 0, salt: 0, maxPieces: 8 }));
      assert.equal(wire.peerPieces.length, 0xffffffff);
    },
  },
  {
    name: 'extra bytes ignored',
    contract: 'extra bytes in a fixed-length message are ignored',
    hostile: ['long'],
    evidence(Original) {
      const { wire, seen } = opened(Original);
      wire.write(Buffer.from([0, 0, 0, 7, 4, 0, 0, 0, 3, 9, 9]));
      assert.deepEqual(seen, [['have', 3]]);
    },
  },
  {
    name: "peer's requests without bound",
    contract: "a peer's requests queue without end, duplicates too",
    setUp(wire, { options }, hit) {
      const most = options.maxPeerRequests;
      if (!most) return;
      const onrequest = wire._onrequest;
      wire._onrequest = function (...args) {
        if (!this.amChoking && this.peerRequests.length >= most) return hit();
        return onrequest.apply(this, args);
      };
    },
    evidence(Original) {
      const { wire, seen } = opened(Original);
      wire.unchoke();
      const request = Buffer.from([0, 0, 0, 13, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
      for (let i = 0; i < 2500; i++) wire.write(request);
      assert.equal(wire.peerRequests.length, 2500);
      assert.equal(seen.length, 2500);
    },
  },
  {
    name: 'request for nothing, or for too much',
    contract: 'a request of no bytes or of more than `maxBlockSize` is passed over',
    setUp(wire, _conversation, hit) {
      const onrequest = wire._onrequest;
      wire._onrequest = function (piece, offset, length) {
        if (length === 0 || length > 2 ** 17) return this.amChoking ? undefined : hit();
        return onrequest.call(this, piece, offset, length);
      };
    },
    evidence(Original) {
      const { wire, seen } = opened(Original);
      wire.unchoke();
      for (const length of [0, 0xff]) {
        wire.write(Buffer.from([0, 0, 0, 13, 6, 0, 0, 0, 0, 0, 0, 0, 0, length, 0, 0, 0]));
      }
      assert.deepEqual(
        seen.map(([name, , , length]) => [name, length]),
        [
          ['request', 0],
          ['request', 0xff000000],
        ],
      );
    },
  },
  {
    name: 'block beyond the last offset',
    contract: 'a block that ends beyond 2^32 closes the wire',
    hostile: ['overflow'],
    evidence(Original) {
      const { wire, seen } = opened(Original);
      wire.unchoke();
      const beyond = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 9];
      wire.write(Buffer.from([0, 0, 0, 13, 6, 0, 0, 0, 0, ...beyond]));
      assert.deepEqual(
        seen.map(([name]) => name),
        ['request'],
      );
    },
  },
  {
    name: 'request() out of range leaves its entry',
    contract: '`request(-1, …)` throws and leaves its entry in `wire.requests`',
    call(method, args, wire, hit) {
      if (method !== 'request' || args.slice(0, 3).every(isIndex)) return undefined;
      return () => {
        const before = wire.requests.length;
        try {
          wire.request(...args);
        } finally {
          if (wire.requests.length === before + 1) {
            hit();
            clearTimeout(wire.requests.pop().timeout);
          }
        }
      };
    },
    evidence(Original) {
      const { wire } = opened(Original);
      wire.write(Buffer.from([0, 0, 0, 1, 1]));
      assert.throws(() => wire.request(-1, 0, 1), RangeError);
      assert.equal(wire.requests.length, 1);
    },
  },
  {
    name: 'close emitted twice',
    contract: '`close` is emitted twice',
    event(name, seen, hit) {
      if (name !== 'close' || !seen.close) return false;
      hit();
      return true;
    },
    async evidence(Original) {
      const { wire, seen } = opened(Original);
      wire.resume();
      wire.destroy();
      await new Promise(setImmediate);
      assert.equal(seen.filter(([name]) => name === 'close').length, 2);
    },
  },
  {
    name: 'end never comes if nobody reads',
    contract: '`end` never if nobody reads',
    setUp(wire, { reader }, hit) {
      const closed = once(wire, 'close');
      const finished = once(wire, 'finish');
      const read = () => {
        // Nobody ever read, or nobody reads any more from a wire that was destroyed.
        if (!finished() || wire.readableEnded) return;
        if (reader !== 'nobody' && !(closed() && wire.isPaused())) return;
        hit();
        wire.resume();
      };
      // Once the handlers have had their say.
      const soon = () => process.nextTick(read);
      wire.on('finish', soon);
      wire.on('close', soon);
    },
    async evidence(Original) {
      const { wire, seen } = opened(Original);
      wire.choke();
      wire.destroy();
      await new Promise(setImmediate);
      assert.deepEqual(seen, [['close']]);
    },
  },
  {
    name: 'unsorted extended dictionary',
    contract: 'dictionaries are encoded with sorted keys (BEP 3, bencoding)',
    call(method, args, wire, hit) {
      if (method !== 'extended') return undefined;
      const sorted = sortedKeys(args[1]);
      if (JSON.stringify(sorted) === JSON.stringify(args[1])) return undefined;
      hit();
      return () => wire.extended(args[0], sorted);
    },
    evidence(Original) {
      const { wire } = opened(Original);
      wire.extended(0, { b: 1, a: 2 });
      assert.equal(said(wire).toString('latin1', 6), 'd1:bi1e1:ai2ee');
    },
  },
  {
    name: 'extended(Uint8Array) bencoded',
    contract:
      'bytes are sent as they are; 0.7.1 does so for a Buffer alone and bencodes the indexes of other arrays',
    call(method, args, wire, hit) {
      if (method !== 'extended' || !(args[1] instanceof Uint8Array) || Buffer.isBuffer(args[1]))
        return undefined;
      hit();
      return () => wire.extended(args[0], Buffer.from(args[1]));
    },
    evidence(Original) {
      const { wire } = opened(Original);
      wire.extended(0, Uint8Array.of(7));
      assert.equal(said(wire).toString('latin1', 6), 'd1:0i7ee');
    },
  },
  {
    name: 'local misuse',
    contract:
      'local misuse throws a coded TypeError or RangeError that names the argument, and changes nothing',
    // Played on the subject alone, see `misuse` in the player: for the original
    // the call is never made, so any trace it left would be a difference.
    evidence(Original) {
      const { wire } = opened(Original);
      wire.have(undefined);
      assert.deepEqual(wire.read(), Buffer.from([0, 0, 0, 5, 4, 0, 0, 0, 0])); // nobody said 0
      assert.throws(() => wire.piece(-1, 0, Buffer.alloc(3)));
      assert.equal(wire.uploaded, 3); // counted, although nothing was sent
    },
  },
  {
    name: 'Fast and version 2 told of the peer',
    contract: 'what the peer announces of BEP 6 and 52 is told beside `dht` and `extended`',
    setUp(wire, { handshake: { reserved } }, hit) {
      const onhandshake = wire._onhandshake;
      wire._onhandshake = function (infoHash, peerId, extensions) {
        for (const [name, bit] of Object.entries({ fast: 0x04, v2: 0x10 })) {
          if (!(reserved[7] & bit)) continue;
          hit();
          extensions[name] = true;
        }
        return onhandshake.call(this, infoHash, peerId, extensions);
      };
    },
    evidence(Original) {
      const { wire } = opened(Original);
      assert.deepEqual(wire.peerExtensions, { dht: false, extended: true });
    },
  },
  {
    name: 'error for those who listen',
    contract:
      'a wire that closes because of its peer emits `error` only if somebody listens for it',
    extra(name, wire, args, hit) {
      if (name !== 'error') return false;
      // Exactly the reason it closed for, and only after hostile bytes.
      if (args.length !== 1 || args[0] !== wire.closeReason) return false;
      hit();
      return true;
    },
    evidence(Original) {
      const { wire, seen } = opened(Original);
      wire.end();
      wire.write('late');
      assert.ok(!seen.some(([name]) => name === 'error'));
    },
  },
];

/** How often each row was needed, by name. */
const hits = Object.fromEntries(rows.map(({ name }) => [name, 0]));

/** @param {string} kind of hostile bytes */
function rowOfHostile(kind) {
  const row = rows.find(({ hostile }) => hostile?.includes(kind));
  if (!row) throw new Error(`no mended row for hostile bytes of kind ${kind}`);
  return row;
}

/** @param {string} name of a row */
function hit(name) {
  hits[name]++;
}

module.exports = { hit, hits, rowOfHostile, rows };
