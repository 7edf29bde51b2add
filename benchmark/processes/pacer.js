'use strict';

// Sends settings.blocks blocks to each of settings.connections peers, settings.spacing milliseconds from
// one to the next of a peer, and the peers evenly in between: bytes made beforehand, no wire. Tells by how
// many milliseconds it was late: its 99th percentile.

const net = require('node:net');
const { HANDSHAKE, UNCHOKE, message, pieceMessages } = require('../bytes.js');
const { settings, tell } = require('./inside.js');

const { connections, blocks, spacing } = settings;
const messages = pieceMessages(blocks);
const preface = Buffer.concat([HANDSHAKE, message(UNCHOKE)]);
/** @type {net.Socket[]} */
const peers = [];

function pace() {
  const total = connections * blocks;
  const apart = spacing / connections;
  const began = performance.now();
  let sent = 0;
  /** @type {number[]} */
  const late = [];
  const timer = setInterval(() => {
    const passed = performance.now() - began;
    late.push(Math.max(0, passed - sent * apart));
    for (const due = Math.min(total, passed / apart); sent < due; sent++) {
      peers[sent % connections].write(messages[Math.floor(sent / connections)]);
    }
    if (sent < total) return;
    clearInterval(timer);
    late.sort((a, b) => a - b);
    tell('sent', { late: late[Math.floor(late.length * 0.99)] });
  }, 1);
}

const server = net.createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', () => {}); // the receiver has seen enough
  socket.once('data', () => {
    socket.resume();
    socket.write(preface);
    if (peers.push(socket) === connections) pace();
  });
});

server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  tell('listening', { port });
});
