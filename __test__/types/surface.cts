// biome-ignore-all lint/correctness/noUnusedVariables: a name given to a type is a use of it
// biome-ignore-all lint/correctness/noUnusedFunctionParameters: for the same reason
// A use of everything the package declares, by CommonJS.

import net = require('node:net');
import stream = require('node:stream');
import promises = require('node:stream/promises');
import pwp = require('peer-wire-protocol-native');
import type { Same } from './same.d.ts';

const infoHash = Buffer.alloc(20);
const peerId = '-XX0001-abcdefghijkl';

// The export: called, made, extended, by its name.

const wire: pwp.Wire = pwp();
const made: pwp.Wire = new pwp({});
const named: pwp.Wire = pwp.Wire();
const namedMade: pwp.Wire = new pwp.Wire();
const again: pwp.Constructor = pwp.Wire.Wire;
const prototype: pwp.Wire = pwp.prototype;

class MyWire extends pwp {
  torrent: string;

  constructor(torrent: string) {
    super({ speed: 10 });
    this.torrent = torrent;
    this.on('have', (index) => this.emit('progress', index));
  }

  override choke() {
    super.choke();
  }
}
const mine: pwp.Wire = new MyWire('a');
const duplex: stream.Duplex = mine;

const anything: unknown = wire;
if (anything instanceof pwp) anything.unchoke();
if (anything instanceof stream.Duplex) anything.resume();

// Options.

const options: Required<pwp.Options> = {
  speed: 5,
  maxMessageSize: 2 ** 20,
  maxPieces: 2 ** 21,
  pieceCount: 1200,
  maxPeerRequests: 2000,
  uploadHighWaterMark: 500 * 1024,
  maxBlockSize: 128 * 1024,
  maxBacklog: 2 ** 22,
  respectReqq: true,
  strict: true,
  encryption: 'prefer',
  infoHashes: [infoHash, 'aa'.repeat(20)],
  handshakeTimeout: 10_000,
  idleTimeout: 240_000,
};
pwp(options);
pwp({ pieceCount: null });
pwp(null);
pwp(undefined);

// Fields.

const flags: boolean[] = [wire.amChoking, wire.amInterested, wire.peerChoking, wire.peerInterested];
const has: boolean | undefined = wire.peerPieces[3];
const seeder: boolean = wire.peerPieces.length === 1200 && wire.peerPieces.every(Boolean);
const dht: boolean | undefined = wire.peerExtensions.dht;
const extended: boolean | undefined = wire.peerExtensions.extended;
const modern: (boolean | undefined)[] = [wire.peerExtensions.fast, wire.peerExtensions.v2];
pwp({ encryption: 'off', infoHashes: null });
pwp({ encryption: 'require', infoHashes: (hash) => (hash.length === 20 ? infoHash : null) });
const encrypted: Same<typeof wire.encrypted, false | 'plain' | 'rc4'> = true;
wire.on('encryption', (how) => how === 'rc4' || how === 'plain' || how === false);
wire.on('crypto-handshake', () => wire.setInfoHash(infoHash));
wire.on('crypto-infohash', (hash: string) => wire.startEncryption(hash));
const agreed: boolean[] = [wire.hasFast, wire.hasV2, wire.peerHaveAll];
const sets: number[] = [...wire.allowedFastSet, ...wire.peerAllowedFastSet];
const canonical: number[] = pwp.allowedFastSet(infoHash, '80.4.4.200', 1313);
const asked: Buffer = pwp.requestHash('aa'.repeat(20));
const fewer: number[] = pwp.allowedFastSet('aa'.repeat(20), '::1', 1313, 7);
const nameOfOurs: string | undefined = wire.extendedMapping[1];
const idAtPeer: number | undefined = wire.peerExtendedMapping.ut_metadata;
wire.extendedHandshake.v = 'XX 1.0';
wire.extendedHandshake.reqq = 250;
wire.extendedHandshake = { p: 6881, upload_only: undefined };
const { metadata_size, p, reqq, upload_only, v, yourip, ipv4, ipv6 } = wire.peerExtendedHandshake;
const peerNumbers: (number | undefined)[] = [metadata_size, p, reqq, upload_only];
const peerBytes: (Buffer | undefined)[] = [v, yourip, ipv4, ipv6];
const other: unknown = wire.peerExtendedHandshake.anything;
wire.peerAddress = '127.0.0.1:6881';
wire.peerAddress = null;
const counters: number[] = [
  wire.uploaded,
  wire.downloaded,
  wire.uploadSpeed(),
  wire.downloadSpeed(),
];
wire.pieceCount = 1200;
wire.pieceCount = null;
const pieces: number | null = wire.pieceCount;

for (const { piece, offset, length, callback } of wire.requests) {
  const numbers: [number, number, number] = [piece, offset, length];
  const same: Same<typeof callback, pwp.RequestCallback> = true;
}
for (const request of wire.peerRequests) {
  const ours: pwp.PeerRequest = request;
  request.callback(new Error('no such piece'));
  request.callback(null, Buffer.alloc(request.length));
}
const head: pwp.Request | undefined = wire.requests[0];

