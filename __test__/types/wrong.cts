// biome-ignore-all lint/correctness/noUnusedVariables: a name given to a type is a use of it
// biome-ignore-all lint/correctness/noUnusedFunctionParameters: for the same reason
// What must not compile. An expectation that is not met is an error itself.

import pwp = require('peer-wire-protocol-native');

const wire = pwp();
const bytes = Buffer.alloc(20);

// Options.

// @ts-expect-error no such option
pwp({ timeout: 5 });
// @ts-expect-error a number
pwp({ speed: '5' });
// @ts-expect-error a number
pwp({ maxMessageSize: null });
// @ts-expect-error a number or null
pwp({ pieceCount: '1200' });
// @ts-expect-error options are an object
pwp(5);
// @ts-expect-error one argument
pwp({}, {});

// The namespace has types, not values.

// @ts-expect-error no such export
pwp.Request;
// @ts-expect-error no such export
pwp.Options;
// @ts-expect-error a wire has no statics of a stream
pwp.from([]);

// Methods.

// @ts-expect-error two hashes
wire.handshake(bytes);
// @ts-expect-error bytes or a string
wire.handshake([1, 2, 3], bytes);
// @ts-expect-error an object
wire.handshake(bytes, bytes, 'dht');
// @ts-expect-error no such extension
wire.handshake(bytes, bytes, { lightning: true });
// @ts-expect-error a boolean
wire.handshake(bytes, bytes, { dht: 'yes' });
// @ts-expect-error no argument
wire.choke(true);
// @ts-expect-error no argument
wire.unchoke(1);
// @ts-expect-error no argument
wire.interested(1);
// @ts-expect-error no argument
wire.uninterested(1);
// @ts-expect-error no such method
wire.notInterested();
// @ts-expect-error an index
wire.have();
// @ts-expect-error a number
wire.have('3');
// @ts-expect-error bytes
wire.bitfield([true, false]);
// @ts-expect-error bytes
wire.bitfield('110');
// @ts-expect-error bytes in .buffer
wire.bitfield({ buffer: [1] });
// @ts-expect-error an offset and a length
wire.request(0);
// @ts-expect-error a length
wire.request(0, 0);
// @ts-expect-error a number
wire.request('0', 0, 1);
// @ts-expect-error a function
wire.request(0, 0, 1, 'callback');
// @ts-expect-error there may be no block
wire.request(0, 0, 1, (error: Error | null, block: Buffer) => {});
// @ts-expect-error the block may be null
wire.request(0, 0, 1, (error, block) => block.length);
// @ts-expect-error there is no third
wire.request(0, 0, 1, (error, block, third) => third);
// @ts-expect-error bytes
wire.piece(0, 0, 'block');
// @ts-expect-error a block
wire.piece(0, 0);
// @ts-expect-error a length
wire.cancel(0, 0);
// @ts-expect-error a number
wire.cancel(0, '0', 1);
// @ts-expect-error a message
wire.extended(0);
// @ts-expect-error a number or a name
wire.extended(Symbol('ut_metadata'), bytes);
// @ts-expect-error three numbers
wire.reject(0, 0);
// @ts-expect-error a number
wire.suggest('3');
// @ts-expect-error a signal
wire.requestBlock(0, 0, 1, { signal: 1000 });
// @ts-expect-error no callback
wire.requestBlock(0, 0, 1, () => {});
// @ts-expect-error hashes
wire.hashes(bytes, 0, 0, 2, 0);
// @ts-expect-error a class
wire.use({ name: 'ut_metadata' });
// @ts-expect-error the two sides decide that
wire.hasFast = true;
// @ts-expect-error the two sides decide that
wire.encrypted = 'rc4';
// @ts-expect-error no such way
pwp({ encryption: 'forced' });
// @ts-expect-error hashes
pwp({ infoHashes: [1] });
// @ts-expect-error an address
pwp.allowedFastSet(bytes, 1313);
// @ts-expect-error not to be bencoded
wire.extended(0, () => {});
// @ts-expect-error not to be bencoded
wire.extended(0, { m: Symbol('m') });
// @ts-expect-error not to be bencoded
wire.extended(0, 10n);
// @ts-expect-error not to be bencoded
wire.extended(0, { upload_only: true });
// @ts-expect-error a number
wire.port('6881');
// @ts-expect-error a boolean
wire.setKeepAlive(60000);
// @ts-expect-error a number
wire.setTimeout('5s');
// @ts-expect-error milliseconds
wire.setTimeout();
// @ts-expect-error the listener of timeout gets nothing
wire.setTimeout(5000, (error: Error) => {});
// @ts-expect-error an Error
wire.destroy('enough');

// Fields.

// @ts-expect-error a number or null
wire.pieceCount = '1200';
// @ts-expect-error a number or null
wire.pieceCount = undefined;
// @ts-expect-error an array, as 0.7.1's README does not say
wire.requests > 5;
// @ts-expect-error a boolean
wire.amChoking = 1;
// @ts-expect-error null unless the wire was closed for a reason
wire.closeReason.code;
// @ts-expect-error not known before the handshake
wire.peerExtensions.dht satisfies boolean;
// @ts-expect-error no extension that the wire does not know
wire.peerExtensions.lightning;
// @ts-expect-error a text
wire.peerAddress = { address: '127.0.0.1', port: 6881 };
// @ts-expect-error a function
wire.uploadSpeed + 1;

// Events.

// @ts-expect-error an index
wire.on('have', (index: string) => {});
// @ts-expect-error one argument
wire.on('have', (index, more) => {});
// @ts-expect-error no argument
wire.once('choke', (error: Error) => {});
// @ts-expect-error a Buffer
wire.on('piece', (piece, offset, block: string) => {});
// @ts-expect-error respond takes bytes
wire.on('request', (piece, offset, length, respond) => respond(null, 'block'));
// @ts-expect-error respond takes an Error
wire.on('request', (piece, offset, length, respond) => respond('no such piece'));
// @ts-expect-error extensions are not an array
wire.on('handshake', (infoHash, peerId, extensions: string[]) => {});
// @ts-expect-error no such extension
wire.on('handshake', (infoHash, peerId, extensions) => extensions.lightning);
// @ts-expect-error a number
wire.addListener('port', (port: string) => {});
// @ts-expect-error a payload is bytes
wire.prependListener('extended', (id, payload: object[]) => {});
// @ts-expect-error bits are bytes
wire.prependOnceListener('bitfield', (bits: boolean[]) => {});
// @ts-expect-error no argument
wire.off('unchoke', (index: number) => {});
// @ts-expect-error a number
wire.removeListener('upload', (bytes: Buffer) => {});
// @ts-expect-error data is bytes
wire.on('data', (chunk: string) => {});
// @ts-expect-error an Error
wire.on('error', (error: string) => {});
// @ts-expect-error a listener
wire.on('have');
// @ts-expect-error a function
wire.on('have', 'listener');
// @ts-expect-error an index
wire.emit('have');
// @ts-expect-error a number
wire.emit('have', '3');
// @ts-expect-error no argument
wire.emit('choke', 1);

// Codes.

const code = wire.closeReason?.code;
const request = {} as pwp.RequestError;
// @ts-expect-error no request fails for that
request.code === 'ERR_PWP_MESSAGE_TOO_LONG';
// @ts-expect-error no such code
const peerCode: pwp.PeerErrorCode = 'ERR_PWP_PEER_CHOKING';
// @ts-expect-error no such code
const argumentCode: pwp.ArgumentErrorCode = 'ERR_INVALID_ARG_VALUE';
