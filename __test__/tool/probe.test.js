'use strict';

// What is shown of peers: of ours, of plain, silent, refusing, broken and hostile ones.

const assert = require('node:assert/strict');
const net = require('node:net');
const { describe, it } = require('node:test');
const { bytes } = require('../wire/helpers/wires.js');
const { listen } = require('../transport/helpers/sockets.js');
const { objects, run, start } = require('./helpers/run.js');
const { HEX, LENGTH, PIECES, PIECE_LENGTH, seed } = require('./helpers/seeder.js');

/** @typedef {import('node:test').TestContext} Test */

/**
 * @param {Test} t
 * @param {number | string} peer port of 127.0.0.1, or an address
 * @param {string[]} args
 */
async function probe(t, peer, ...args) {
  const address = typeof peer === 'number' ? `127.0.0.1:${peer}` : peer;
  const { code, stdout, stderr } = await run(t, ['probe', address, HEX, '--json', ...args]);
  const told = objects(stdout);
  return { code, stderr, told, summary: told.at(-1), names: told.map(({ event }) => event) };
}

/**
 * A peer of which each byte is known.
 * @param {Test} t
 * @param {(socket: net.Socket, said: Buffer) => void} onData what it does when it is spoken to
 */
function raw(t, onData) {
  const sockets = new Set();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (said) => onData(socket, said));
  });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
  });
  return listen(t, server);
}

/** A handshake about the torrent. @param {number} [bits] */
function handshake(bits = 0) {
  const shake = bytes.handshake(bits);
  Buffer.from(HEX, 'hex').copy(shake, 28);
  return shake;
}

/** A peer in the clear that says this once it is spoken to. @param {Test} t @param {Buffer} words */
const saying = (t, words) =>
  raw(t, (socket, said) => {
    if (socket.bytesWritten > 0) return;
    if (said[0] === 19) socket.write(words);
    else socket.destroy();
  });

