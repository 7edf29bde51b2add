'use strict';

// Sends settings.blocks blocks to whoever connects, over RC4: enciphered before the first of them
// leaves, since enciphering is slower than what is measured.

const net = require('node:net');
const { HANDSHAKE, UNCHOKE, message, pieceMessages } = require('../bytes.js');
const { Initiator } = require('../initiator.js');
const { settings, tell } = require('./inside.js');

const BATCH = 64;
const batch = Buffer.concat(pieceMessages(BATCH));

const server = net.createServer((socket) => {
  const initiator = new Initiator(
    (bytes) => socket.write(bytes),
    ({ seal }) => {
      const preface = seal(Buffer.concat([HANDSHAKE, message(UNCHOKE)]));
      const batches = Array.from({ length: settings.blocks / BATCH }, () => seal(batch));
      let next = 0;
      const blast = () => {
        while (next < batches.length) if (!socket.write(batches[next++])) return;
      };
      socket.on('drain', blast);
      socket.write(preface);
      blast();
    },
  );
  socket.on('error', () => {}); // the receiver has seen enough
  socket.on('data', (bytes) => initiator.read(bytes));
  initiator.begin();
});

server.listen(0, '127.0.0.1', () => {
  const { port } = /** @type {net.AddressInfo} */ (server.address());
  tell('listening', { port });
});
