'use strict';

// The rows of mended.test.js that have to be in a process of their own.

const assert = require('node:assert/strict');
const { test } = require('node:test');
const { freePort } = require('../../scripts/start/free-port.js');
const { run } = require('./helpers/program.js');
const { ORIGINAL, SWARM, Swarm } = require('./helpers/sides.js');
const { World } = require('./helpers/world.js');

/** Whether a port is open, for a program. */
const TELL = `const tell = (port) => {
  const socket = require('node:net').connect(port, '127.0.0.1');
  socket.on('connect', () => { console.log('open'); process.exit(); });
  socket.on('error', () => { console.log('closed'); process.exit(); });
};`;

/**
 * What a program says.
 * @type {{ name: string, program: (peer: any, ports: number[]) => string, original: RegExp, ours: RegExp }[]}
 */
const PROGRAMS = [
  {
    name: 'a port that is taken ends the process, and no swarm is told',
    program: ({ port }) => `
      swarm.on('error', (error) => console.log('told', error.code));
      swarm.listen(${port});`,
    original: /^$/,
    ours: /^told EADDRINUSE$/,
  },
  {
    name: 'of two ports, destroy() leaves the first open',
    program: (_peer, [first, second]) => `${TELL}
      swarm.listen(${first}, () => {
        swarm.listen(${second}, () => { swarm.destroy(); setTimeout(tell, 50, ${first}); });
      });`,
    original: /^open$/,
    ours: /^closed$/,
  },
  {
    name: 'told to listen after destroy(), it does, and nothing ends it',
    program: (_peer, [port]) => `${TELL}
      swarm.destroy();
      swarm.listen(${port});
      setTimeout(tell, 50, ${port});`,
    original: /^open$/,
    ours: /^closed$/,
  },
  {
    name: 'with utp, each peer that does not speak it keeps a second place for good',
    program: ({ address }) => `
      const some = make({ utp: true, connectTimeout: 100 });
      some.add('${address}');
      some.on('wire', () => setTimeout(() => {
        console.log(some.utp, some.wires.length, some.connections.length);
        process.exit();
      }, 300));`,
    original: /^true 1 2$/,
    ours: /^true 1 1$/,
  },
];

for (const { name, program, ...expected } of PROGRAMS) {
  for (const [side, module] of /** @type {const} */ ([
    ['original', ORIGINAL],
    ['ours', SWARM],
  ])) {
    test(`${side === 'ours' ? 'mended' : '0.12.2 as run'}: ${name}`, async (t) => {
      const world = new World(Swarm, t);
      const peer = await world.peer('A');
      const ports = [await freePort(), await freePort()];
      const { said, complained } = await run(t, module, program(peer, ports));
      assert.match(said.trim(), expected[side], complained);
      assert.equal(
        /uncaught|Unhandled|^Error/m.test(complained),
        side === 'original' && said === '',
      );
    });
  }
}