// Methods.

wire.handshake(infoHash, peerId);
wire.handshake(infoHash.toString('hex'), Buffer.from(peerId), { dht: true });
wire.handshake(new Uint8Array(20), new Uint8Array(20), null);
wire.handshake(new Uint8Array(32), new Uint8Array(20), { fast: true, v2: true });
wire.haveAll();
wire.haveNone();
wire.suggest(3);
wire.reject(0, 0, 16384);
wire.allowedFast(3);
wire.hashRequest(Buffer.alloc(32), 0, 0, 2, 0);
wire.hashes(new Uint8Array(32), 0, 0, 2, 0, Buffer.alloc(64));
wire.hashReject(Buffer.alloc(32), 0, 0, 2, 0);
const promised: Promise<Buffer> = wire.requestBlock(0, 0, 16384);
wire.requestBlock(0, 0, 16384, { signal: AbortSignal.timeout(1000) });
wire.requestBlock(0, 0, 16384, null);

class Listening implements pwp.Extension {
  constructor(readonly wire: pwp.Wire) {}

  onHandshake(infoHash: string, peerId: string, extensions: pwp.PeerExtensions) {}

  onExtendedHandshake(handshake: pwp.PeerExtendedHandshake) {
    this.wire.extended('x_listening', { size: handshake.metadata_size });
  }

  onMessage(payload: Buffer) {}
}
const extension: pwp.ExtensionConstructor = Listening;
wire.use(Listening);
const listener: pwp.ExtendedListener = (name, message) => {
  if (Buffer.isBuffer(message)) message.subarray(1);
  else message.v?.toString();
};
wire.on('extended', listener);
wire.choke();
wire.unchoke();
wire.interested();
wire.uninterested();
wire.have(3);
wire.bitfield(Buffer.alloc(150));
wire.bitfield(new Uint8Array(150));
wire.bitfield({ buffer: Buffer.alloc(150) });
wire.request(0, 0, 16384);
wire.request(0, 0, 16384, null);
wire.request(0, 0, 16384, (error, block) => {
  if (error) {
    const code: pwp.RequestErrorCode = error.code;
    const nothing: null | undefined = block;
    switch (error.code) {
      case 'ERR_PWP_PEER_CHOKING':
      case 'ERR_PWP_REQUEST_CANCELLED':
      case 'ERR_PWP_REQUEST_REJECTED':
      case 'ERR_PWP_REQUEST_TIMEOUT':
      case 'ERR_PWP_WIRE_CLOSED':
        return;
      default: {
        const never: never = error.code;
        throw never;
      }
    }
  }
  const bytes: Buffer = block;
});
wire.request(0, 0, 16384, (error: Error | null, block?: Buffer | null) => {});
wire.request(0, 0, 16384, (error) => error?.message);
const goOn: boolean = wire.piece(0, 0, Buffer.alloc(16384));
wire.piece(0, 0, new Uint8Array(16384));
wire.cancel(0, 0, 16384);
wire.extended(0, Buffer.from('de'));
wire.extended(0, { m: { ut_metadata: 1 }, metadata_size: 3000, v: 'x', p: undefined });
wire.extended(1, ['a', 1, new Uint8Array(2), [{}]]);
wire.extended(1, new Map([['a', 1]]));
wire.port(6881);
wire.setKeepAlive();
wire.setKeepAlive(true);
wire.setKeepAlive(false);
wire.setTimeout(5000);
wire.setTimeout(5000, () => {});
wire.setTimeout(0, null);
const destroyed: pwp.Wire = wire.destroy();
wire.destroy(new Error('enough')).destroy(null);

const reason: pwp.CloseReason | null = wire.closeReason;
if (reason) {
  const message: string = reason.message;
  const code: string | undefined = reason.code;
  const known: boolean = reason.code === 'ERR_PWP_MESSAGE_TOO_LONG';
}

// Every event, with what its listener gets.

