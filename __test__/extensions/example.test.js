'use strict';

// examples/magnet.js, run as it stands against a seeder made of bittorrent-protocol and ut_metadata.

const assert = require('node:assert/strict');
const { execFile } = require('node:child_process');
const { once } = require('node:events');
const net = require('node:net');
const path = require('node:path');
const { describe, test } = require('node:test');
const { SERVER_ID, published } = require('./helpers/peers.js');
const { pattern, sha1, torrentOf } = require('./helpers/torrents.js');

const EXAMPLE = path.resolve(__dirname, '../../examples/magnet.js');
const PIECE_LENGTH = 4 * 16384;
/** Where a piece has more blocks than peers queue. */
const LONG_PIECE = 600 * 16384;

/**
 * A torrent of these bytes.
 * @param {Buffer} content
 * @param {object} files the part of the metadata that says what is in it
 * @param {number} [pieceLength]
 */
function seed(content, files, pieceLength = PIECE_LENGTH) {
  const hashes = [];
  for (let at = 0; at < content.length; at += pieceLength) {
    hashes.push(sha1(content.subarray(at, at + pieceLength)));
  }
  const info = { name: 'an example', 'piece length': pieceLength, pieces: Buffer.concat(hashes) };
  return { content, ...torrentOf({ ...info, ...files }) };
}

const CONTENT = pattern(3 * PIECE_LENGTH + 5);
const SINGLE = seed(CONTENT, { length: CONTENT.length });

/**
 * @param {import('node:test').TestContext} t
 * @param {(socket: net.Socket) => void} onSocket
 * @returns {Promise<string>} where it listens
 */
