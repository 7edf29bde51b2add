'use strict';

// How the threads are set up: by the program before the first connection, or by the environment.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const { describe, test } = require('node:test');
const { run } = require('./helpers/child.js');

const TRAFFIC = require.resolve('./helpers/traffic.js');
const isLinux = process.platform === 'linux';

/** Says what came of setting up. @param {string} options */
const configure = (options) => `
  try {
    pwp.configureTransport(${options});
    say('set up');
  } catch ({ name, code }) {
    say([name, code]);
  }`;

/**
 * Twenty connections that fetch a few blocks each, then how many threads there are of the transport, and
 * whether all blocks were right.
 */
const FETCHING = `
  const { fetch, seeder } = require(${JSON.stringify(TRAFFIC)});
  const fs = require('node:fs');
  const server = seeder({ encryption: 'prefer', infoHashes: [HASH] });
  server.listen(0, HOST, async () => {
    const { port } = server.address();
    const wires = Array.from({ length: 20 }, (_, i) =>
      pwp.connect({ port, host: HOST, encryption: i % 2 ? 'require' : 'off' }));
    const rights = await Promise.all(wires.map((wire) => fetch(wire, 15)));
    const names = process.platform === 'linux' && fs.readdirSync('/proc/self/task').map((id) =>
      fs.readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim());
    say({ right: Math.min(...rights), threads: names && names.filter((name) => name.startsWith('peer-wire')).length });
    for (const wire of wires) wire.destroy();
    server.close();
  });`;

const SETTINGS = /** @type {const} */ ([
  [1, 'by the program'],
  [2, 'by the program'],
  [3, 'by the program'],
  [4, 'by the program'],
  [2, 'by the environment'],
  [3, 'by the environment'],
]);

describe('the number of threads', { concurrency: 2 }, () => {
  for (const [threads, how] of SETTINGS) {
    test(`${threads}, set ${how}`, async (t) => {
      const isOwn = how === 'by the program';
      const program = (isOwn ? configure(`{ threads: ${threads} }`) : '') + FETCHING;
      const env = isOwn ? {} : { PEER_WIRE_PROTOCOL_THREADS: String(threads) };
      const { code, said, complaint } = await run(t, program, { env });
      assert.deepEqual({ code, complaint }, { code: 0, complaint: '' });
      assert.deepEqual(said.at(-1), { right: 15, threads: isLinux && threads });
    });
  }

  test('is one by itself, and by an environment that says nothing', async (t) => {
    const env = { PEER_WIRE_PROTOCOL_THREADS: '' };
    const { said } = await run(t, FETCHING, { env });
    assert.deepEqual(said, [{ right: 15, threads: isLinux && 1 }]);
  });

  test('is what the program says, whatever the environment does', async (t) => {
    const env = { PEER_WIRE_PROTOCOL_THREADS: '3' };
    const program = configure('{ threads: 4 }') + configure('{ threads: 2 }') + FETCHING;
    const { said } = await run(t, program, { env });
    assert.deepEqual(said, ['set up', 'set up', { right: 15, threads: isLinux && 2 }]);
  });

  test('of the environment holds where the program sets up something else', async (t) => {
    const env = { PEER_WIRE_PROTOCOL_THREADS: '2' };
    const { said } = await run(t, configure('{ copy: true }') + FETCHING, { env });
    assert.deepEqual(said, ['set up', { right: 15, threads: isLinux && 2 }]);
  });

  test('is an integer from 1 to 64', async (t) => {
    const wrong = ['0', '65', '-1', '1.5', 'NaN', 'Infinity'].map((n) => `{ threads: ${n} }`);
    const mistyped = [
      "{ threads: '2' }",
      '{ threads: null }',
      '{ copy: 1 }',
      'undefined',
      'null',
      '5',
    ];
    const program = [...wrong, ...mistyped, '{}', '{ threads: 64 }', '{ threads: 1 }'].map(
      configure,
    );
    const { said, complaint } = await run(t, program.join('\n') + FETCHING);
    assert.equal(complaint, '');
    assert.deepEqual(said, [
      ...wrong.map(() => ['RangeError', 'ERR_OUT_OF_RANGE']),
      ...mistyped.map(() => ['TypeError', 'ERR_INVALID_ARG_TYPE']),
      ...Array(3).fill('set up'),
      { right: 15, threads: isLinux && 1 },
    ]);
  });

  test('that is none in the environment is told by who starts them', async (t) => {
    const program = `
      const attempt = (make) => { try { make(); say('made'); } catch ({ code }) { say(code); } };
      attempt(() => pwp());
      attempt(() => pwp.createServer());
      attempt(() => pwp.connect({ port: 1, host: HOST }));
      attempt(() => pwp.createServer().listen(0));`;
    for (const value of ['0', 'two']) {
      const { code, said } = await run(t, program, { env: { PEER_WIRE_PROTOCOL_THREADS: value } });
      assert.equal(code, 0);
      assert.deepEqual(said, ['made', 'made', 'ERR_OUT_OF_RANGE', 'ERR_OUT_OF_RANGE'], value);
    }
  });

  for (const [name, first] of /** @type {const} */ ([
    ['a connection', 'pwp.connect({ port: 1, host: HOST });'],
    ['a server that listens', 'const s = pwp.createServer().listen(0, HOST, () => s.close());'],
  ])) {
    test(`cannot be changed after ${name}, but in another thread`, async (t) => {
      const inside = `
        const pwp = require(${JSON.stringify(require.resolve('../../index.js'))});
        pwp.configureTransport({ threads: 2 });
        require('node:worker_threads').parentPort.postMessage('set up');`;
      const program = `
        pwp.createServer();
        ${configure('{ threads: 1 }')}
        ${first}
        ${configure('{ threads: 2 }')}
        ${configure('{ copy: true }')}
        new Worker(${JSON.stringify(inside)}, { eval: true }).on('message', say);`;
      const { code, said } = await run(t, program);
      assert.equal(code, 0);
      const started = ['Error', 'ERR_PWP_TRANSPORT_STARTED'];
      assert.deepEqual(said, ['set up', started, started, 'set up']);
    });
  }
});

test('a process has no thread of the transport until it needs one', { skip: !isLinux }, () => {
  require('../../index.js').createServer();
  require('../../index.js')();
  const names = fs
    .readdirSync('/proc/self/task')
    .map((id) => fs.readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim());
  assert.ok(names.length > 1);
  assert.ok(!names.some((name) => name.startsWith('peer-wire')), names.join());
});
