'use strict';

// What is read of real traffic, captured on the loopback interface, against what tshark reads of it.

const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { test } = require('node:test');
const { cleanUpAfter } = require('../e2e/helpers/cleanup.js');
const { folderFor } = require('./helpers/folder.js');
const { objects, run } = require('./helpers/run.js');
const { HEX, seed } = require('./helpers/seeder.js');

/** Ids of messages by the names they have here (BEP 3, 5, 6, 10). */
const IDS = new Map(
  Object.entries({
    choke: 0,
    unchoke: 1,
    interested: 2,
    uninterested: 3,
    have: 4,
    bitfield: 5,
    request: 6,
    piece: 7,
    port: 9,
    'have-all': 14,
    'have-none': 15,
    'allowed-fast': 17,
    extended: 20,
  }),
);

/** Said last, and by nobody who speaks BitTorrent. */
const MARK = 'GET /the-end HTTP/1.0';

const FIELDS = [
  'tcp.srcport',
  'bittorrent.msg.type',
  'bittorrent.piece.index',
  'bittorrent.piece.begin',
  'bittorrent.piece.length',
];

/**
 * Captures what goes through a port of the loopback interface.
 * @param {import('node:test').TestContext} t
 * @param {number} port
 * @param {string} file
 * @returns {Promise<(() => Promise<void>) | string>} what ends it, or why it cannot be done
 */
async function capture(t, port, file) {
  // Room for a thousand packets of the longest there are, each in a place of its own.
  const room = ['-s', '66000', '-B', '65536', '--immediate-mode'];
  // Written by us: tcpdump gives up its privileges, and has no right to the folder.
  const args = ['-i', 'lo', ...room, '-U', '-w', '-', 'tcp', 'port', String(port)];
  const tcpdump = spawn('tcpdump', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => tcpdump.once('close', resolve).once('error', resolve));
  cleanUpAfter(t, async () => {
    tcpdump.kill('SIGKILL');
    await ended;
  });
  tcpdump.stdout?.pipe(fs.createWriteStream(file));
  let said = '';
  const listening = new Promise((resolve) => {
    tcpdump.stderr?.on('data', (text) => {
      said += text;
      if (said.includes('listening on')) resolve(true);
    });
  });
  if ((await Promise.race([listening, ended])) !== true) {
    return said.includes('ermi') ? 'tcpdump is not permitted here' : 'tcpdump is missing';
  }
  return async () => {
    // Where this has been written, all before it has been.
    const last = net.connect({ port, host: '127.0.0.1' }, () => last.end(MARK));
    last.on('error', () => {});
    for (let i = 0; i < 200 && !fs.readFileSync(file).includes(MARK); i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    tcpdump.kill('SIGINT');
    await ended;
  };
}

/**
 * @param {string} file
 * @param {number} port
 * @returns {{ fromPort: number, id: number, index?: number, begin?: number, length?: number }[] | null}
 */
function asTshark(file, port) {
  const fields = FIELDS.flatMap((field) => ['-e', field]);
  const how = ['-o', 'tcp.reassemble_out_of_order:TRUE', '-d', `tcp.port==${port},bittorrent`];
  const { status, stdout } = spawnSync(
    'tshark',
    ['-r', file, ...how, '-Y', 'bittorrent.msg', '-T', 'fields', '-E', 'separator=;', ...fields],
    { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  if (status !== 0) return null;
  return stdout
    .trimEnd()
    .split('\n')
    .flatMap((line) => {
      const [fromPort, types, ...lists] = line.split(';');
      const [indexes, begins, lengths] = lists.map((list) =>
        list.split(',').filter(Boolean).map(Number),
      );
      return types.split(',').map((type) => {
        const id = Number(type);
        const message = { fromPort: Number(fromPort), id };
        const index = [4, 6, 7, 17].includes(id) ? { index: indexes.shift() } : {};
        if (id !== 6 && id !== 7) return { ...message, ...index };
        const block = { ...message, ...index, begin: begins.shift() };
        // How long a block is that has come, tshark has no field for.
        return id === 6 ? { ...block, length: lengths.shift() } : block;
      });
    });
}

/** @param {any[]} told by `decode --json` */
function asTold(told) {
  return (
    told
      .filter(({ event, type }) => event === 'message' && IDS.has(type))
      // tshark takes what is longer than a block for no message: pieces of metadata.
      .filter(({ type, length }) => type !== 'extended' || length <= 16_384)
      .map(({ from, type, piece, offset, length }) => {
        const message = { fromPort: Number(from.split(':').pop()), id: IDS.get(type) };
        const index = piece === undefined ? {} : { index: piece };
        if (type === 'piece') return { ...message, ...index, begin: offset };
        if (type === 'request') return { ...message, ...index, begin: offset, length };
        return { ...message, ...index };
      })
  );
}

test('a download, as tshark reads it', async (t) => {
  if (spawnSync('tshark', ['--version']).status !== 0) return t.skip('tshark is missing');
  const port = await seed(t, {
    onWire: (wire) => {
      wire.allowedFast(3);
      wire.allowedFast(4);
    },
  });
  const file = path.join(folderFor(t), 'lo.pcap');
  const end = await capture(t, port, file);
  if (typeof end === 'string') return t.skip(end);
  const probed = await run(t, ['probe', `127.0.0.1:${port}`, HEX, '--encryption', 'off', '--json']);
  assert.equal(probed.code, 0, probed.stderr);
  await end();

  const theirs = asTshark(file, port);
  assert.ok(theirs !== null && theirs.length > 100);
  const { code, stdout } = await run(t, ['decode', file, '--json']);
  const told = objects(stdout);
  const wrong = told.filter(({ event }) => event === 'gap' || event === 'violation');
  assert.deepEqual([code, wrong], [0, []]);
  for (const isServer of [true, false]) {
    const side = (/** @type {any[]} */ messages) =>
      messages.filter(({ fromPort }) => (fromPort === port) === isServer);
    assert.deepEqual(side(asTold(told)), side(theirs));
  }
  assert.equal(told.filter(({ type }) => type === 'handshake').length, 2);
  assert.ok(told.some(({ name, value }) => name === 'ut_metadata' && value.msg_type === 1));

  // The same from Wireshark's own format.
  const other = path.join(folderFor(t), 'lo.pcapng');
  assert.equal(spawnSync('tshark', ['-r', file, '-F', 'pcapng', '-w', other]).status, 0);
  assert.equal((await run(t, ['decode', other, '--json'])).stdout, stdout);
});