async function listen(t, onSocket) {
  /** @type {net.Socket[]} */
  const sockets = [];
  const server = net.createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  t.after(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  await once(server, 'listening');
  return `127.0.0.1:${/** @type {net.AddressInfo} */ (server.address()).port}`;
}

/**
 * A seeder.
 * @param {import('node:test').TestContext} t
 * @param {ReturnType<typeof seed>} torrent
 * @param {{ metadata?: Buffer | null, unchoke?: boolean, answers?: (wire: any, socket: net.Socket) => void }} [faults]
 */
async function seeder(t, torrent, { metadata = torrent.info, unchoke = true, answers } = {}) {
  const { Protocol, utMetadata } = await published;
  return listen(t, (socket) => {
    const wire = new Protocol();
    socket.pipe(wire).pipe(socket);
    wire.use(utMetadata(metadata));
    wire.on('handshake', () => {
      wire.handshake(torrent.infoHash, SERVER_ID);
      wire.bitfield(Buffer.from([0xf0]));
    });
    wire.on('interested', () => unchoke && wire.unchoke());
    wire.on('request', (piece, offset, length, respond) => {
      const start = piece * PIECE_LENGTH + offset;
      setImmediate(respond, null, torrent.content.subarray(start, start + length));
    });
    answers?.(wire, socket);
  });
}

/**
 * Runs the example.
 * @param {...string} args
 * @returns {Promise<{ code: number, out: string[], err: string }>}
 */
const run = (...args) =>
  new Promise((resolve) => {
    execFile(process.execPath, [EXAMPLE, ...args], { timeout: 10_000 }, (error, out, err) => {
      const lines = out.trim() === '' ? [] : out.trim().split('\n');
      resolve({ code: error ? /** @type {any} */ (error).code : 0, out: lines, err: err.trim() });
    });
  });

/** @param {{ infoHash: Buffer }} torrent */
const hex = ({ infoHash }) => infoHash.toString('hex');

describe('prints what it has learnt', () => {
  test('of one file', async (t) => {
    const { code, out, err } = await run(hex(SINGLE), await seeder(t, SINGLE));
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(out, [
      'name          an example',
      'piece length  65536',
      'pieces        4',
      'files         1, 196613 bytes',
      'first piece   4 blocks, 65536 bytes, SHA-1 right',
    ]);
  });

  test('of several files, of less than a piece, with much metadata', async (t) => {
    const content = pattern(40_000, 3);
    const torrent = seed(content, {
      files: Array.from({ length: 1000 }, (_, i) => ({ length: 40, path: ['folder', `${i}.txt`] })),
    });
    assert.ok(torrent.info.length > 2 * 16384);
    const { code, out, err } = await run(hex(torrent).toUpperCase(), await seeder(t, torrent));
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(out.slice(2), [
      'pieces        1',
      'files         1000, 40000 bytes',
      'first piece   3 blocks, 40000 bytes, SHA-1 right',
    ]);
  });
});

test('a piece of more blocks than the peer queues', async (t) => {
  const content = pattern(LONG_PIECE);
  const torrent = seed(content, { length: content.length }, LONG_PIECE);
  let most = 0;
  const address = await seeder(t, torrent, {
    answers: (wire) => {
      wire.extendedHandshake.reqq = 100;
      wire.on('request', () => {
        most = Math.max(most, wire.peerRequests.length);
      });
    },
  });
  const { code, out, err } = await run(hex(torrent), address);
  assert.deepEqual([code, err], [0, '']);
  assert.equal(out.at(-1), `first piece   600 blocks, ${LONG_PIECE} bytes, SHA-1 right`);
  assert.ok(most <= 100, `${most} requests at once`);
});

// Most of the time they wait.
describe('says what is wrong', { concurrency: 4 }, () => {
  test('with its arguments', async () => {
    const hash = hex(SINGLE);
    for (const args of [[], ['ab', 'host:1'], [hash, ':1'], [hash, 'host:x']]) {
      const { code, out, err } = await run(...args);
      assert.deepEqual([code, out], [2, []]);
      assert.match(err, /^usage: /);
    }
  });

  test('nobody listens', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = /** @type {net.AddressInfo} */ (server.address());
    server.close();
    const { code, err } = await run(hex(SINGLE), `127.0.0.1:${port}`);
    assert.equal(code, 1);
    assert.match(err, /^127\.0\.0\.1:\d+: connect ECONNREFUSED/);
  });

  /** What the peer does, and the last line. @type {[string, (t: any) => Promise<string>, RegExp][]} */
  const cases = [
    ['it is silent', (t) => listen(t, () => {}), /^the peer's handshake did not come in 1 s$/],
    [
      'it is no peer',
      (t) => listen(t, (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')),
      /^not a BitTorrent handshake/,
    ],
    [
      'it closes the connection',
      (t) => listen(t, (socket) => socket.end()),
      /^the peer closed the connection$/,
    ],
    [
      'it has another torrent',
      (t) => seeder(t, seed(pattern(10), { length: 10 })),
      /^the peer has another torrent$/,
    ],
    [
      'it has no metadata',
      (t) => seeder(t, SINGLE, { metadata: null }),
      /^no metadata: Peer does not have metadata$/,
    ],
    [
      'it has other extensions only',
      (t) => seeder(t, SINGLE, { answers: (wire) => delete wire.extendedMapping[1] }),
      /^no metadata: the peer does not speak ut_metadata$/,
    ],
    [
      'it has wrong metadata',
      (t) => seeder(t, SINGLE, { metadata: seed(pattern(10), { length: 10 }).info }),
      /^no metadata: Peer sent invalid metadata$/,
    ],
    [
      'it does not answer what metadata it has',
      (t) =>
        seeder(t, SINGLE, {
          answers: (wire) => {
            wire.ut_metadata.onMessage = () => {};
          },
        }),
      /^metadata did not come in 1 s$/,
    ],
    [
      'it chokes',
      (t) => seeder(t, SINGLE, { unchoke: false }),
      /^leave to ask for blocks did not come in 1 s$/,
    ],
    [
      'it sends half of the piece',
      (t) =>
        seeder(t, SINGLE, {
          answers: (wire) => {
            const { piece } = wire;
            wire.piece = (index, offset, block) =>
              offset < 32768 && piece.call(wire, index, offset, block);
          },
        }),
      /^the first piece: did not come in 1 s; 2 of 4 blocks came$/,
    ],
    [
      'it goes in the middle of the piece',
      (t) =>
        seeder(t, SINGLE, {
          answers: (wire, socket) => {
            wire.on('request', (_piece, offset) => offset === 32768 && socket.destroy());
          },
        }),
      /^the first piece: wire is closed; \d of 4 blocks came$/,
    ],
    [
      'it sends something else',
      (t) => seeder(t, { ...SINGLE, content: pattern(CONTENT.length, 9) }),
      /^the piece has the wrong SHA-1$/,
    ],
  ];
  for (const [title, start, message] of cases) {
    test(title, async (t) => {
      const patience = message.source.includes('did not come') ? '1' : '10';
      const { code, err } = await run(hex(SINGLE), await start(t), patience);
      assert.match(err, message);
      assert.equal(code, 1);
    });
  }
});
