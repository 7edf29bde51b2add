'use strict';

// A server does what one of Node's does: each test runs on both, and what comes of it is compared.

const assert = require('node:assert/strict');
const net = require('node:net');
const { describe, test } = require('node:test');
const S = require('./helpers/sockets.js');

const { HOST, call, listen, pwp, when } = S;

const MAKERS = /** @type {const} */ ([
  ['Node', (/** @type {any} */ onSocket) => net.createServer(onSocket)],
  ['ours', (/** @type {any} */ onWire) => pwp.createServer(onWire)],
]);

/**
 * Plays something on both kinds of server: what it gives has to be the same.
 * @param {string} name
 * @param {(t: import('node:test').TestContext, make: (onSocket?: any) => any) => Promise<any>} play
 */
function same(name, play) {
  test(name, async (t) => {
    const results = [];
    for (const [, make] of MAKERS) {
      results.push(
        await play(t, (onSocket) => {
          const server = make(onSocket);
          t.after(() => server.close());
          return server;
        }),
      );
    }
    const [theirs, ours] = results;
    assert.notEqual(theirs, undefined);
    assert.deepEqual(ours, theirs);
  });
}

/** @param {any} server @returns {any[]} what is told of it, in order */
function told(server) {
  /** @type {any[]} */
  const events = [];
  for (const name of ['listening', 'connection', 'close', 'error', 'drop']) {
    server.on(name, (/** @type {any} */ value) => {
      events.push(name === 'error' ? `error ${value.code} ${value.syscall}` : name);
    });
  }
  return events;
}

/** A port that is free. */
async function freePort() {
  const server = net.createServer().listen(0, HOST);
  await when(server, 'listening');
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  server.close();
  await when(server, 'close');
  return port;
}

/** Whether somebody listens there. @param {import('node:test').TestContext} t @param {number} port */
async function isOpen(t, port, host = HOST) {
  const socket = call(t, port, host);
  const outcome = await Promise.race([
    when(socket, 'connect').then(() => true),
    when(socket, 'error').then(() => false),
  ]);
  socket.destroy();
  return outcome;
}

describe('listen', () => {
  /** @type {[string, (port: number) => any[]][]} */
  const forms = [
    ['a port', (port) => [port]],
    ['a port and a host', (port) => [port, HOST]],
    ['a port, a host and a backlog', (port) => [port, HOST, 5]],
    ['a port and a backlog', (port) => [port, 5]],
    ['a port, no host and a backlog', (port) => [port, undefined, 5]],
    ['a port that is text', (port) => [String(port)]],
    ['an empty host', (port) => [port, '']],
    ['an object', (port) => [{ port, host: HOST, backlog: 5 }]],
    ['an object with a name', (port) => [{ port, host: 'localhost' }]],
    ['an object with a port alone', (port) => [{ port }]],
    ['an address of IPv6', (port) => [port, '::1']],
    ['every address of IPv4', (port) => [port, '0.0.0.0']],
    ['every address of IPv6', (port) => [port, '::']],
  ];
  for (const [name, args] of forms) {
    same(name, async (t, make) => {
      const port = await freePort();
      const server = make();
      const events = told(server);
      assert.equal(server.listening, false);
      assert.equal(server.address(), null);
      const listened = new Promise((resolve) => {
        assert.equal(server.listen(...args(port), resolve), server);
      });
      await listened;
      const { port: given, ...rest } = server.address();
      assert.equal(given, port);
      const open = [await isOpen(t, port, HOST), await isOpen(t, port, '::1')];
      const { listening } = server;
      server.close();
      await when(server, 'close');
      assert.equal(server.address(), null);
      assert.equal(server.listening, false);
      return { rest, open, listening, events: events.filter((event) => event !== 'connection') };
    });
  }

  for (const [name, args] of /** @type {[string, any[]][]} */ ([
    ['nothing', []],
    ['undefined', [undefined]],
    ['null', [null]],
    ['zero', [0]],
    ['an empty object with a port', [{ port: undefined }]],
  ])) {
    same(`any port: ${name}`, async (_, make) => {
      const server = make();
      server.listen(...args);
      await when(server, 'listening');
      const { port, ...rest } = server.address();
      assert.ok(port > 0);
      return rest;
    });
  }

  same('again, while it listens and after', async (_, make) => {
    const server = make();
    const events = told(server);
    // Without a name to look up: then Node's would not know it yet.
    server.listen(0);
    assert.throws(() => server.listen(0), { code: 'ERR_SERVER_ALREADY_LISTEN' });
    await when(server, 'listening');
    const { port } = server.address();
    assert.throws(() => server.listen(0), { code: 'ERR_SERVER_ALREADY_LISTEN' });
    for (let i = 0; i < 5; i++) {
      server.close();
      server.listen(port);
      await when(server, 'listening');
    }
    return events;
  });
});

