'use strict';

// A seeder as a program would write it, in a process of its own: nobody listens for `error` on a
// wire. It tells its port, then how it is when asked.

const net = require('node:net');
const native = require('../../../lib/addon.js');
const pwp = require('../../../index.js');
const { INFO_HASH, PEER_ID } = require('./bytes.js');

/** @type {Record<string, number>} how often wires closed, by code */
const closed = {};
let ends = 0;

const server = net.createServer((socket) => {
  const wire = pwp();
  socket.pipe(wire).pipe(socket);
  socket.on('error', () => {});
  socket.on('close', () => wire.destroy());
  wire.on('handshake', () => wire.handshake(INFO_HASH, PEER_ID));
  wire.on('interested', () => wire.unchoke());
  wire.on('request', (piece, _offset, length, respond) => {
    respond(null, Buffer.alloc(length, piece));
  });
  wire.on('close', () => {
    const code = wire.closeReason?.code ?? 'none';
    closed[code] = (closed[code] ?? 0) + 1;
  });
  wire.on('end', () => {
    ends++;
    socket.destroy();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('message', () => process.send?.({ closed, ends, open: native.openCount() }));
process.on('disconnect', () => server.close());
