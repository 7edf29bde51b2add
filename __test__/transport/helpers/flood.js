'use strict';

// A process that floods whoever it is told to: its memory and its event loop are not those under test.

const { spawn } = require('node:child_process');

/** Bytes of a message before its block: length, id, index and offset. */
const HEAD = 13;

/**
 * Sends a handshake and then blocks as fast as they are taken, and says how many when it is done. Every
 * block is filled with what tells its index.
 */
const PROGRAM = `
const net = require('node:net');
const bytes = require(${JSON.stringify(require.resolve('../../hostile/helpers/bytes.js'))});
const [port, host, count, length] = process.argv.slice(1).map((arg) => Number(arg) || arg);
const socket = net.connect(port, host);
socket.on('error', () => {});
socket.resume();
const batch = Math.max(1, Math.floor(2 ** 20 / (length + ${HEAD})));
let next = 0;
function more() {
  while (next < count) {
    const parts = [];
    for (let i = 0; i < batch && next < count; i++, next++) {
      parts.push(bytes.piece(next, 0, Buffer.alloc(length, next % 251)));
    }
    if (!socket.write(Buffer.concat(parts))) {
      socket.once('drain', more);
      return;
    }
  }
  socket.end();
}
socket.on('connect', () => {
  socket.setNoDelay();
  socket.write(bytes.handshake());
  more();
});
`;

/**
 * @param {import('node:test').TestContext} t
 * @param {number} port
 * @param {{ count: number, length: number, host?: string }} what how many blocks, and how long
 */
function flood(t, port, { count, length, host = '127.0.0.1' }) {
  const args = [port, host, count, length].map(String);
  const child = spawn(process.execPath, ['-e', PROGRAM, ...args], { stdio: 'inherit' });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

/**
 * @param {number} index
 * @param {Buffer} block
 * @param {number} length
 * @returns {boolean} whether it is what a flood sends, as far as a few of its bytes tell
 */
function isRight(index, block, length) {
  const value = index % 251;
  if (block.length !== length) return false;
  return [0, length >> 1, length - 1].every((at) => block[at] === value);
}

module.exports = { flood, isRight };