describe('what cannot be listened to', () => {
  same('a port that is taken', async (t, make) => {
    const port = await listen(t, net.createServer());
    const server = make();
    const failed = when(server, 'error');
    server.listen(port, HOST);
    const [{ code, syscall, address, port: told, message }] = await failed;
    assert.equal(told, port);
    assert.match(message, /^listen EADDRINUSE: address already in use.* 127\.0\.0\.1:\d+$/i);
    assert.equal(server.listening, false);
    assert.equal(server.address(), null);
    // It can be tried again.
    server.listen(0, HOST);
    await when(server, 'listening');
    return { code, syscall, address };
  });

  same('a port that is taken, of every address', async (t, make) => {
    const holder = net.createServer().listen(0);
    t.after(() => holder.close());
    await when(holder, 'listening');
    const server = make();
    const failed = when(server, 'error');
    server.listen(/** @type {any} */ (holder.address()).port);
    const [{ code, syscall, address }] = await failed;
    return { code, syscall, address };
  });

  same('an address that is not ours', async (_, make) => {
    const server = make();
    const failed = when(server, 'error');
    server.listen(0, '203.0.113.77');
    const [{ code, syscall, address }] = await failed;
    return { code, syscall, address };
  });

  same('a name without an address', async (_, make) => {
    const server = make();
    const failed = when(server, 'error');
    server.listen(0, 'no-such-host.invalid');
    return (await failed)[0].code;
  });

  test('an error that nobody listens for is an uncaught exception', async (t) => {
    const errors = require('../encryption/helpers/wires.js').uncaught(t);
    const port = await listen(t, net.createServer());
    for (const [, make] of MAKERS) make(undefined).listen(port, HOST);
    await S.until(() => errors.length === 2, 'both errors');
    assert.deepEqual(
      errors.map(({ code }) => code),
      ['EADDRINUSE', 'EADDRINUSE'],
    );
  });
});

describe('close', () => {
  same('tells its callback, and whether it listened', async (_, make) => {
    const server = make();
    const events = told(server);
    const close = () =>
      new Promise((resolve) => {
        server.close((/** @type {any} */ error) => resolve(error?.code));
      });
    const results = [await close()];
    server.listen(0, HOST);
    await when(server, 'listening');
    results.push(...(await Promise.all([close(), close()])), await close());
    return { results, events: events.filter((event) => event === 'listening') };
  });

  same('before it listens, nothing is said of listening', async (_, make) => {
    const server = make();
    const events = told(server);
    server.listen(0, HOST);
    server.close();
    await when(server, 'close');
    for (let i = 0; i < 5; i++) await S.turn();
    return events;
  });

  same('waits for those that are connected, who stay', async (t, make) => {
    /** @type {any[]} */
    const far = [];
    const server = make((/** @type {any} */ one) => {
      one.on('error', () => {});
      far.push(one);
    });
    const port = await listen(t, server);
    const sockets = [call(t, port), call(t, port)];
    for (const socket of sockets) socket.resume();
    await S.until(() => far.length === 2, 'both connections');
    const events = told(server);
    server.close();
    assert.equal(await isOpen(t, port), false);
    const states = far.map(({ destroyed }) => destroyed);
    sockets[0].end();
    far[1].destroy();
    await when(server, 'close');
    return { events, states, later: far.map(({ destroyed }) => destroyed) };
  });

  same('the port is free once it is told', async (t, make) => {
    const codes = [];
    const busy = await listen(
      t,
      net.createServer((socket) => socket.resume().end()),
    );
    /** @this {any} */
    function destroy() {
      this.destroy();
    }
    for (let i = 0; i < 10; i++) {
      const server = make();
      server.listen(0, HOST);
      await when(server, 'listening');
      const { port } = server.address();
      // The threads have something to do before they come to it.
      for (let j = 0; j < 30; j++) pwp.connect({ port: busy, host: HOST }).on('connect', destroy);
      server.close();
      await when(server, 'close');
      const next = net.createServer();
      const outcome = Promise.race([
        when(next, 'listening').then(() => 'listening'),
        when(next, 'error').then(([error]) => error.code),
      ]);
      next.listen(port, HOST);
      codes.push(await outcome);
      next.close();
    }
    return codes;
  });

  for (const when_ of ['before', 'while']) {
    same(`by an AbortSignal, ${when_} it listens`, async (_, make) => {
      const controller = new AbortController();
      if (when_ === 'before') controller.abort();
      const server = make();
      const events = told(server);
      server.listen({ port: 0, host: HOST, signal: controller.signal });
      const closed = when(server, 'close');
      if (when_ === 'while') {
        await when(server, 'listening');
        controller.abort();
      }
      await closed;
      for (let i = 0; i < 5; i++) await S.turn();
      return { events, listening: server.listening };
    });
  }
});

