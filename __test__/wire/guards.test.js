'use strict';

// The limits on a peer's time: off unless asked for, exact, and nobody's reason to stay alive.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const path = require('node:path');
const { describe, test } = require('node:test');
const FakeTimers = require('@sinonjs/fake-timers');
const pwp = require('../../index.js');
const { bytes } = require('./helpers/wires.js');

const CLOCK = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'];

/**
 * @param {import('node:test').TestContext} t
 * @param {object} options
 */
function guarded(t, options) {
  const clock = FakeTimers.install({ toFake: /** @type {any} */ (CLOCK) });
  t.after(() => clock.uninstall());
  const wire = pwp(options);
  wire.resume();
  t.after(() => wire.destroy());
  const reason = () => wire.closeReason?.code ?? null;
  return { clock, wire, reason };
}

describe('handshakeTimeout', () => {
  test('closes a wire whose peer says nothing', (t) => {
    const { clock, wire, reason } = guarded(t, { handshakeTimeout: 1000 });
    clock.tick(999);
    assert.equal(wire.destroyed, false);
    clock.tick(1);
    assert.equal(wire.destroyed, true);
    assert.equal(reason(), 'ERR_PWP_HANDSHAKE_TIMEOUT');
    assert.match(String(wire.closeReason?.message), /1000 ms/);
  });

  test('wants the whole handshake', (t) => {
    const { clock, wire, reason } = guarded(t, { handshakeTimeout: 1000 });
    wire.write(bytes.handshake().subarray(0, 67));
    clock.tick(1000);
    assert.equal(reason(), 'ERR_PWP_HANDSHAKE_TIMEOUT');
  });

  test('is over once that has come', (t) => {
    const { clock, wire } = guarded(t, { handshakeTimeout: 1000 });
    wire.write(bytes.handshake());
    clock.tick(100_000);
    assert.equal(wire.destroyed, false);
  });

  test('our own handshake is not the peer’s', (t) => {
    const { clock, wire, reason } = guarded(t, { handshakeTimeout: 1000 });
    wire.handshake(bytes.INFO_HASH, bytes.PEER_ID);
    clock.tick(1000);
    assert.equal(reason(), 'ERR_PWP_HANDSHAKE_TIMEOUT');
  });
});

describe('idleTimeout', () => {
  test('closes a wire whose peer falls silent, at most a fourth too late', (t) => {
    const { clock, wire, reason } = guarded(t, { idleTimeout: 1000 });
    wire.write(bytes.handshake());
    clock.tick(999);
    assert.equal(wire.destroyed, false);
    clock.tick(251);
    assert.equal(reason(), 'ERR_PWP_IDLE_TIMEOUT');
  });

  test('any byte is a sign of life', (t) => {
    const { clock, wire } = guarded(t, { idleTimeout: 1000 });
    for (const byte of bytes.handshake()) {
      clock.tick(700);
      wire.write(Uint8Array.of(byte));
    }
    assert.equal(wire.destroyed, false);
    clock.tick(1250);
    assert.equal(wire.closeReason?.code, 'ERR_PWP_IDLE_TIMEOUT');
  });

  test('what we send is none', (t) => {
    const { clock, wire, reason } = guarded(t, { idleTimeout: 1000 });
    wire.write(bytes.handshake());
    for (let i = 0; i < 13; i++) {
      wire.have(i);
      clock.tick(100);
    }
    assert.equal(reason(), 'ERR_PWP_IDLE_TIMEOUT');
  });
});

test('without the options nothing is timed', (t) => {
  const { clock, wire } = guarded(t, {});
  clock.tick(10 ** 9);
  assert.equal(wire.destroyed, false);
});

test('a wire that is closed has no timer left', (t) => {
  const { clock, wire, reason } = guarded(t, { handshakeTimeout: 1000, idleTimeout: 1000 });
  const speedometers = 1; // one for all wires, made by the first
  assert.ok(clock.countTimers() >= 2);
  wire.destroy();
  return new Promise((resolve) => setImmediate(resolve)).then(() => {
    assert.ok(clock.countTimers() <= speedometers);
    clock.tick(10_000);
    assert.equal(reason(), null);
  });
});

test('neither limit keeps a process alive', () => {
  const index = path.join(__dirname, '..', '..', 'index.js');
  const program = `require(${JSON.stringify(index)})({ handshakeTimeout: 60000, idleTimeout: 60000 })`;
  const started = Date.now();
  execFileSync(process.execPath, ['-e', program], { timeout: 30_000 });
  assert.ok(Date.now() - started < 30_000);
});
