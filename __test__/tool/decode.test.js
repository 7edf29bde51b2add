'use strict';

// What is shown of what one side has sent, and of captures made by hand.

const assert = require('node:assert/strict');
const { once } = require('node:events');
const fs = require('node:fs');
const path = require('node:path');
const { describe, it } = require('node:test');
const agreed = require('../agreed/helpers/agreed.js');
const { bytes } = require('../wire/helpers/wires.js');
const { folderFor } = require('./helpers/folder.js');
const { linesOf } = require('./helpers/lines.js');
const { LINKS, Talk, pcap, pcapng } = require('./helpers/packets.js');
const { objects, run, start } = require('./helpers/run.js');
const {
  FIRST,
  FIRST_LINES,
  HASH,
  OURS,
  SECOND,
  SECOND_LINES,
  directionOf,
  handshake,
  talk,
} = require('./helpers/spoken.js');

/** @param {string[]} lines */
function checkTalk(lines) {
  assert.deepEqual(directionOf(lines, '→'), FIRST_LINES);
  assert.deepEqual(directionOf(lines, '←'), SECOND_LINES);
}

describe('what one side has sent', { concurrency: 4 }, () => {
  it('is shown from a file', async (t) => {
    const file = path.join(folderFor(t), 'first');
    fs.writeFileSync(file, FIRST);
    const { code, stdout, stderr } = await run(t, ['decode', file]);
    assert.deepEqual(stdout.split('\n'), [...FIRST_LINES, '5 messages', '']);
    assert.equal(stderr, '');
    assert.equal(code, 0);
  });

  it('is shown from the standard input, as JSON too', async (t) => {
    const { code, stdout } = await run(t, ['decode', '-', '--json', '--payload'], SECOND);
    const [shake, all, extended, , unknown, piece, have, , summary] = objects(stdout);
    assert.deepEqual(shake.client, { name: 'Transmission', version: '4.0.5' });
    assert.equal(shake.infoHash, HASH);
    assert.deepEqual(all, { event: 'message', type: 'have-all' });
    // Nobody knows what id 3 is to the other side.
    assert.equal(extended.name, null);
    assert.deepEqual(extended.value, { msg_type: 1, piece: 0, total_size: 4 });
    assert.equal(extended.rest, 4);
    assert.equal(unknown.payload, '631b5b33316d');
    assert.equal(piece.payload, '07'.repeat(16384));
    assert.deepEqual(have, { event: 'message', type: 'have', piece: 9 });
    assert.deepEqual(summary, {
      event: 'summary',
      messages: 8,
      errors: 0,
      notes: [],
      connections: null,
    });
    assert.equal(code, 0);
  });

  it('shows what breaks the protocol, and what came before it', async (t) => {
    const broken = Buffer.concat([OURS, bytes.unchoke, bytes.have(0xffffffff), bytes.choke]);
    const { code, stdout } = await run(t, ['decode', '-'], broken);
    const lines = stdout.split('\n');
    assert.deepEqual(lines.slice(1, 2), ['unchoke']);
    assert.match(lines[2], /^violation .*\(ERR_PWP_PIECE_INDEX\)$/);
    assert.deepEqual(lines.slice(3), ['2 messages, 1 error', '']);
    assert.equal(code, 1);
  });

  it('shows nothing that a terminal would obey', async (t) => {
    const evil = '\x1b]0;x\x07\u202e\x9b2J';
    const dictionary = Buffer.from(
      `d1:v${Buffer.byteLength(evil)}:${evil}${Buffer.byteLength(evil)}:${evil}i1ee`,
    );
    const stream = Buffer.concat([
      handshake('\x1b[2J\x9b\r\n-abcdefghijkl'),
      bytes.extended(0, dictionary),
    ]);
    for (const args of [[], ['--json']]) {
      const { stdout } = await run(t, ['decode', '-', ...args], stream);
      assert.doesNotMatch(stdout.replaceAll('\n', ''), /[\p{Cc}\p{Cf}]/u);
      assert.match(stdout, /1b/);
    }
  });

  it('shows messages of version 2', async (t) => {
    const root = Buffer.alloc(32, 0xcd);
    const stream = Buffer.concat([
      handshake('-XX0001-abcdefghijkl', agreed.V2),
      agreed.about(21, root, [1, 2, 4, 0]),
      agreed.about(22, root, [0, 0, 2, 0], Buffer.alloc(64, 0xee)),
      agreed.about(23, root, [1, 2, 4, 0]),
    ]);
    const text = await run(t, ['decode', '-'], stream);
    assert.deepEqual(text.stdout.split('\n').slice(1), [
      `hash-request    ${'cd'.repeat(32)} 1 2 4 0`,
      `hashes          ${'cd'.repeat(32)} 0 0 2 0`,
      `hash-reject     ${'cd'.repeat(32)} 1 2 4 0`,
      '4 messages',
      '',
    ]);
    const json = objects((await run(t, ['decode', '-', '--json', '--payload'], stream)).stdout);
    assert.equal(json[1].root, 'cd'.repeat(32));
    assert.equal(json[2].payload, 'cd'.repeat(32) + 'ee'.repeat(64));
  });

  it('says where it ends in the middle of a message', async (t) => {
    const { code, stdout } = await run(t, ['decode', '-'], FIRST.subarray(0, -3));
    assert.match(stdout, /\n4 messages, ends in the middle of a message\n$/);
    assert.equal(code, 0);
  });

  it('is told in a line where it is something else', async (t) => {
    for (const [input, why] of /** @type {[Buffer, string][]} */ ([
      [Buffer.alloc(0), 'is empty'],
      [Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'begins with no handshake, and is no capture'],
      [Buffer.from('\x13Bit'), 'begins with no handshake, and is no capture'],
    ])) {
      const { code, stdout, stderr } = await run(t, ['decode', '-'], input);
      assert.equal(stderr, `peer-wire-protocol-native: the standard input ${why}\n`);
      assert.equal(stdout, '');
      assert.equal(code, 1);
    }
  });

  it('needs a file that is there', async (t) => {
    const { code, stderr } = await run(t, ['decode', path.join(folderFor(t), 'none')]);
    assert.match(stderr, /^peer-wire-protocol-native: ENOENT[^\n]*\n$/);
    assert.equal(code, 1);
  });

  it('may be left by who reads the lines', async (t) => {
    const { child, done } = start(t, ['decode', '-']);
    child.stdin.write(Buffer.concat([OURS, ...Array(100).fill(bytes.keepAlive)]));
    await once(child.stdout, 'data');
    child.stdout.destroy();
    child.stdin.end(Buffer.concat(Array(200_000).fill(bytes.keepAlive)));
    const { code, stderr } = await done;
    assert.equal(stderr, '');
    assert.equal(code, 0);
  });
});

