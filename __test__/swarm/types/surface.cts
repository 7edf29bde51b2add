// biome-ignore-all lint/correctness/noUnusedVariables: a name given to a type is a use of it
// A use of everything the swarm declares, by CommonJS.

import events = require('node:events');
import pwp = require('peer-wire-protocol-native');
import Swarm = require('peer-wire-protocol-native/swarm');

const infoHash = Buffer.alloc(20);
const peerId = '-XX0001-abcdefghijkl';

const swarm: Swarm.Swarm = Swarm(infoHash, peerId);
const made: Swarm.Swarm = new Swarm('aa'.repeat(20), new Uint8Array(20), {});
const unset: Swarm.Swarm = Swarm(infoHash, peerId, null);
const prototype: Swarm.Swarm = Swarm.prototype;
const emitter: events.EventEmitter = swarm;

class Mine extends Swarm {
  constructor(readonly name: string) {
    super(infoHash, peerId, { size: 10 });
    this.on('wire', (wire) => this.emit('greeted', wire));
  }

  override pause() {
    super.pause();
  }
}
const mine: Swarm.Swarm = new Mine('a');

const anything: unknown = swarm;
if (anything instanceof Swarm) anything.resume();

// Options: the swarm's, and all of a wire's but one.

const own: Required<Swarm.Options> = {
  ...({} as Required<Omit<pwp.Options, 'infoHashes'>>),
  size: 50,
  handshake: { dht: true, fast: true, v2: false },
  connectTimeout: 3000,
  handshakeTimeout: 25_000,
  encryption: 'prefer',
  localAddress: '127.0.0.1',
  noDelay: false,
  utp: true,
};
Swarm(infoHash, peerId, own);
Swarm(infoHash, peerId, { speed: 10, pieceCount: 12, strict: true, idleTimeout: 1000 });

// Fields.

const numbers: number[] = [
  swarm.port,
  swarm.size,
  swarm.handshakeTimeout,
  swarm.connectTimeout,
  swarm.downloaded,
  swarm.uploaded,
  swarm.downloadSpeed(),
  swarm.uploadSpeed(),
  swarm.queued,
];
const booleans: boolean[] = [swarm.utp, swarm.paused];
const buffers: Buffer[] = [swarm.infoHash, swarm.peerId];
const connections: pwp.SocketWire[] = swarm.connections;
const wires: pwp.SocketWire[] = swarm.wires;
const first: pwp.Wire | undefined = wires[0];
swarm.size = 20;
swarm.handshake = { dht: true };
swarm.handshake = undefined;
swarm.pieceCount = 12;
swarm.pieceCount = null;

// Methods.

swarm.add('127.0.0.1:6881');
swarm.remove('[::1]:6881');
for (const wire of wires) swarm.remove(wire);
const level: number = swarm.priority('127.0.0.1:6881', 2);
for (const wire of wires) swarm.priority(wire);
swarm.pause();
swarm.resume();
swarm.listen();
swarm.listen(6881);
swarm.listen('6881', () => {});
swarm.listen(0, null);
swarm.destroy();

// Events.

swarm
  .on('wire', (wire, connection) => {
    wire.interested();
    const address: string | undefined = connection.remoteAddress;
    const same: pwp.SocketWire = connection;
  })
  .once('wire-disconnect', (wire, _connection) => {
    const reason: pwp.CloseReason | null = wire.closeReason;
  })
  .addListener('download', (bytes) => bytes.toFixed())
  .prependListener('upload', (bytes) => bytes.toFixed())
  .prependOnceListener('listening', () => {})
  .on('error', (error) => {
    const code: string = error.code;
  })
  .off('close', () => {})
  .removeListener('close', () => {})
  .on('mine', (anything) => anything.whatever);
swarm.emit('mine', 1, 2);
const heard: boolean = swarm.emit('download', 5);
