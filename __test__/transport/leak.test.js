'use strict';

// Nothing is left of connections that have ended, however they did: no socket, no decoder, nothing that
// keeps the process, and no memory to speak of.

const assert = require('node:assert/strict');
const { describe, test } = require('node:test');
const { run } = require('./helpers/child.js');
const { deafPort } = require('./helpers/deaf.js');

/** What every program here has: servers to talk to, and what counts what is left in the end. */
const SET_UP = `
const fs = require('node:fs');
const once = (emitter, event) => new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));
const turn = () => new Promise((resolve) => setImmediate(resolve));
const sockets = () => process.platform !== 'linux' ? 0 : fs.readdirSync('/proc/self/fd').filter((fd) => {
  try {
    return fs.readlinkSync('/proc/self/fd/' + fd).startsWith('socket:');
  } catch {
    return false;
  }
}).length;
const before = { sockets: sockets(), decoders: native.openCount() };
const listening = async (server) => {
  server.listen(0, HOST);
  await once(server, 'listening');
  return server.address().port;
};
const codes = {};
/** Waits for the end of all, and counts why they did. */
const over = (wires) => Promise.all(wires.map(async (wire) => {
  if (!wire.readableEnded) await once(wire, 'end');
  const code = wire.closeReason?.code ?? null;
  codes[code] = (codes[code] ?? 0) + 1;
}));
const many = (make, count = 200) => Array.from({ length: count }, (_, i) => make(i));
process.on('exit', () => say({
  codes,
  sockets: sockets() - before.sockets,
  decoders: native.openCount() - before.decoders,
}));
`;

/** What is done, and why those wires have ended then. @type {[string, string, Record<string, number>][]} */
const DEEDS = [
  [
    'nobody listens there',
    'await over(many(() => pwp.connect({ port: 1, host: HOST })));',
    { ERR_PWP_CONNECTION_REFUSED: 200 },
  ],
  [
    'nobody knows the name',
    "await over(many((i) => pwp.connect({ port: 1, host: 'no-such-host-' + i + '.invalid' }), 20));",
    { ERR_PWP_ADDRESS_NOT_FOUND: 20 },
  ],
  [
    'destroyed at once, encrypted or not',
    `const port = await listening(server);
    await over(many((i) =>
      pwp.connect({ port, host: HOST, encryption: i % 2 ? 'off' : 'prefer' }).destroy()));
    server.close();`,
    { null: 200 },
  ],
  [
    'destroyed in connect and in connection',
    `const port = await listening(server);
    server.on('connection', (wire) => wire.destroy());
    await over(many(() => pwp.connect({ port, host: HOST }).on('connect', function () { this.destroy(); })));
    server.close();`,
    { null: 200 },
  ],
  [
    'aborted before and while dialling',
    `const controllers = many(() => new AbortController());
    const early = many(() => pwp.connect({ port: 1, host: HOST, signal: AbortSignal.abort(), encryption: 'require' }));
    const port = await listening(server);
    const late = controllers.map(({ signal }) => pwp.connect({ port, host: HOST, signal }));
    for (const controller of controllers) controller.abort();
    await over([...early, ...late]);
    server.close();`,
    { ABORT_ERR: 400 },
  ],
  [
    'reset by the peer',
    `const resetting = net.createServer((socket) => socket.resetAndDestroy());
    const port = await listening(resetting);
    await over(many(() => pwp.connect({ port, host: HOST })));
    resetting.close();`,
    { ERR_PWP_CONNECTION_RESET: 200 },
  ],
  [
    'dropped by a server that has enough',
    `const port = await listening(server);
    server.maxConnections = 0;
    const clients = many(() => net.connect(port, HOST).on('error', () => {}).resume());
    let dropped = 0;
    server.on('drop', () => { codes.dropped = ++dropped; });
    await Promise.all(clients.map((client) => once(client, 'close')));
    while (dropped < 200) await turn();
    server.close();`,
    { dropped: 200 },
  ],
  [
    'broken by the peer, in the clear and in the exchange',
    `const rude = net.createServer((socket) => {
      socket.on('error', () => {}).resume().write('GET / HTTP/1.1\\r\\n'.repeat(40));
    });
    const port = await listening(rude);
    await over(many((i) => {
      const wire = pwp.connect({ port, host: HOST, encryption: i % 2 ? 'off' : 'require' });
      wire.handshake(HASH, HASH);
      return wire;
    }));
    rude.close();`,
    { ERR_PWP_NOT_BITTORRENT: 100, ERR_PWP_ENCRYPTION_PADDING: 100 },
  ],
  [
    'talking, encrypted and in the clear, and then destroyed',
    `const encrypted = pwp.createServer({ encryption: 'prefer', infoHashes: [HASH] }, (wire) => {
      wire.on('handshake', () => wire.handshake(HASH, HASH));
      wire.on('have', (index) => wire.have(index));
    });
    const port = await listening(encrypted);
    await over(many((i) => {
      const wire = pwp.connect({ port, host: HOST, encryption: i % 2 ? 'off' : 'require' });
      wire.handshake(HASH, HASH);
      wire.have(i);
      wire.on('have', () => wire.destroy());
      return wire;
    }));
    encrypted.close();`,
    { null: 200 },
  ],
  [
    'a server closed while they come',
    `const port = await listening(server);
    const clients = many(() => net.connect(port, HOST).on('error', () => {}).resume());
    await once(server, 'connection');
    server.on('connection', (wire) => wire.destroy());
    server.close();
    await Promise.all(clients.map((client) => { client.end(); return once(client, 'close'); }));`,
    {},
  ],
  [
    'options that are wrong',
    `many(() => {
      try {
        pwp.connect({ port: 1, host: HOST, encryption: 'prefer', signal: 5 });
      } catch ({ code }) {
        codes[code] = (codes[code] ?? 0) + 1;
      }
    });`,
    { ERR_INVALID_ARG_TYPE: 200 },
  ],
];

