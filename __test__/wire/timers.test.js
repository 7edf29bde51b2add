'use strict';

// The head request's time, keep-alives, and that neither keeps a process waiting for nothing.

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { describe, test } = require('node:test');
const FakeTimers = require('@sinonjs/fake-timers');
const { bytes, output, shaken, turn } = require('./helpers/wires.js');

const CLOCK = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'];

/**
 * A wire that may ask, under a clock of its own, with what comes of its requests.
 * @param {import('node:test').TestContext} t
 */
function timed(t) {
  const clock = FakeTimers.install({ toFake: CLOCK });
  t.after(() => clock.uninstall());
  const wire = shaken();
  t.after(() => wire.destroy());
  wire.write(bytes.unchoke);
  /** @type {string[]} what happened, with the time */
  const log = [];
  wire.on('timeout', () => log.push(`${clock.now} timeout`));
  return {
    clock,
    wire,
    log,
    ask: (/** @type {number[]} */ ...pieces) => {
      for (const piece of pieces) {
        wire.request(piece, 0, 1, (error) =>
          log.push(`${clock.now} ${piece} ${error?.code ?? 'block'}`),
        );
      }
    },
    answer: (/** @type {number} */ piece) => wire.write(bytes.piece(piece, 0, Buffer.alloc(1))),
  };
}

const TIMEOUT = 'ERR_PWP_REQUEST_TIMEOUT';

describe('setTimeout', () => {
  test('times the head only, the next from when it became the head', (t) => {
    const { clock, wire, log, ask } = timed(t);
    wire.setTimeout(1000);
    ask(1, 2);
    clock.tick(999);
    assert.deepEqual(log, []);
    clock.tick(1);
    assert.deepEqual(log, [`1000 1 ${TIMEOUT}`, '1000 timeout']);
    assert.equal(wire.requests.length, 1);
    clock.tick(999);
    assert.equal(log.length, 2);
    clock.tick(1);
    assert.deepEqual(log.slice(2), [`2000 2 ${TIMEOUT}`, '2000 timeout']);
    clock.tick(100_000);
    assert.equal(log.length, 4);
  });

  test('a block gives the next one its whole time', (t) => {
    const { clock, wire, log, ask, answer } = timed(t);
    wire.setTimeout(1000);
    ask(1, 2, 3);
    clock.tick(900);
    answer(1);
    clock.tick(900);
    answer(2);
    clock.tick(999);
    assert.deepEqual(log, ['900 1 block', '1800 2 block']);
    clock.tick(1);
    assert.deepEqual(log.slice(2), [`2800 3 ${TIMEOUT}`, '2800 timeout']);
  });

  test('a block out of turn changes nothing for the head', (t) => {
    const { clock, wire, log, ask, answer } = timed(t);
    wire.setTimeout(1000);
    ask(1, 2);
    clock.tick(900);
    answer(2);
    clock.tick(100);
    assert.deepEqual(log, ['900 2 block', `1000 1 ${TIMEOUT}`, '1000 timeout']);
  });

  test('a cancelled head makes room for the next', (t) => {
    const { clock, wire, log, ask } = timed(t);
    wire.setTimeout(1000);
    ask(1, 2);
    clock.tick(500);
    wire.cancel(1, 0, 1);
    clock.tick(999);
    assert.deepEqual(log, ['500 1 ERR_PWP_REQUEST_CANCELLED']);
    clock.tick(1);
    assert.deepEqual(log.slice(1), [`1500 2 ${TIMEOUT}`, '1500 timeout']);
  });

  test('a request after a pause has its whole time', (t) => {
    const { clock, wire, log, ask, answer } = timed(t);
    wire.setTimeout(1000);
    ask(1);
    clock.tick(10);
    answer(1);
    clock.tick(500);
    ask(2);
    clock.tick(999);
    assert.equal(log.length, 1);
    clock.tick(1);
    assert.deepEqual(log.slice(1), [`1510 2 ${TIMEOUT}`, '1510 timeout']);
  });

  test('a choke ends all waiting', (t) => {
    const { clock, wire, log, ask } = timed(t);
    wire.setTimeout(1000);
    ask(1, 2);
    clock.tick(500);
    wire.write(bytes.choke);
    assert.deepEqual(log, ['500 1 ERR_PWP_PEER_CHOKING', '500 2 ERR_PWP_PEER_CHOKING']);
    clock.tick(10_000);
    assert.equal(log.length, 2);
    wire.write(bytes.unchoke);
    ask(3);
    clock.tick(1000);
    assert.deepEqual(log.slice(2), [`11500 3 ${TIMEOUT}`, '11500 timeout']);
  });

  test('0 is no limit, and the default', (t) => {
    const { clock, wire, log, ask } = timed(t);
    ask(1);
    clock.tick(1e9);
    wire.setTimeout(1000);
    wire.setTimeout(0);
    clock.tick(1e9);
    assert.deepEqual(log, []);
  });

  test('a limit set while a request waits counts from then', (t) => {
    const { clock, wire, log, ask } = timed(t);
    ask(1);
    clock.tick(5000);
    wire.setTimeout(1000);
    clock.tick(999);
    assert.deepEqual(log, []);
    clock.tick(1);
    assert.deepEqual(log, [`6000 1 ${TIMEOUT}`, '6000 timeout']);
  });

  test('the callback comes before the event, and may ask again', (t) => {
    const { clock, wire, log, ask } = timed(t);
    wire.setTimeout(1000);
    wire.request(7, 0, 1, (error) => {
      log.push(`${clock.now} first ${error?.message}`);
      ask(8);
    });
    clock.tick(1000);
    assert.deepEqual(log, ['1000 first request has timed out', '1000 timeout']);
    clock.tick(1000);
    assert.deepEqual(log.slice(2), [`2000 8 ${TIMEOUT}`, '2000 timeout']);
  });

  test('the listener given is added', (t) => {
    const { clock, wire, ask } = timed(t);
    let calls = 0;
    wire.setTimeout(10, () => calls++);
    ask(1, 2);
    clock.tick(20);
    assert.equal(calls, 2);
    assert.equal(wire.listenerCount('timeout'), 2);
  });

  test('a late block of a request that timed out is still a block', (t) => {
    const { clock, wire, log, ask, answer } = timed(t);
    wire.setTimeout(10);
    ask(1);
    clock.tick(10);
    answer(1);
    assert.deepEqual(log, [`10 1 ${TIMEOUT}`, '10 timeout']);
    assert.equal(wire.downloaded, 1);
  });

  test('nothing times out after the end', async (t) => {
    const { clock, wire, log, ask } = timed(t);
    wire.setTimeout(1000);
    ask(1, 2);
    clock.tick(999);
    wire.destroy();
    await once(wire, 'end');
    assert.deepEqual(log, ['999 1 ERR_PWP_WIRE_CLOSED', '999 2 ERR_PWP_WIRE_CLOSED']);
    wire.setTimeout(5);
    ask(3);
    clock.tick(10_000);
    assert.deepEqual(log.slice(2), ['999 3 ERR_PWP_WIRE_CLOSED']);
    assert.equal(clock.countTimers(), 0);
  });

  test('by the real clock', async () => {
    const wire = shaken();
    wire.write(bytes.unchoke);
    const start = performance.now();
    const times = [];
    wire.setTimeout(60);
    for (const piece of [1, 2]) {
      wire.request(piece, 0, 1, (error) => {
        assert.equal(error?.code, TIMEOUT);
        times.push(performance.now() - start);
      });
    }
    await once(wire, 'timeout');
    await once(wire, 'timeout');
    assert.ok(times[0] >= 58 && times[1] >= times[0] + 58, `${times}`);
    assert.ok(times[1] < 2000, `${times}`);
    wire.destroy();
  });
});

