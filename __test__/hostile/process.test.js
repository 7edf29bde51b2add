'use strict';

// Everything hostile at once, against another process: it lives, serves on, keeps nothing, and has
// nothing to say on stderr.

const assert = require('node:assert/strict');
const { fork } = require('node:child_process');
const { once } = require('node:events');
const net = require('node:net');
const path = require('node:path');
const { test } = require('node:test');
const pwp = require('../../index.js');
const bytes = require('./helpers/bytes.js');
const { rows } = require('./helpers/rows.js');

/** @param {number} port */
async function leech(port) {
  const socket = net.connect(port, '127.0.0.1');
  const wire = pwp();
  socket.pipe(wire).pipe(socket);
  wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
  wire.interested();
  await once(wire, 'unchoke');
  let piece = 0;
  return {
    socket,
    async transfer() {
      const index = piece++;
      const block = await new Promise((resolve, reject) => {
        wire.request(index, 0, 16384, (error, got) => (error ? reject(error) : resolve(got)));
      });
      assert.ok(block.equals(Buffer.alloc(16384, index)));
    },
  };
}

/**
 * Sends bytes and waits for the connection's end.
 * @param {number} port
 * @param {Buffer} data
 */
function attack(port, data) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.on('close', resolve);
    socket.resume().write(data);
  });
}

/** @param {import('node:test').TestContext} t @param {string} kind of its wires */
async function attackProcess(t, kind) {
  const child = fork(path.join(__dirname, 'helpers/server.js'), [kind], {
    execArgv: ['--trace-warnings', '--unhandled-rejections=strict'],
    silent: true,
  });
  t.after(() => child.kill());
  const exit = once(child, 'exit');
  let stderr = '';
  child.stderr?.on('data', (text) => {
    stderr += text;
  });
  const [{ port }] = await once(child, 'message');
  const healthy = await leech(port);
  await healthy.transfer();

  /** @type {Record<string, number>} */
  const expected = {};
  const attacks = [];
  for (let round = 0; round < 3; round++) {
    for (const row of rows.filter(({ options, speaks }) => !options && !speaks)) {
      expected[row.code] = (expected[row.code] ?? 0) + 1;
      const opening = row.first ? [] : [bytes.handshake(), bytes.unchoke, bytes.have(round)];
      attacks.push(attack(port, Buffer.concat([...opening, row.bytes])));
    }
    await healthy.transfer();
  }
  await Promise.all(attacks);
  await healthy.transfer();

  child.send('how are you?');
  const [{ closed, ends, connections, decoders }] = await once(child, 'message');
  assert.deepEqual(closed, expected);
  assert.equal(ends, attacks.length);
  assert.equal(connections, 1, 'only the healthy wire is left');
  assert.equal(decoders, kind === 'piped' ? 1 : 0);

  const gone = once(healthy.socket, 'close');
  healthy.socket.end();
  await gone;
  child.disconnect();
  assert.deepEqual(await exit, [0, null]);
  assert.equal(stderr, '');
}

for (const kind of ['piped', 'native socket']) {
  test(`a process that is attacked in every way goes on: ${kind}`, { timeout: 30_000 }, (t) =>
    attackProcess(t, kind),
  );
}
