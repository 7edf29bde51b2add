'use strict';

// Sends settings.blocks blocks to whoever connects, as fast as the socket takes them: bytes made
// beforehand, no wire.

const net = require('node:net');
const { HANDSHAKE, UNCHOKE, message, pieceMessages } = require('../bytes.js');
const { settings, tell } = require('./inside.js');

const BATCH = 64;
const batch = Buffer.concat(pieceMessages(BATCH));

const server = net.createServer((socket) => {
  let left = settings.blocks / BATCH;
  const blast = () => {
    while (left > 0) {
      left--;
      if (!socket.write(batch)) return;
    }
  };
  socket.on('error', () => {}); // the receiver has seen enough
  socket.on('drain', blast);
  socket.resume();
  socket.write(Buffer.concat([HANDSHAKE, message(UNCHOKE)]));
  blast();
});

server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  tell('listening', { port });
});