describe('setKeepAlive', () => {
  test('sends one a minute, until told otherwise', async (t) => {
    const { clock, wire } = timed(t);
    wire.setKeepAlive(true);
    clock.tick(59_999);
    assert.equal(wire.read(), null);
    clock.tick(1);
    assert.deepEqual(output(wire), bytes.keepAlive);
    clock.tick(180_000);
    assert.equal(output(wire).length, 3 * 4);
    wire.setKeepAlive(false);
    clock.tick(600_000);
    assert.equal(wire.read(), null);
  });

  test('without an argument it is on, and never twice', (t) => {
    const { clock, wire } = timed(t);
    wire.setKeepAlive();
    clock.tick(30_000);
    wire.setKeepAlive(true);
    clock.tick(59_999);
    assert.equal(wire.read(), null);
    clock.tick(1);
    assert.deepEqual(output(wire), bytes.keepAlive);
  });

  test('stops at the end and does not start after it', async (t) => {
    const { clock, wire } = timed(t);
    wire.setKeepAlive(true);
    wire.end();
    await turn();
    await turn();
    assert.equal(clock.countTimers(), 0);
    wire.setKeepAlive(true);
    assert.equal(clock.countTimers(), 0);
  });
});

describe('a process is not kept waiting by a limit of 30 seconds', () => {
  const scenes = {
    'with the block come': 'wire.write(bytes.piece(1, 0, Buffer.alloc(1)))',
    'with the request cancelled': 'wire.cancel(1, 0, 1)',
    'with the peer choking': 'wire.write(bytes.choke)',
    'with the wire destroyed': 'wire.destroy()',
    'with the wire ended': 'wire.end()',
    'with the wire closed by its peer': 'wire.write(bytes.u32(0xffffffff))',
    'with the limit lifted': 'wire.setTimeout(0)',
    'with requests answered and made again': `
      wire.write(bytes.piece(1, 0, Buffer.alloc(1)));
      wire.request(2, 0, 1, () => {});
      wire.write(bytes.piece(2, 0, Buffer.alloc(1)))`,
  };
  /** @param {string} scene */
  const play = (scene, timeout = 30_000) =>
    execFileSync(
      process.execPath,
      [
        '-e',
        `const { bytes, shaken } = require(${JSON.stringify(path.join(__dirname, 'helpers/wires.js'))});
        const wire = shaken();
        wire.write(bytes.unchoke);
        wire.setTimeout(${timeout});
        wire.request(1, 0, 1, (error) => console.log(error ? error.code : 'block'));
        ${scene};`,
      ],
      { encoding: 'utf8', timeout: 10_000 },
    );
  for (const [name, scene] of Object.entries(scenes)) {
    test(name, () => {
      play(scene);
    });
  }

  test('but by a request that waits', () => {
    assert.equal(play('', 100), `${TIMEOUT}\n`);
  });
});
