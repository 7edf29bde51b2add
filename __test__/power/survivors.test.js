'use strict';

// What no other test noticed until a mutant of run.js survived.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { PassThrough } = require('node:stream');
const { test } = require('node:test');
const v8 = require('node:v8');
const vm = require('node:vm');
const FakeTimers = require('@sinonjs/fake-timers');
const { asked } = require('../encryption/helpers/wires.js');
const { bytes, pwp, shaken } = require('../wire/helpers/wires.js');

const WIRES = path.join(__dirname, '../wire/helpers/wires.js');

test('a process waits for a request that was made when no other was left', () => {
  const program = `
    const { bytes, shaken } = require(${JSON.stringify(WIRES)});
    const wire = shaken();
    const tell = (error) => console.log(error ? error.code : 'block');
    wire.write(bytes.unchoke);
    wire.setTimeout(100);
    wire.request(1, 0, 1, tell);
    wire.write(bytes.piece(1, 0, Buffer.alloc(1)));
    wire.request(2, 0, 1, tell);`;
  const said = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8' });
  assert.equal(said, 'block\nERR_PWP_REQUEST_TIMEOUT\n');
});

test('a wire that has ended has no timer left', async (t) => {
  // The speed meter has one for all wires, from the first of them on.
  shaken().destroy();
  const clock = FakeTimers.install({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
  t.after(() => clock.uninstall());
  const wire = shaken();
  wire.write(bytes.unchoke);
  wire.setTimeout(1000);
  wire.setKeepAlive(true);
  wire.request(1, 0, 1, () => {});
  wire.destroy();
  await once(wire, 'end');
  assert.equal(clock.countTimers(), 0);
});

test('a request does not overtake those held back', async () => {
  // Less than a `have`, and more than both blocks.
  const wire = shaken({ uploadHighWaterMark: 4 });
  wire.unchoke();
  wire.read();
  /** @type {number[]} */
  const announced = [];
  wire.on('request', (piece) => announced.push(piece));
  wire.have(1);
  wire.read(0);
  wire.write(bytes.request(1, 0, 1));
  assert.deepEqual(announced, []);
  // What lay unread is read, and before the first is announced comes another.
  wire.read();
  wire.write(bytes.request(2, 0, 1));
  await new Promise(setImmediate);
  assert.deepEqual(announced, [1, 2]);
});

test('of many requests, one that its owner took away takes no other with it', () => {
  const wire = shaken();
  wire.resume();
  wire.write(bytes.unchoke);
  /** @type {number[]} */
  const called = [];
  for (let i = 0; i < 200; i++) wire.request(i, 0, 1, () => called.push(i));
  wire.requests.splice(50, 1);
  wire.write(bytes.piece(50, 0, Buffer.alloc(1)));
  assert.deepEqual(called, []);
  assert.equal(wire.requests.length, 199);
  assert.equal(wire.requests.at(-1).piece, 199);
  wire.write(bytes.piece(51, 0, Buffer.alloc(1)));
  assert.deepEqual(called, [51]);
  wire.destroy();
});

test('of many requests, one that was answered keeps nothing of its owner', async () => {
  v8.setFlagsFromString('--expose-gc');
  const gc = vm.runInNewContext('gc');
  const wire = shaken();
  wire.resume();
  wire.write(bytes.unchoke);
  const ask = (/** @type {number} */ piece) => {
    const owned = { called: 0 };
    wire.request(piece, 0, 1, () => owned.called++);
    return new WeakRef(owned);
  };
  const owners = Array.from({ length: 200 }, (_, i) => ask(i));
  for (let i = 0; i < 50; i++) wire.write(bytes.piece(i, 0, Buffer.alloc(1)));
  for (let turn = 0; turn < 3; turn++) {
    await new Promise(setImmediate);
    gc();
  }
  const kept = owners.filter((owner) => owner.deref() !== undefined);
  assert.equal(kept.length, 150);
  wire.destroy();
});

test('messages that wait for a peer that does not read are bounded', async () => {
  const wire = shaken({ uploadHighWaterMark: 100, maxBacklog: 1000 });
  for (let i = 0; i < 1000 && !wire.destroyed; i++) {
    wire.have(i);
    wire.read(0);
  }
  assert.equal(wire.closeReason?.code, 'ERR_PWP_BACKLOG');
  assert.ok(wire.readableLength < 100 + 1000 + 2 * 9, `${wire.readableLength} bytes wait`);
});

/** @param {number} count */
const keepAlives = (count) => Buffer.alloc(4 * count);

test('a handler that throws in a later turn keeps no other wire waiting', async (t) => {
  /** @type {string[]} */
  const caught = [];
  process.setUncaughtExceptionCaptureCallback(({ message }) => caught.push(message));
  t.after(() => process.setUncaughtExceptionCaptureCallback(null));
  // One exhausts the turn, and leaves nothing for the next: the short chunks of the others wait.
  const flooded = shaken();
  const [throws, other] = [shaken(), shaken()];
  throws.on('have', () => {
    throw new Error('mine');
  });
  let delivered = false;
  other.on('have', () => {
    delivered = true;
  });
  for (let i = 0; i < 4; i++) assert.equal(flooded.write(keepAlives(2 ** 14)), true);
  throws.write(bytes.have(1));
  other.write(bytes.have(1));
  assert.deepEqual([caught, delivered], [[], false]);
  for (let i = 0; i < 100 && !delivered; i++) await new Promise(setImmediate);
  assert.deepEqual([caught, delivered], [['mine'], true]);
});

/**
 * @param {import('node:test').TestContext} t
 * @param {object} options
 */
function timed(t, options) {
  const clock = FakeTimers.install({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'],
  });
  t.after(() => clock.uninstall());
  const wire = pwp(options);
  t.after(() => wire.destroy());
  return { clock, wire };
}

test('a limit on silence is none on the handshake', (t) => {
  const { clock, wire } = timed(t, { idleTimeout: 1000 });
  clock.tick(999);
  assert.equal(wire.destroyed, false);
});

test('silence is counted from the last byte, not from the last look', (t) => {
  const { clock, wire } = timed(t, { idleTimeout: 1000 });
  clock.tick(249);
  wire.write(bytes.handshake());
  clock.tick(999);
  assert.equal(wire.destroyed, false);
  clock.tick(250);
  assert.equal(wire.closeReason?.code, 'ERR_PWP_IDLE_TIMEOUT');
});

/** Corks of a destination, as they come and go. */
class Corked extends PassThrough {
  corks = 0;

  cork() {
    this.corks++;
    super.cork();
  }
}

const LONG = Buffer.alloc(5000);

test('a destination that goes away between a head and its block is uncorked', async () => {
  const wire = shaken();
  const destination = new Corked();
  wire.pipe(destination);
  wire.once('data', () => wire.unpipe(destination));
  wire.piece(0, 0, LONG);
  await new Promise(setImmediate);
  assert.deepEqual([destination.corks, destination.writableCorked], [1, 0]);
  wire.destroy();
});

test('of two destinations the one that stays is corked, the other left alone', async () => {
  const wire = shaken();
  const [stays, goes, stranger] = [new Corked(), new Corked(), new Corked()];
  wire.pipe(goes);
  wire.pipe(stays);
  wire.unpipe(goes);
  wire.unpipe(stranger);
  wire.piece(0, 0, LONG);
  await new Promise(setImmediate);
  assert.deepEqual([stays.corks, goes.corks, stranger.corks], [1, 0, 0]);
  wire.unpipe();
  wire.resume();
  wire.piece(0, 0, LONG);
  await new Promise(setImmediate);
  assert.deepEqual([stays.corks, goes.corks, stranger.corks], [1, 0, 0]);
  wire.destroy();
});

test('of two pipes to one destination the other goes on, corked', async () => {
  const wire = shaken();
  const destination = new Corked();
  wire.pipe(destination);
  wire.pipe(destination);
  wire.unpipe(destination);
  wire.piece(0, 0, LONG);
  await new Promise(setImmediate);
  assert.deepEqual([destination.corks, destination.writableCorked], [1, 0]);
  assert.equal(destination.readableLength, 13 + LONG.length);
  wire.destroy();
});

test('encrypted blocks take little more memory than they have', () => {
  const { wire, peer } = asked();
  const memories = new Set();
  wire.on('piece', (_piece, _offset, block) => memories.add(block.buffer));
  const messages = [bytes.handshake()];
  for (let piece = 0; piece < 200; piece++)
    messages.push(bytes.piece(piece, 0, Buffer.alloc(16384)));
  const sealed = peer.seal(Buffer.concat(messages));
  for (let at = 0; at < sealed.length; at += 15_000) wire.write(sealed.subarray(at, at + 15_000));
  // Sixteen in each, but for one that goes on in the next.
  assert.ok(memories.size <= 16, `${memories.size} memories`);
});
