'use strict';

// A seeder as a program would write it, in a process of its own: nobody listens for `error` on a
// wire. It tells its port, then how it is when asked. Argument: `native socket` for wires that have one.

const net = require('node:net');
const native = require('../../../lib/addon.js');
const pwp = require('../../../index.js');
const { INFO_HASH, PEER_ID } = require('./bytes.js');

/** @type {Record<string, number>} how often wires closed, by code */
const closed = {};
let ends = 0;

/** @param {any} wire */
function serve(wire) {
  wire.on('handshake', () => wire.handshake(INFO_HASH, PEER_ID));
  wire.on('interested', () => wire.unchoke());
  wire.on(
    'request',
    (
      /** @type {number} */ piece,
      /** @type {number} */ _offset,
      /** @type {number} */ length,
      /** @type {import('../../../index.js').Respond} */ respond,
    ) => respond(null, Buffer.alloc(length, piece)),
  );
  wire.on('close', () => {
    const code = wire.closeReason?.code ?? 'none';
    closed[code] = (closed[code] ?? 0) + 1;
  });
  wire.on('end', () => ends++);
}

/** @param {net.Socket} socket */
function onSocket(socket) {
  const wire = pwp();
  socket.pipe(wire).pipe(socket);
  socket.on('error', () => {});
  socket.on('close', () => wire.destroy());
  serve(wire);
  wire.on('end', () => socket.destroy());
}

const isNative = process.argv[2] === 'native socket';
const server = isNative ? pwp.createServer(serve) : net.createServer(onSocket);
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('message', () => {
  server.getConnections((_error, connections) => {
    process.send?.({ closed, ends, connections, decoders: native.openCount() });
  });
});
process.on('disconnect', () => server.close());