wire.on('handshake', (hash, id, extensions) => {
  const bytes: [Buffer, Buffer] = [hash, id];
  const announced: Same<typeof extensions, pwp.PeerExtensions> = true;
});
wire.on('choke', () => {});
wire.on('unchoke', () => {});
wire.on('interested', () => {});
wire.on('uninterested', () => {});
wire.on('have', (index) => {
  const number: Same<typeof index, number> = true;
});
wire.on('bitfield', (bits) => {
  const bytes: Same<typeof bits, Buffer> = true;
});
wire.on('request', (piece, offset, length, respond) => {
  const numbers: Same<[typeof piece, typeof offset, typeof length], [number, number, number]> =
    true;
  respond(null, Buffer.alloc(length));
  respond(undefined, new Uint8Array(length));
  respond(new Error('no such piece'));
  const store = (done: (error: Error | null, block?: Buffer) => void) => done(null);
  store(respond);
});
wire.on('piece', (piece, offset, block) => {
  const types: Same<[typeof piece, typeof offset, typeof block], [number, number, Buffer]> = true;
});
wire.on('cancel', (piece, offset, length) => {
  const numbers: Same<[typeof piece, typeof offset, typeof length], [number, number, number]> =
    true;
});
wire.on('port', (port) => {
  const number: Same<typeof port, number> = true;
});
wire.on('extended', (id, payload) => {
  const types: Same<[typeof id, typeof payload], [number, Buffer]> = true;
});
wire.on('suggest', (index) => {
  const number: Same<typeof index, number> = true;
});
wire.on('have-all', () => {});
wire.on('have-none', () => {});
wire.on('reject', (piece, offset, length) => {
  const numbers: Same<[typeof piece, typeof offset, typeof length], [number, number, number]> =
    true;
});
wire.on('allowed-fast', (index) => {
  const number: Same<typeof index, number> = true;
});
wire.on('hash-request', (root, ...numbers) => {
  const types: Same<[typeof root, typeof numbers], [Buffer, [number, number, number, number]]> =
    true;
  wire.hashReject(root, ...numbers);
});
wire.on('hash-reject', (root, baseLayer, index, length, proofLayers) => {
  const bytes: Same<typeof root, Buffer> = true;
});
wire.on('hashes', (root, baseLayer, index, length, proofLayers, hashes) => {
  const bytes: Same<[typeof root, typeof hashes], [Buffer, Buffer]> = true;
});
wire.on('keep-alive', () => {});
wire.on('unknownmessage', (body) => {
  const bytes: Same<typeof body, Buffer> = true;
});
wire.on('timeout', () => {});
wire.on('upload', (bytes) => {
  const number: Same<typeof bytes, number> = true;
});
wire.on('download', (bytes) => {
  const number: Same<typeof bytes, number> = true;
});
wire.on('close', () => {});
wire.on('finish', () => {});
wire.on('end', () => {});
wire.on('error', (error) => {
  const why: Same<typeof error, pwp.CloseReason> = true;
});
wire.on('data', (chunk) => {
  const bytes: Same<typeof chunk, Buffer> = true;
});
wire.on('drain', () => {});
wire.on('pause', () => {});
wire.on('readable', () => {
  const chunk: Buffer | null = wire.read();
  const part: Buffer | null = wire.read(5);
});
wire.on('resume', () => {});
wire.on('pipe', (source) => source.unpipe(wire));
wire.on('unpipe', (source) => source.resume());

// Every method of an emitter.

const onHave = (index: number) => {};
const chained: pwp.Wire = wire
  .on('have', onHave)
  .once('have', onHave)
  .addListener('have', onHave)
  .prependListener('have', onHave)
  .prependOnceListener('have', onHave)
  .off('have', onHave)
  .removeListener('have', onHave)
  .removeAllListeners('have')
  .on('have', () => {});
wire.once('bitfield', (bits) => bits.length);
wire.prependListener('extended', (id, payload) => payload[id]);
wire.prependOnceListener('piece', (piece, offset, block) => block.length);
const emitted: boolean = wire.emit('have', 3);
wire.emit('choke');
wire.emit('handshake', infoHash, infoHash, { dht: true, extended: true });

// Events of one's own go through, as on any stream.

const symbol = Symbol('mine');
wire.on('progress', (done: number, all: number) => {});
wire.on(symbol, (value: string) => {});
wire.emit('progress', 1, 2);
wire.emit(symbol, 'value');
declare const anyName: string;
wire.on(anyName, () => {});

// A stream like others.

const socket = net.connect(6881);
socket.pipe(wire).pipe(socket);
stream.pipeline(socket, wire, socket, () => {});
stream.finished(wire, () => {});
wire.write(Buffer.alloc(1));
wire.write('text', 'latin1', () => {});
wire.end();
wire.unpipe(socket);
wire.pause().resume();
const unread: number = wire.readableLength;
const ended: [boolean, boolean] = [wire.destroyed, wire.closed];

async function reads(): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of wire) chunks.push(chunk);
  await promises.finished(wire);
  await promises.pipeline(socket, wire, socket);
  return chunks;
}

// The events named above are all there are.

const events: Record<keyof pwp.Events, true> = {
  connect: true,
  encryption: true,
  'crypto-handshake': true,
  'crypto-infohash': true,
  handshake: true,
  choke: true,
  unchoke: true,
  interested: true,
  uninterested: true,
  have: true,
  bitfield: true,
  request: true,
  piece: true,
  cancel: true,
  port: true,
  extended: true,
  suggest: true,
  'have-all': true,
  'have-none': true,
  reject: true,
  'allowed-fast': true,
  'hash-request': true,
  hashes: true,
  'hash-reject': true,
  'keep-alive': true,
  unknownmessage: true,
  timeout: true,
  upload: true,
  download: true,
  close: true,
  finish: true,
  end: true,
  error: true,
  data: true,
  drain: true,
  pause: true,
  readable: true,
  resume: true,
  pipe: true,
  unpipe: true,
};

function caught(error: unknown) {
  const { code } = error as pwp.ArgumentError;
  const known: Same<typeof code, 'ERR_INVALID_ARG_TYPE' | 'ERR_OUT_OF_RANGE'> = true;
  const missing = (error as pwp.MissingError).code;
  const named: Same<typeof missing, pwp.MissingErrorCode> = true;
}
