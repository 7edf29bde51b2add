// What a program in ES modules says.

import { createServer as createTcpServer } from 'node:net';
import pwp, {
  type CloseReason,
  type Server,
  type SocketWire,
  Wire,
  connect,
  createServer,
} from 'peer-wire-protocol-native';
import Swarm from 'peer-wire-protocol-native/swarm';

export class Peer extends Wire {
  reasons: (CloseReason | null)[] = [];

  constructor() {
    super({ pieceCount: 1200, encryption: 'prefer' });
    this.on('close', () => this.reasons.push(this.closeReason));
  }
}

export const tcp = createTcpServer((socket) => {
  const wire: Wire = pwp();
  socket.pipe(wire).pipe(socket);
  wire.on('request', (_piece, _offset, length, respond) => respond(null, Buffer.alloc(length)));
});
export const server: Server = createServer({ encryption: 'require' }, (wire: SocketWire) =>
  wire.unchoke(),
);
export const dialled: pwp.SocketWire = connect({ port: 6881 });
export const block: Promise<Uint8Array> = dialled.requestBlock(0, 0, 16384);

export const swarm: Swarm.Swarm = Swarm(Buffer.alloc(20), '-XX0001-abcdefghijkl', { size: 50 });
swarm.on('wire', (wire) => wire.interested());

// @ts-expect-error not a number
dialled.have('3');
// @ts-expect-error no such option
pwp({ pieces: 3 });