describe('a capture', () => {
  for (const link of Object.keys(LINKS)) {
    it(`of link type ${link}, IPv4 and IPv6`, async () => {
      for (const isV6 of [false, true]) {
        const { captured } = talk({ isV6 });
        checkTalk(await linesOf(pcap(captured, { link })));
        checkTalk(await linesOf(pcapng(captured, { link })));
      }
    });
  }

  it('of either byte order and resolution', async () => {
    const { captured } = talk();
    const whole = await linesOf(pcap(captured));
    for (const isLittle of [true, false]) {
      for (const isNano of [true, false]) {
        assert.deepEqual(await linesOf(pcap(captured, { isLittle, isNano })), whole);
      }
      assert.deepEqual(await linesOf(pcapng(captured, { isLittle })), whole);
      assert.deepEqual(await linesOf(pcapng(captured, { isLittle, kind: 'obsolete' })), whole);
      checkTalk(await linesOf(pcapng(captured, { isLittle, kind: 'simple' })));
    }
  });

  it('tells times, ends and volumes', async (t) => {
    const { code, stdout } = await run(t, ['decode', '-', '--json'], pcapng(talk().captured));
    const told = objects(stdout);
    const [first, second] = told;
    assert.equal(first.time, 1_700_000_000.003);
    assert.equal(second.time, 1_700_000_000.004);
    assert.deepEqual([first.from, first.to], ['10.0.0.1:40000', '10.0.0.2:6881']);
    assert.deepEqual([second.from, second.to], ['10.0.0.2:6881', '10.0.0.1:40000']);
    assert.equal(told.find(({ rest }) => rest === 4).name, 'ut_metadata');
    const [{ sides }] = told.filter(({ event }) => event === 'connection');
    assert.deepEqual(
      sides.map((/** @type {any} */ side) => [side.bytes, side.messages]),
      [
        [FIRST.length, 5],
        [SECOND.length, 8],
      ],
    );
    assert.equal(code, 0);
  });

  it('of two connections on the same ports', async () => {
    const first = talk();
    const again = talk({ sequences: [70_000, 90_000] });
    const lines = await linesOf(pcap([...first.captured, ...again.captured]));
    assert.deepEqual(directionOf(lines, '→'), [...FIRST_LINES, ...FIRST_LINES]);
    assert.match(/** @type {string} */ (lines.at(-1)), /^26 messages, 2 connections, /);
  });

  it('that begins in the middle, or is encrypted', async () => {
    const { captured } = new Talk().say(1, SECOND.subarray(100)).say(0, Buffer.alloc(500, 0xab));
    const lines = await linesOf(pcap(captured));
    assert.equal(lines.length, 2);
    assert.match(
      lines[0],
      / 10\.0\.0\.2:6881 → 10\.0\.0\.1:40000 .*no handshake at the beginning: encrypted/,
    );
    assert.match(lines[1], /^0 messages, 1 connection/);
  });

  it('with a hole in a block is read on behind it', async () => {
    const { captured } = talk();
    const packets = captured.filter(({ packet }) => packet.length > 1400);
    const lost = captured.filter((one) => one !== packets[3] && one !== packets[4]);
    const lines = await linesOf(pcap(lost));
    const theirs = directionOf(lines, '←');
    assert.deepEqual(
      theirs.filter((line) => !line.startsWith('gap')),
      SECOND_LINES,
    );
    assert.deepEqual(
      theirs.filter((line) => line.startsWith('gap')),
      ['gap             2896 bytes of a block not captured'],
    );
    assert.match(/** @type {string} */ (lines.at(-1)), /, 1 error,/);
  });

  it('with a hole elsewhere is read up to it', async () => {
    const { captured } = new Talk().open().say(0, FIRST, 20);
    const lost = captured.filter((_, i) => i !== 6); // of the extension handshake
    const lines = directionOf(await linesOf(pcap(lost)), '→');
    assert.deepEqual(lines, [
      ...FIRST_LINES.slice(0, 2),
      'gap             20 bytes not captured: what follows cannot be read',
    ]);
  });

  it('without the last that was said tells so by what came behind it', async () => {
    const { captured } = new Talk().open().say(0, OURS).say(0, bytes.unchoke).close();
    const lost = captured.filter((_, i) => i !== 3);
    assert.deepEqual(directionOf(await linesOf(pcap(lost)), '→'), [
      FIRST_LINES[0],
      'gap             5 bytes not captured: what follows cannot be read',
    ]);
  });

  it('of packets that were cut is read as far as they go', async () => {
    const { captured } = talk();
    const lines = await linesOf(pcap(captured, { most: 200 }));
    assert.match(lines.join('\n'), /gap {13}\d+ bytes of a block not captured/);
  });

  it('that breaks off, or is damaged, tells what was good', async () => {
    const whole = pcapng(talk().captured);
    const lines = await linesOf(whole.subarray(0, -5));
    checkTalk(lines);
    assert.match(/** @type {string} */ (lines.at(-1)), /1 error.*ends in the middle of a block$/);

    const { captured } = talk();
    const damaged = pcap(captured, { link: 'raw' });
    const last = /** @type {Buffer} */ (captured.at(-1)?.packet);
    // The length of what was taken of it, in front of that of what there was.
    damaged.writeUInt32LE(0x7fffffff, damaged.length - last.length - 8);
    assert.match((await linesOf(damaged)).join('\n'), /a damaged capture$/);
  });

  it('of what is not understood says so', async () => {
    const file = pcap(talk().captured);
    file.writeUInt32LE(147, 20);
    assert.match((await linesOf(file)).join('\n'), /0 messages.*link type 147 is not known here$/);
  });
});