describe('nothing is left of connections', { concurrency: 2 }, () => {
  test('thousands of connections cost no memory once they have ended', async (t) => {
    const program = `${SET_UP}
      (async () => {
        const server = pwp.createServer((wire) => wire.on('handshake', () => wire.handshake(HASH, HASH)));
        const port = await listening(server);
        const round = () => over(many(() => {
          const wire = pwp.connect({ port, host: HOST });
          wire.handshake(HASH, HASH);
          return wire.on('handshake', () => wire.destroy());
        }, 100));
        const memory = () => { gc(); return process.memoryUsage.rss() / 2 ** 20; };
        const marks = [];
        for (let i = 0; i < 5; i++) {
          for (let j = 0; j < 25; j++) await round();
          marks.push(memory());
        }
        say(marks.slice(1).map((mark, i) => mark - marks[i]));
        server.close();
      })();`;
    const { code, said } = await run(t, program, { flags: ['--expose-gc'] });
    assert.equal(code, 0);
    const [grown, left] = said;
    t.diagnostic(`MiB: ${grown}`);
    // Of 5000 wires less than 400 bytes each: what is lost is lost every time.
    assert.ok(Math.min(...grown) < 2, `${grown} MiB`);
    assert.deepEqual(left, { codes: { null: 12_500 }, sockets: 0, decoders: 0 });
  });

  for (const [name, deed, expected] of DEEDS) {
    test(name, async (t) => {
      const program = `${SET_UP} (async () => { const server = pwp.createServer(); ${deed} })();`;
      const { code, signal, said, complaint } = await run(t, program);
      assert.deepEqual({ code, signal, complaint }, { code: 0, signal: null, complaint: '' });
      assert.deepEqual(said, [{ codes: expected, sockets: 0, decoders: 0 }]);
    });
  }

  test('that did not stand in time', async (t) => {
    const { port } = await deafPort(t);
    const deed = `await over(many((i) => pwp.connect({
      port: ${port}, host: HOST, connectTimeout: 50 + i, encryption: i % 2 ? 'off' : 'prefer' }), 50));`;
    const { code, said } = await run(t, `${SET_UP} (async () => { ${deed} })();`);
    assert.equal(code, 0);
    assert.deepEqual(said, [
      { codes: { ERR_PWP_CONNECTION_TIMEOUT: 50 }, sockets: 0, decoders: 0 },
    ]);
  });
});
