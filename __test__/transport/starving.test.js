'use strict';

// A process that has no file descriptor left: connections fail, coded; a server goes on once there are
// some again; nothing else changes.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { run } = require('./helpers/child.js');

const isUnix = process.platform !== 'win32';

/** Most descriptors of the process: Node itself takes some twenty. */
const MOST = 80;

const PROGRAM = `
const once = (emitter, event) => new Promise((resolve) => emitter.once(event, resolve));
const server = pwp.createServer((wire) => wire.on('handshake', () => wire.handshake(HASH, HASH)));
server.on('error', (error) => say(['error', error.code]));
server.listen(0, HOST, async () => {
  const { port } = server.address();
  const dial = () => {
    const wire = pwp.connect({ port, host: HOST });
    wire.handshake(HASH, HASH);
    return wire;
  };
  const outcome = (wire) => Promise.race([
    once(wire, 'handshake').then(() => 'talks'),
    once(wire, 'close').then(() => [wire.closeReason?.code, wire.closeReason?.cause?.code].join()),
  ]);
  const first = dial();
  say(await outcome(first));
  // Each takes two, here and there: it is over before all of them stand.
  const wires = Array.from({ length: 100 }, dial);
  const failed = [];
  for (const wire of wires) wire.on('close', () => failed.push(wire));
  while (failed.length < 20) await new Promise((resolve) => setTimeout(resolve, 5));
  const told = failed.map(({ closeReason }) => [closeReason?.code, closeReason?.cause?.code].join());
  say([...new Set(told)]);
  // The first goes on all the while.
  say(first.destroyed);
  for (const wire of wires) wire.destroy();
  await Promise.all(wires.map((wire) => wire.readableEnded || once(wire, 'end')));
  // Those that waited to be accepted are, and others.
  let last = 'nothing';
  for (let i = 0; i < 500 && last !== 'talks'; i++) {
    const wire = dial();
    last = await outcome(wire);
    wire.destroy();
    // Their sockets take a moment to go.
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  say(last);
  first.destroy();
  server.close(() => say('closed'));
});`;

test('connections fail, and a server goes on', { skip: !isUnix }, async (t) => {
  const { code, signal, said, complaint } = await run(t, PROGRAM, { descriptors: MOST });
  assert.deepEqual({ code, signal, complaint }, { code: 0, signal: null, complaint: '' });
  const [first, codes, isDestroyed, ...rest] = said;
  assert.deepEqual([first, isDestroyed, rest], ['talks', false, ['talks', 'closed']]);
  assert.ok(codes.includes('ERR_PWP_CONNECTION_FAILED,EMFILE'), codes.join(' '));
});
