'use strict';

// What keeps a process alive: a connection, one that is to be, and a server; unless it was let go.

const assert = require('node:assert/strict');
const net = require('node:net');
const { describe, test } = require('node:test');
const { run } = require('./helpers/child.js');
const { deafPort } = require('./helpers/deaf.js');
const { listen } = require('./helpers/sockets.js');

/** A program that says whether it was still there after a while. */
const WATCH = `
let isLate = false;
process.on('exit', () => say(isLate ? 'stayed' : 'gone'));
`;

/**
 * @param {import('node:test').TestContext} t
 * @param {string} program
 */
async function outcome(t, program) {
  const { code, signal, said, complaint } = await run(t, WATCH + program);
  assert.deepEqual({ code, signal, complaint }, { code: 0, signal: null, complaint: '' });
  return said.at(-1);
}

/** Lets what there is go after a while. By itself this keeps nothing. @param {string} deed */
const after = (deed) => `setTimeout(() => { isLate = true; ${deed} }, 500).unref();`;

describe('a process', { concurrency: 4 }, () => {
  test('ends where nothing was made', async (t) => {
    assert.equal(await outcome(t, 'pwp.createServer(); pwp();'), 'gone');
  });

  /** @type {[string, string, string][]} */
  const servers = [
    ['stays for a server that listens', '', 'stayed'],
    ['ends for one that was let go before', 'server.unref();', 'gone'],
    [
      'ends for one that is let go while it listens',
      "server.on('listening', () => server.unref());",
      'gone',
    ],
    ['stays for one that was let go and taken up again', 'server.unref().unref().ref();', 'stayed'],
    ['ends for one that is closed', "server.on('listening', () => server.close());", 'gone'],
    ['ends for one that is closed at once', 'process.nextTick(() => server.close());', 'gone'],
    [
      'ends for one that cannot listen',
      "server.close(); server.on('error', () => {}).listen(0, '203.0.113.77');",
      'gone',
    ],
  ];
  for (const [name, deed, expected] of servers) {
    test(name, async (t) => {
      const program = `
        const server = pwp.createServer();
        server.listen(0, HOST);
        ${deed}
        ${after('server.close();')}`;
      assert.equal(await outcome(t, program), expected);
    });
  }

  /** @type {[string, string, string][]} */
  const wires = [
    ['stays for a connection', '', 'stayed'],
    ['ends for one that was let go at once', 'wire.unref();', 'gone'],
    [
      'ends for one that is let go once it stands',
      "wire.on('connect', () => wire.unref());",
      'gone',
    ],
    [
      'stays for one that was let go and taken up again',
      'wire.unref().unref().ref().ref();',
      'stayed',
    ],
    ['ends for one that is destroyed', "wire.on('connect', () => wire.destroy());", 'gone'],
  ];
  for (const [name, deed, expected] of wires) {
    test(name, async (t) => {
      const port = await listen(
        t,
        net.createServer((socket) => socket.on('error', () => {}).resume()),
      );
      const program = `
        const wire = pwp.connect({ port: ${port}, host: HOST });
        ${deed}
        ${after('wire.destroy();')}`;
      assert.equal(await outcome(t, program), expected);
    });
  }

  test('stays for a wire that was accepted, though the server was let go', async (t) => {
    const program = `
      const server = pwp.createServer();
      server.unref();
      server.listen(0, HOST, () => {
        const { port } = server.address();
        const socket = net.connect(port, HOST).on('error', () => {}).unref();
        DEED
      });
      setTimeout(() => {}, 100);`;
    const deed = `server.on('connection', (wire) => { ${after('wire.destroy();')} });`;
    const stay = program.replace('DEED', deed);
    const go = program.replace('DEED', "server.on('connection', (wire) => wire.unref());");
    assert.equal(await outcome(t, stay), 'stayed');
    assert.equal(await outcome(t, go), 'gone');
  });

  test('stays while it dials, unless that was let go', async (t) => {
    const { port } = await deafPort(t);
    const program = `const wire = pwp.connect({ port: ${port}, host: HOST });`;
    const destroy = after('wire.destroy();');
    assert.equal(await outcome(t, program + destroy), 'stayed');
    assert.equal(await outcome(t, `${program} wire.unref(); ${destroy}`), 'gone');
    assert.equal(await outcome(t, `${program} wire.destroy();`), 'gone');
  });

  test('ends once what it was aborted for is done', async (t) => {
    const program = `
      pwp.connect({ port: 1, host: HOST, signal: AbortSignal.abort() });
      pwp.createServer().listen({ port: 0, signal: AbortSignal.abort() });`;
    assert.equal(await outcome(t, program), 'gone');
  });
});
