'use strict';

// Peers that say anything at all, to a probe.

const assert = require('node:assert/strict');
const net = require('node:net');
const { test } = require('node:test');
const fc = require('fast-check');
const Output = require('../../lib/tool/output.js');
const { probe } = require('../../lib/tool/probe/index.js');
const agreed = require('../agreed/helpers/agreed.js');
const { listen } = require('../transport/helpers/sockets.js');
const { bytes } = require('../wire/helpers/wires.js');
const { Kept } = require('./helpers/lines.js');
const { handshake } = require('./helpers/spoken.js');

const text = (/** @type {string} */ value) => Buffer.from(value, 'latin1');

const EXTENDED = [
  'd1:md11:ut_metadatai2eee',
  'd1:md11:ut_metadatai2ee13:metadata_sizei20000ee',
  'd1:md11:ut_metadatai0ee13:metadata_sizei20000ee',
  'd1:md11:ut_metadatai2ee13:metadata_sizei99999999999ee',
  'd1:ei1e4:ipv42:ab1:m3:abc1:pi-1e4:reqqi0e1:v3:\x1b[m6:yourip16:0123456789abcdefe',
  'd',
];
const METADATA = [
  'd8:msg_typei0e5:piecei0ee',
  'd8:msg_typei1e5:piecei0ee',
  'd8:msg_typei1e5:piecei-1ee',
  'd8:msg_typei1e5:piecei1ee',
  'd8:msg_typei2e5:piecei0ee',
  'd8:msg_type1:x5:piecelee',
];

/** What no peer may say. */
const WRONG = bytes.message(4, Buffer.alloc(3));

const index = fc.oneof(fc.nat(20), fc.constant(0x1fffff));
const message = fc.oneof(
  fc.constantFrom(agreed.haveAll, agreed.haveNone, bytes.unchoke, bytes.choke, bytes.keepAlive),
  index.map(bytes.have),
  index.map(agreed.allowedFast),
  index.map(agreed.suggest),
  fc.tuple(index, index, index).map((block) => agreed.reject(...block)),
  fc
    .tuple(index, fc.nat(3))
    .map(([piece, count]) => bytes.piece(piece, 16384 * count, Buffer.alloc(16384))),
  fc.constantFrom(...EXTENDED).map((said) => bytes.extended(0, text(said))),
  fc
    .tuple(fc.constantFrom(...METADATA), fc.constantFrom(0, 16384, 3616))
    .map(([said, length]) => bytes.extended(1, Buffer.concat([text(said), Buffer.alloc(length)]))),
  fc.uint8Array({ minLength: 1, maxLength: 40 }).map((bits) => bytes.message(5, Buffer.from(bits))),
  fc.constant(WRONG),
  fc.uint8Array({ maxLength: 40 }).map((body) => bytes.message(0x55, Buffer.from(body))),
);

test('whatever a peer says, it is shown or told in a line', async (t) => {
  let words = Buffer.alloc(0);
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    // In two parts: one before it has been asked for anything.
    socket.write(words.subarray(0, words.length / 2));
    socket.once('data', () => socket.write(words.subarray(words.length / 2)));
    socket.resume();
  });
  const port = await listen(t, server);
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  /** How it may end. @type {Record<string, number>} */
  const ends = {};
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 25 }), fc.boolean(), async (messages, json) => {
      words = Buffer.concat([handshake('-XX\x1b[2J-abcdefghijkl'), ...messages]);
      const kept = new Kept();
      const options = {
        host: '127.0.0.1',
        port,
        infoHash: agreed.V1_HASH,
        encryption: /** @type {const} */ ('off'),
        timeout: 10_000,
        stay: 25,
        download: 2 ** 20,
        pieceCount: null,
        json,
      };
      const end = await probe(options, new Output(/** @type {any} */ (kept))).catch((error) => {
        assert.equal(error.name, 'ToolError', error.stack);
        return error.name;
      });
      ends[end] = 1;
      assert.doesNotMatch(kept.text.replaceAll('\n', ''), /\p{Cc}/u);
      if (json) for (const line of kept.text.trimEnd().split('\n')) JSON.parse(line);
    }),
    {
      numRuns: 30,
      examples: [
        [[WRONG], true],
        [[bytes.unchoke], false],
      ],
    },
  );
  assert.deepEqual(ends, { 0: 1, ToolError: 1 });
});