describe('connections', () => {
  same('are counted', async (t, make) => {
    const server = make((/** @type {any} */ one) => one.on('error', () => {}).resume());
    const port = await listen(t, server);
    const count = () =>
      new Promise((resolve) => {
        server.getConnections((/** @type {any} */ error, /** @type {number} */ n) => {
          assert.equal(error, null);
          resolve(n);
        });
      });
    const counts = [await count()];
    const sockets = [1, 2, 3].map(() => call(t, port));
    await Promise.all(sockets.map((socket) => when(socket, 'connect')));
    while ((await count()) !== 3) await S.turn();
    counts.push(3);
    for (const socket of sockets) socket.destroy();
    while ((await count()) !== 0) await S.turn();
    return counts;
  });

  same('above the most that there may be are dropped', async (t, make) => {
    const server = make((/** @type {any} */ one) => one.on('error', () => {}).resume());
    server.maxConnections = 2;
    const port = await listen(t, server);
    const events = told(server);
    /** @type {any[]} */
    const drops = [];
    server.on('drop', (/** @type {any} */ ends) => drops.push(ends));
    const sockets = [call(t, port), call(t, port)];
    await S.until(() => events.length === 2, 'two connections');
    const third = call(t, port);
    third.resume();
    await when(third, 'close');
    await S.until(() => drops.length === 1, 'drop');
    const { remotePort, localPort, ...rest } = drops[0];
    assert.equal(localPort, port);
    assert.notEqual(remotePort, port);
    // There is room again.
    for (const socket of sockets) socket.destroy();
    await S.until(() => countOf(server) === 0, 'both to go');
    const fourth = call(t, port);
    await S.until(() => events.length === 4, 'another connection');
    fourth.destroy();
    return { rest, events };
  });

  for (const most of [undefined, null, 5, Number.POSITIVE_INFINITY]) {
    same(`may be ${most}`, async (t, make) => {
      const server = make((/** @type {any} */ one) => one.on('error', () => {}).resume());
      server.maxConnections = most;
      const port = await listen(t, server);
      const events = told(server);
      call(t, port);
      await S.until(() => events.length === 1, 'a connection, or that it is dropped');
      return events;
    });
  }

  same('that come while it closes are not told', async (t, make) => {
    let count = 0;
    const server = make((/** @type {any} */ one) => {
      count++;
      one.on('error', () => {});
      // The first closes the server while others wait.
      server.close();
      one.destroy();
    });
    const port = await listen(t, server);
    const sockets = Array.from({ length: 20 }, () => call(t, port));
    for (const socket of sockets) socket.resume();
    await Promise.all(sockets.map((socket) => when(socket, 'close')));
    return count > 0 && count < 20;
  });

  same('ref and unref give the server', async (_, make) => {
    const server = make();
    return [server.unref() === server, server.ref() === server];
  });
});

/** @param {any} server @returns {number} connections, which both kinds tell at once */
function countOf(server) {
  let connections = -1;
  if (server instanceof net.Server) return /** @type {any} */ (server)._connections;
  const { nextTick } = process;
  process.nextTick = (/** @type {any} */ callback, /** @type {any[]} */ ...args) =>
    callback(...args);
  try {
    server.getConnections((/** @type {any} */ _, /** @type {number} */ count) => {
      connections = count;
    });
  } finally {
    process.nextTick = nextTick;
  }
  return connections;
}