describe('a peer', { concurrency: 4 }, () => {
  it('of this package is known through and through', async (t) => {
    /** @type {string[]} */
    const heard = [];
    const onWire = (/** @type {any} */ wire) => {
      for (const event of ['have-none', 'interested', 'request']) {
        wire.once(event, () => heard.push(event));
      }
    };
    const port = await seed(t, { options: { encryption: 'prefer' }, onWire });
    const { code, stderr, summary, names } = await probe(t, port, '--download', '0.5');
    assert.equal(stderr, '');
    assert.equal(code, 0);
    assert.deepEqual(heard, ['have-none', 'interested', 'request']);
    assert.equal(summary.encryption, 'rc4');
    assert.equal(summary.handshake.isRight, true);
    assert.deepEqual(summary.handshake.client, { name: 'Transmission', version: '4.0.5' });
    assert.deepEqual(summary.handshake.extensions, { dht: true, extended: true, fast: true });
    assert.equal(summary.extended.v, 'Transmission 4.0.5');
    assert.equal(summary.extended.reqq, 512);
    assert.ok(summary.extensions.ut_metadata > 0);
    const { metadataSize, ...torrent } = summary.torrent;
    assert.deepEqual(torrent, {
      name: { hex: Buffer.from('a\x1b[31mname').toString('hex') },
      pieceLength: PIECE_LENGTH,
      pieceCount: PIECES,
      files: 1,
      size: LENGTH,
    });
    assert.equal(metadataSize, summary.extended.metadata_size);
    assert.deepEqual(summary.pieces, { have: PIECES, count: PIECES, isExact: true, haveAll: true });
    assert.equal(summary.dhtPort, 6882);
    assert.equal(summary.downloaded, 512 * 1024);
    assert.ok(summary.speed > 0);
    assert.equal(summary.closed.by, 'us');
    for (const name of ['dial', 'connect', 'encryption', 'handshake', 'extended', 'metadata']) {
      assert.equal(names.filter((other) => other === name).length, 1, name);
    }
  });

  it('is shown in lines', async (t) => {
    const port = await seed(t);
    const { code, stdout } = await run(t, [
      'probe',
      `127.0.0.1:${port}`,
      HEX,
      '--encryption',
      'off',
    ]);
    assert.equal(code, 0);
    const [, summary] = stdout.split('\n\n');
    for (const line of [
      /^peer {8}127\.0\.0\.1:\d+, connected in /m,
      /^encryption {2}none asked for$/m,
      /^client {6}Transmission 4\.0\.5 {2}-TR4050-abcdefghijkl$/m,
      /^announces {3}DHT, Fast, extension protocol$/m,
      /^says {8}Transmission 4\.0\.5, reqq 512, metadata 39\.9 KiB$/m,
      /^torrent {5}a\\x1b\[31mname, 1\.2 MiB, 40 pieces of 32 KiB$/m,
      /^pieces {6}40 of 40 \(100 %\), have-all$/m,
      /^ {12}█{67}$/m,
      /^speed {7}.*, 1\.2 MiB in /m, // all there is of it
      /^closed {6}by us, after /m,
    ]) {
      assert.match(summary, line);
    }
    assert.doesNotMatch(stdout.replaceAll('\n', ''), /\p{Cc}/u);
  });

  it('is asked for nothing with --no-download', async (t) => {
    const port = await seed(t);
    const { code, summary } = await probe(t, port, '--no-download', '--encryption', 'off');
    assert.equal(code, 0);
    assert.equal(summary.downloaded, 0);
    assert.equal(summary.messages.unchoke, undefined);
    assert.equal(summary.torrent.pieceCount, PIECES);
  });

  it('of IPv6 is reached, for a magnet link', async (t) => {
    const port = await seed(t, { host: '::1' });
    const magnet = `magnet:?dn=x&xt=urn:btih:${HEX.toUpperCase()}`;
    const { code, stdout } = await run(t, ['probe', `[::1]:${port}`, magnet, '--json']);
    assert.equal(code, 0);
    assert.equal(objects(stdout).at(-1).address, `[::1]:${port}`);
  });

  it('that hangs up on encryption is dialled again in the clear', async (t) => {
    const port = await saying(t, Buffer.concat([handshake(), bytes.have(3)]));
    const { code, summary, names } = await probe(t, port, '--seconds', '0.2', '--pieces', '9');
    assert.equal(code, 0);
    assert.equal(names.filter((name) => name === 'dial').length, 2);
    assert.equal(summary.redialled, true);
    assert.equal(summary.encryption, 'none');
    assert.deepEqual(summary.pieces, { have: 1, count: 9, isExact: true, haveAll: false });
  });

  it('that says nothing to encryption too', async (t) => {
    const port = await raw(t, (socket, said) => {
      if (said[0] === 19) socket.write(handshake());
    });
    const { code, summary } = await probe(t, port, '--seconds', '0.1', '--timeout', '0.5');
    assert.equal(code, 0);
    assert.equal(summary.redialled, true);
  });

  it('in the clear is not talked to with --encryption require', async (t) => {
    const port = await saying(t, handshake());
    const { code, stderr, summary } = await probe(t, port, '--encryption', 'require');
    assert.equal(code, 1);
    assert.equal(summary.redialled, false);
    assert.match(stderr, /^peer-wire-protocol-native: [^\n]*\(ERR_PWP_[A-Z_]+\)\n$/);
  });

  it('that refuses', async (t) => {
    const server = net.createServer();
    const port = await listen(t, server);
    await new Promise((resolve) => server.close(resolve));
    const { code, stderr, summary } = await probe(t, port);
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`^[^\\n]*127\\.0\\.0\\.1:${port}[^\\n]*\\(ERR_PWP_CONNECTION_REFUSED\\)\\n$`),
    );
    assert.equal(summary.connected, null);
    assert.equal(summary.closed.by, 'network');
    assert.equal(summary.closed.code, 'ERR_PWP_CONNECTION_REFUSED');
  });

  it('that hangs up before it shakes hands', async (t) => {
    const port = await raw(t, (socket) => socket.end());
    const { code, stderr } = await probe(t, port, '--encryption', 'off');
    assert.equal(code, 1);
    assert.match(stderr, /: the peer has hung up before it shook hands\n$/);
  });

  it('that never shakes hands', async (t) => {
    const port = await raw(t, () => {});
    const { code, summary } = await probe(t, port, '--encryption', 'off', '--timeout', '0.3');
    assert.equal(code, 1);
    assert.equal(summary.closed.code, 'ERR_PWP_HANDSHAKE_TIMEOUT');
  });

  it('that breaks the protocol', async (t) => {
    const port = await saying(
      t,
      Buffer.concat([handshake(), bytes.unchoke, bytes.message(4, bytes.u32(1, 2))]),
    );
    const { code, stderr, summary } = await probe(t, port, '--encryption', 'off');
    assert.equal(code, 1);
    assert.equal(summary.messages.unchoke, 1);
    assert.equal(summary.closed.code, 'ERR_PWP_MESSAGE_LENGTH');
    assert.match(stderr, /\(ERR_PWP_MESSAGE_LENGTH\)\n$/);
  });

  it('of another torrent is shown as such', async (t) => {
    const port = await saying(t, bytes.handshake());
    const { summary } = await probe(t, port, '--encryption', 'off', '--seconds', '0.1');
    assert.equal(summary.handshake.isRight, false);
    assert.equal(summary.handshake.infoHash, 'aa'.repeat(20));
  });

  it('with other metadata is not believed', async (t) => {
    const port = await raw(t, (socket, said) => {
      if (socket.bytesWritten === 0) {
        socket.write(handshake());
        socket.write(bytes.extended(0, Buffer.from('d1:md11:ut_metadatai3ee13:metadata_sizei4ee')));
      } else if (said.includes('msg_typei0e')) {
        socket.write(
          bytes.extended(1, Buffer.from('d8:msg_typei1e5:piecei0e10:total_sizei4eeabcd')),
        );
      }
    });
    const { summary, told } = await probe(t, port, '--encryption', 'off', '--seconds', '0.5');
    assert.equal(summary.torrent, null);
    const [{ reason }] = told.filter(({ event }) => event === 'no-metadata');
    assert.equal(reason, 'it is not of this info hash');
  });

  it('that never ends its messages is bounded in what is shown of it', async (t) => {
    const names = Array.from({ length: 3000 }, (_, i) => `6:\x1b]${String(i).padStart(4, '0')}i1e`);
    const huge = bytes.extended(
      0,
      Buffer.from(
        `d1:md${names.join('')}e1:v60000:${'\x9b'.repeat(60000).slice(0, 30000)}e`,
        'latin1',
      ),
    );
    const large = bytes.extended(
      0,
      Buffer.from(`d1:md${names.slice(0, 3000).join('')}ee`, 'latin1'),
    );
    const noise = Buffer.concat([
      ...Array.from({ length: 4000 }, (_, i) => bytes.have(i)),
      ...Array(500).fill(bytes.unchoke),
      ...Array(200).fill(bytes.message(0x77, Buffer.from('\x1b[2J'))),
    ]);
    const port = await raw(t, (socket) => {
      if (socket.bytesWritten > 0) return;
      socket.write(Buffer.concat([handshake(), huge, large]));
      const flood = () => {
        while (!socket.destroyed && socket.write(noise));
      };
      socket.on('drain', flood);
      flood();
    });
    const { code, stdout } = await run(t, [
      'probe',
      `127.0.0.1:${port}`,
      HEX,
      '--encryption',
      'off',
      '--seconds',
      '1',
    ]);
    assert.equal(code, 0);
    assert.ok(stdout.length < 100_000, `${stdout.length} characters`);
    assert.doesNotMatch(stdout.replaceAll('\n', ''), /\p{Cc}/u);
    assert.match(stdout, / have: \d+ more\n/);
    assert.match(stdout, /^pieces {6}4000 of at most 4000$/m);
    assert.match(stdout, /and 244 more$/m);
  });

  it('is left on SIGINT, with all that is known', async (t) => {
    const port = await saying(t, handshake());
    const args = [
      'probe',
      `127.0.0.1:${port}`,
      HEX,
      '--encryption',
      'off',
      '--seconds',
      '60',
      '--json',
    ];
    const { child, done, said } = start(t, args);
    while (!said().includes('"handshake"'))
      await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGINT');
    const { code, stdout } = await done;
    assert.equal(code, 0);
    assert.deepEqual(objects(stdout).at(-1).closed.by, 'us');
  });
});
