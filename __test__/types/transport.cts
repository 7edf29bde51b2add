// biome-ignore-all lint/correctness/noUnusedVariables: a name given to a type is a use of it
// Every use of wires with sockets of their own that is meant to compile, and some that must not.

import pwp = require('peer-wire-protocol-native');
import type { Same } from './same.d.ts';

pwp.configureTransport({ threads: 2 });
pwp.configureTransport({ copy: true });

const controller = new AbortController();
const wire = pwp.connect({
  host: '::1',
  port: 6881,
  localAddress: '::1',
  connectTimeout: 3000,
  noDelay: false,
  signal: controller.signal,
  encryption: 'prefer',
  pieceCount: 12,
});
wire.handshake(Buffer.alloc(20), '-XX0001-abcdefghijkl');
wire
  .on('connect', () => {})
  .on('piece', (piece, offset, block) => block.readUInt8(piece + offset))
  .ref()
  .unref()
  .setNoDelay()
  .setNoDelay(true)
  .destroy();

const isDialling: boolean = wire.connecting;
const family: Same<typeof wire.remoteFamily, 'IPv4' | 'IPv6' | undefined> = true;
const port: number | undefined = wire.remotePort;
const address: string | undefined = wire.localAddress;
const pending: number = wire.pendingBytes;
const plain: pwp.Wire = wire;
const isOne: boolean = plain instanceof pwp.SocketWire;

const server = pwp.createServer({ encryption: 'require', noDelay: true }, (accepted) => {
  const same: pwp.SocketWire = accepted;
  same.unchoke();
});
pwp.createServer((accepted) => accepted.destroy());
pwp.createServer();
pwp.createServer(null, null);
server
  .listen(6881)
  .listen(6881, () => {})
  .listen(6881, '127.0.0.1', 128, () => {})
  .listen({ port: 0, host: 'localhost', backlog: 1, signal: controller.signal }, () => {})
  .close((error) => error?.message);
server.on('drop', ({ remoteAddress }) => remoteAddress.length);
server.on('error', (error) => error.code);
server.once('listening', () => server.address()?.port.toFixed());
server.on('connection', (accepted) => accepted.interested());
server.maxConnections = 100;
server.getConnections((_error, count) => count.toFixed());
const isServer: boolean = server instanceof pwp.Server;

const code: Same<
  pwp.ConnectionErrorCode,
  | 'ERR_PWP_CONNECTION_REFUSED'
  | 'ERR_PWP_CONNECTION_RESET'
  | 'ERR_PWP_CONNECTION_TIMEOUT'
  | 'ERR_PWP_ADDRESS_NOT_FOUND'
  | 'ERR_PWP_CONNECTION_FAILED'
> = true;

// @ts-expect-error a port is needed
pwp.connect({ host: 'localhost' });
// @ts-expect-error a port is a number
pwp.connect({ port: '6881' });
// @ts-expect-error no such encryption
pwp.createServer({ encryption: 'always' });
// @ts-expect-error it has no such event's argument
server.on('listening', (wire: pwp.SocketWire) => wire);
// @ts-expect-error it is told, not set
wire.remotePort = 1;
// @ts-expect-error nobody makes one
new pwp.SocketWire();
// @ts-expect-error no such setting
pwp.configureTransport({ thread: 1 });
